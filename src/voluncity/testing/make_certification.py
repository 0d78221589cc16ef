"""Ladders, batches and honors for tests, with hours that come straight into the books."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions
from voluncity.honor.certification.actions import BatchPlan, granting
from voluncity.honor.certification.models import (
    Batch,
    Candidate,
    Grade,
    Honor,
    Ladder,
    Pack,
)
from voluncity.honor.certification.rules import MEASURES
from voluncity.honor.certification.states import (
    BatchState,
    CandidateState,
    HonorKind,
    PackState,
)
from voluncity.honor.recognition.models import Total
from voluncity.kernel.clock import local_date
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer
from voluncity.testing.make_publicity import make_notice

UNTIL = date(2026, 10, 31)
LONG_AGO = datetime(2020, 3, 5, 4, 0, tzinfo=NOON.tzinfo)
_numbers = count(1)
STAR_MINUTES = (60, 120, 240, 480, 960)
MEDAL_MINUTES = (1_200, 1_800, 2_400)


def make_ladder(kind: str = HonorKind.STARS, **said: Any) -> Ladder:
    """Return a ladder that few hours climb: 1, 2, 4, 8, 16 hours; 20, 30, 40 for medals."""
    minutes = STAR_MINUTES if kind == HonorKind.STARS else MEDAL_MINUTES
    usual: dict[str, Any] = {
        "valid_from": date(2026, 1, 1) + timedelta(days=next(_numbers) % 200),
        "publicity_workdays": 5,
    }
    grades = said.pop("grades", {})
    ladder = Ladder.objects.create(kind=kind, **(usual | said))
    Grade.objects.bulk_create(
        Grade(
            ladder=ladder,
            grade=grade,
            level="COUNTY" if grade <= 3 and kind == HonorKind.STARS else "CITY",
            minutes=least,
            **grades,
        )
        for grade, least in enumerate(minutes, start=1)
    )
    return ladder


def make_hours(volunteer: Volunteer, minutes: int, *, proven: int | None = None,
               month: str = "2026-09") -> None:  # fmt: skip
    """Let a volunteer have so many minutes in the totals, served in one month."""
    shares = {"proven_minutes": minutes if proven is None else proven}
    shares["entered_minutes"] = minutes - shares["proven_minutes"]
    for wanted in (month, ""):
        total, _ = Total.objects.get_or_create(volunteer=volunteer, month=wanted)
        total.minutes += minutes
        total.proven_minutes += shares["proven_minutes"]
        total.entered_minutes += shares["entered_minutes"]
        total.save()


def make_veteran(
    name: str = "王芳", minutes: int = 240, *, region: Region | None = None, **more: Any
) -> Volunteer:
    """Return a verified volunteer of many years with so many proven minutes."""
    more = {"registered_at": LONG_AGO} | more
    volunteer = make_volunteer(name, region=region or make_region(), **more)
    make_hours(volunteer, minutes)
    return volunteer


def make_batch(
    region: Region,
    *,
    by: User | None = None,
    kind: str = HonorKind.STARS,
    until: date = UNTIL,
    at: datetime = NOON,
    title: str = "第一批星级志愿者认定",
) -> Batch:
    """Return a batch that is counted; a ladder must be set."""
    plan = BatchPlan(title=title, kind=kind, region_id=region.pk, until=until)
    batch = actions.start_batch(plan=plan, by=by or make_user("文明办"), at=at)
    actions.count_batch(batch_id=batch.pk, clock=lambda: at)
    batch.refresh_from_db()
    return batch


def standing(batch: Batch) -> dict[str, tuple[int, str]]:
    """Return everybody of a batch by name, with grade and state."""
    rows = batch.candidates.values_list("volunteer__name", "grade", "state")
    return {name: (grade, str(state)) for name, grade, state in rows}


def make_shown(batch: Batch, *, by: User, at: datetime = NOON) -> Batch:
    """Accept everybody whom the rule gives the grade, and show the list."""
    actions.accept_all(batch_id=batch.pk, grade=None, by=by, at=at)
    return actions.show_batch(batch_id=batch.pk, by=by, at=at)


def make_certified(batch: Batch, *, by: User, at: datetime = NOON) -> list[Honor]:
    """Accept, show and certify a batch; return its honors."""
    shown = make_shown(batch, by=by, at=at)
    assert shown.notice is not None
    later = at + timedelta(days=30)
    publicity.finish_due(today=local_date(later), at=later)
    catch_up(at=later)
    return list(Honor.objects.filter(batch=batch).order_by("-grade", "pk"))


def make_honor(volunteer: Volunteer, *, region: Region, by: User, at: datetime = NOON) -> Honor:
    """Return a certified star of one volunteer, whose hours reach it."""
    batch = make_batch(region, by=by, at=at)
    [honor] = [one for one in make_certified(batch, by=by, at=at) if one.volunteer == volunteer]
    return honor


def make_world_certification(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    """Return one of everything for a half: an open batch with a candidate, a certified star."""
    county = community
    while county.level != "COUNTY" and county.parent is not None:
        county = county.parent
    ladder = Ladder.objects.filter(kind=HonorKind.STARS).first() or make_ladder()
    at, office = now(), make_user("认定经办")
    done = _world_batch(ladder, county, BatchState.CERTIFIED, office, at)
    _world_candidate(done, volunteer, CandidateState.ACCEPTED)
    [honor] = granting.grant(done, at=at)
    # A second half of the same county finds the batch of the first one: one runs at a time.
    running = Batch.objects.filter(
        region=county, kind=ladder.kind, state=BatchState.OPEN
    ).first() or _world_batch(ladder, county, BatchState.OPEN, office, at)
    candidate = _world_candidate(running, volunteer, CandidateState.WAITING)
    pack = Pack.objects.create(
        batch=done, owner=office, asked_at=at, touched_at=at, total=1, done=1, made_at=at,
        state=PackState.READY,
        file=files.store_written(
            files.put_down([b"PK"]), subject="certification_pack:0", by=office, at=at,
            kind=FileKind.DOCUMENT, content_type="application/zip", original_name="证书.zip",
        ),
    )  # fmt: skip
    return {
        "certification_batch": running.pk, "certified_batch": done.pk, "honor": honor.pk,
        "honor_serial": honor.serial, "honor_candidate": candidate.pk, "honor_pack": pack.pk,
    }  # fmt: skip


def _world_batch(
    ladder: Ladder, county: Region, state: BatchState, by: User, at: datetime
) -> Batch:
    is_shown = state == BatchState.CERTIFIED
    notice = make_notice(region=county, at=at) if is_shown else None
    return Batch.objects.create(
        title=f"{county.name}星级志愿者认定", kind=ladder.kind, ladder=ladder, region=county,
        until=local_date(at), state=state, counted_at=at, started_at=at, started_by=by,
        shown_at=at if is_shown else None, shown_by=by if is_shown else None, notice=notice,
        certified_at=at if is_shown else None,
    )  # fmt: skip


def _world_candidate(batch: Batch, volunteer: Volunteer, state: CandidateState) -> Candidate:
    grade = 1 if state == CandidateState.ACCEPTED else 2
    values = {m.key: 0 for m in MEASURES} | {
        "minutes": STAR_MINUTES[grade - 1], "proven_minutes": 0, "cases": 0, "absences": 0,
        "held": 0,
    }  # fmt: skip
    return Candidate.objects.create(
        batch=batch, volunteer=volunteer, by_rule=grade, grade=grade, values=values,
        minutes=values["minutes"], state=state,
    )  # fmt: skip
