"""The star ladder of the demo city, a certified batch of stars, and one that is being decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.access.scopes import Scope
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.states import IdentityState
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level
from voluncity.doors.portal.demo.story import moment
from voluncity.honor.certification import actions
from voluncity.honor.certification.actions import BatchPlan, Nomination
from voluncity.honor.certification.models import Batch, Grade, Honor, Ladder
from voluncity.honor.certification.states import CandidateState, HonorKind
from voluncity.honor.recognition.models import StarTier, Total
from voluncity.honor.recognition.queries import ALL_TIME
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

# Three months of a small city: its own trial ladder in hours, for what comes by itself as well as
# for what is certified. The fifth star is what who tries the demo reaches (building.KNOWN).
HOURS = (10, 20, 30, 50, 100)
BASIS = "演示：太原市星级志愿者认定试行标准"
FIRST = timedelta(days=25)
GRADE = 3  # for which an organization nominates somebody


def certify_stars(cast: Cast, *, at: datetime) -> None:
    """Certify a first batch three weeks ago; leave a second one to whoever tries the desk."""
    first = _batch(cast, "第一批星级志愿者认定", at - FIRST, back=5)
    if not first.candidates.filter(state=CandidateState.WAITING).exists():
        actions.cancel_batch(batch_id=first.pk, by=cast.office, at=at - FIRST)
        return  # a city too young for it
    actions.accept_all(batch_id=first.pk, grade=None, by=cast.office, at=at - FIRST)
    shown = actions.show_batch(batch_id=first.pk, by=cast.office, at=at - FIRST)
    assert shown.notice is not None  # noqa: S101 -- what is shown has its notice
    over = moment(shown.notice.shown_until + timedelta(days=1), "02:00")
    publicity.finish_due(today=local_date(over), at=over)
    catch_up(at=at)
    second = _batch(cast, "第二批星级志愿者认定", at - timedelta(days=2), back=1)
    _nominate(cast, second, at=at - timedelta(days=1))


def set_ladders(at: datetime) -> None:
    """Let the city's own stars hold from a day on: the same hours for both kinds."""
    day = local_date(at)
    StarTier.objects.bulk_create(
        StarTier(valid_from=day, stars=stars, minutes=hours * 60)
        for stars, hours in enumerate(HOURS, start=1)
    )
    ladder = Ladder.objects.create(
        kind=HonorKind.STARS, valid_from=day, basis=BASIS, publicity_workdays=5,
        clean_months=12, absences_most=2,
    )  # fmt: skip
    Grade.objects.bulk_create(
        Grade(
            ladder=ladder, grade=grade, minutes=hours * 60, months=1, proven_percent=30,
            level=Level.COUNTY if grade < len(HOURS) - 1 else Level.CITY,
        )
        for grade, hours in enumerate(HOURS, start=1)
    )  # fmt: skip


def _batch(cast: Cast, title: str, at: datetime, *, back: int) -> Batch:
    until = local_date(at) - timedelta(days=back)
    plan = BatchPlan(title, HonorKind.STARS, regions.city().pk, until)
    batch = actions.start_batch(plan=plan, by=cast.office, at=at)
    actions.count_batch(batch_id=batch.pk, clock=lambda: at)
    return batch


def _nominate(cast: Cast, batch: Batch, *, at: datetime) -> None:
    """Let an organization nominate one of its members who has few hours."""
    team, leader = cast.teams["qiaodong"], cast.staff["demo-org-admin"]
    few = (
        Total.objects.filter(
            month=ALL_TIME, volunteer__memberships__organization=team,
            volunteer__memberships__left_at=None, volunteer__closed_at=None,
            volunteer__identity_state=IdentityState.VERIFIED,
        )
        .exclude(volunteer__in=batch.candidates.exclude(state="short").values("volunteer"))
        .exclude(volunteer__in=Honor.objects.filter(grade__gte=GRADE).values("volunteer"))
        .select_related("volunteer")
        .order_by("-minutes", "pk")
        .first()
    )  # fmt: skip
    if few is None:
        return
    words = "十多年来义务照看小区里的独居老人，早年没有签到，平台上没有记全，社区可以证明。"
    scope = Scope(organizations=(team.path,))
    actions.nominate(
        batch_id=batch.pk, nomination=Nomination(few.volunteer.number, GRADE, words, scope),
        by=leader, at=at,
    )  # fmt: skip
