"""Ladders, batches and honors for tests, with hours that come straight into the books."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions
from voluncity.honor.certification.actions import BatchPlan
from voluncity.honor.certification.models import Batch, Grade, Honor, Ladder
from voluncity.honor.certification.states import HonorKind
from voluncity.honor.recognition.models import Total
from voluncity.kernel.clock import local_date
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer

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
