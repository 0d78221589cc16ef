"""W12: who of all volunteers comes into question for stars and medals."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

from django.utils.timezone import now

from bench.prepare.events import officer
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions import queries as regions
from voluncity.honor.certification import actions
from voluncity.honor.certification.actions import BatchPlan
from voluncity.honor.certification.models import Batch, Grade, Ladder
from voluncity.honor.certification.states import BatchState, CandidateState, HonorKind
from voluncity.honor.recognition.models import Total
from voluncity.kernel.clock import local_date

# A ladder that very many climb: hours of one to five stars.
LOW_HOURS = (2, 5, 10, 20, 40)


def candidates(_folder: Path, _port: int) -> dict[str, int]:
    """Count a batch of the whole city for stars, for medals, and for stars by a low ladder."""
    facts = {"volunteers": Volunteer.objects.count()}
    for name, kind in (("stars", HonorKind.STARS), ("medals", HonorKind.MEDALS)):
        facts |= _counted(name, kind, at=now())
    low = make_low_ladder(local_date(now()))
    facts |= _counted("low", HonorKind.STARS, at=now())
    facts["low_expected"] = _that_high(low)
    return facts


def make_low_ladder(today: date) -> Ladder:
    """Let stars ask few hours, and nothing else, from today on."""
    ladder = Ladder.objects.create(
        kind=HonorKind.STARS, valid_from=today, basis="压测", publicity_workdays=5
    )
    Grade.objects.bulk_create(
        Grade(ladder=ladder, grade=grade, level="COUNTY", minutes=hours * 60)
        for grade, hours in enumerate(LOW_HOURS, 1)
    )
    return ladder


def _that_high(ladder: Ladder) -> int:
    """Return how many have the hours of the first star, told from the totals alone."""
    least = Grade.objects.filter(ladder=ladder).earliest("grade").minutes
    served = Total.objects.filter(month="", minutes__gte=least)
    return served.filter(
        volunteer__closed_at=None, volunteer__identity_state=IdentityState.VERIFIED
    ).count()


def _counted(name: str, kind: HonorKind, *, at: datetime) -> dict[str, int]:
    by, today = officer(at=at), local_date(at)
    running = Batch.objects.filter(kind=kind, state=BatchState.OPEN)
    for one in running:
        actions.cancel_batch(batch_id=one.pk, by=by, at=at)
    plan = BatchPlan(title="压测批次", kind=kind, region_id=regions.city().pk, until=today)
    batch = actions.start_batch(plan=plan, by=by, at=at)
    began = time.perf_counter()
    actions.count_batch(batch_id=batch.pk, clock=now)
    took = time.perf_counter() - began
    batch.refresh_from_db()
    waiting = batch.candidates.filter(state=CandidateState.WAITING)
    return {
        f"{name}_ms": round(took * 1000),
        f"{name}_looked_at": batch.looked_at,
        f"{name}_candidates": waiting.count(),
        f"{name}_short": batch.candidates.filter(state=CandidateState.SHORT).count(),
        f"{name}_open": int(batch.state == BatchState.OPEN),
    }
