"""What speaks against one more turn for one person: rest, limits, pairs; in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date, span_text
from voluncity.service.projects.models import Shift
from voluncity.service.rosters.models import Assignment, Pair, Plan, Run, Turn, Wish
from voluncity.service.rosters.rules.problem import Moment, too_near
from voluncity.service.rosters.rules.recurrence import monday_of
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING

Spans = Sequence[tuple[datetime, datetime, bool]]  # start, end, whether it is a turn of the plan


def against(
    plan: Plan, volunteer: Volunteer, shift: Shift, *, run: Run | None = None, but: int = 0
) -> str:
    """Return why a turn would be too much for somebody, or ''.

    `run`: count the assignments of a draft, too, except that with the id `but`.
    """
    others = _held(plan, volunteer, shift)
    if run is not None:
        others += _drafted(run, volunteer, but)
    return _tired(plan, shift, others) or _too_often(plan, volunteer, shift, others)


def _held(plan: Plan, volunteer: Volunteer, shift: Shift) -> list[tuple[datetime, datetime, bool]]:
    week = timedelta(days=8)
    found = Signup.objects.filter(
        volunteer=volunteer, state__in=HOLDING,
        shift__starts_at__range=(shift.starts_at - week, shift.starts_at + week),
    ).exclude(shift=shift)  # fmt: skip
    rows = found.values_list("shift__starts_at", "shift__ends_at", "shift__roster_turn__post__plan")
    return [(start, end, of_plan == plan.pk) for start, end, of_plan in rows]


def _drafted(run: Run, volunteer: Volunteer, but: int) -> list[tuple[datetime, datetime, bool]]:
    found = Assignment.objects.filter(run=run, volunteer=volunteer, signup=None).exclude(pk=but)
    rows = found.values_list("turn__shift__starts_at", "turn__shift__ends_at")
    return [(start, end, True) for start, end in rows if start is not None]


def _tired(plan: Plan, shift: Shift, others: Spans) -> str:
    rest = timedelta(minutes=plan.rest_minutes)
    own = Moment(shift.starts_at, shift.ends_at, 0)
    for start, end, _ in others:
        if too_near(own, Moment(start, end, 0), rest):
            return (
                f"离这位志愿者的另一班（{span_text(start, end)}）太近，"
                f"两班之间至少休息 {plan.rest_minutes // 60} 小时，请换一个班次或换人。"
            )
    return ""


def _too_often(plan: Plan, volunteer: Volunteer, shift: Shift, others: Spans) -> str:
    day = local_date(shift.starts_at)
    days = [local_date(start) for start, _, of_plan in others if of_plan]
    if days.count(day) >= plan.max_per_day:
        return (
            f"这位志愿者当天已有 {days.count(day)} 班，方案规定每人每天最多 {plan.max_per_day} 班。"
        )
    in_week = sum(monday_of(one) == monday_of(day) for one in days)
    wish = Wish.objects.filter(plan=plan, volunteer=volunteer, left_at=None).first()
    most = min(plan.max_per_week, wish.max_per_week) if wish else plan.max_per_week
    if in_week >= most:
        return f"这位志愿者这一周已有 {in_week} 班，每周最多 {most} 班，请换人。"
    return ""


def with_somebody_apart(plan: Plan, volunteer_id: int, present: Iterable[int]) -> bool:
    """Return whether one of those present is not to be put beside this person."""
    ids = list(present)
    either = Q(one=volunteer_id, other__in=ids) | Q(other=volunteer_id, one__in=ids)
    return Pair.objects.filter(either, plan=plan).exists()


def present_at(turn: Turn, run: Run | None) -> set[int]:
    """Return who stands at a turn: placed, and in the draft."""
    placed = Signup.objects.filter(shift=turn.shift_id, state__in=HOLDING)
    found = set(placed.values_list("volunteer_id", flat=True))
    if run is not None:
        drafted = Assignment.objects.filter(run=run, turn=turn, signup=None)
        found |= set(drafted.values_list("volunteer_id", flat=True))
    return found
