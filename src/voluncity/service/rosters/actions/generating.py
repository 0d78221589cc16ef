"""Make the dated shifts of a plan: as often as one likes, with the same result.

What the plan wants and does not exist is made; what it no longer wants, or wants otherwise, is
changed only while it is still to come and nobody has signed up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Project, Shift
from voluncity.service.projects.rules import MAX_STANDING, ActivityPlan, ShiftPlan
from voluncity.service.projects.states import RECRUITING_STATES, ActivityState
from voluncity.service.rosters.actions.steps import held_plan, plan_of
from voluncity.service.rosters.models import Plan, Post, PostMonth, Turn
from voluncity.service.rosters.queries.dates import Key, Wanted, wanted
from voluncity.service.rosters.rules.recurrence import monday_of
from voluncity.service.rosters.states import PlanState


@dataclass
class Outcome:
    """What came of it: turns made, changed, removed, and kept because somebody has them."""

    made: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0

    def plus(self, other: Outcome) -> Outcome:
        """Return the sum."""
        return Outcome(
            self.made + other.made, self.changed + other.changed,
            self.removed + other.removed, self.kept + other.kept,
        )  # fmt: skip


def generate(*, plan_id: int, by: User, at: datetime) -> Outcome:
    """Make the shifts of the coming weeks, post by post; each post is one transaction.

    :raises Refusal: while the plan is not used, or its project does not recruit.
    """
    plan = plan_of(plan_id)
    _require_ready(plan)
    first, last = _window(plan, at)
    total = Outcome()
    by_post = wanted(plan, first, last) if first <= last else {}
    for post in plan.posts.order_by("pk"):
        total = total.plus(_of_post(plan, post, by_post.get(post.pk, {}), by=by, at=at))
    record("rosters.generate", plan, by=by, at=at, **vars(total))
    return total


def _require_ready(plan: Plan) -> None:
    if plan.state != PlanState.ACTIVE:
        raise Refusal("方案还没有启用，请先启用再生成班次。", code="rosters.not_active")
    if plan.project.state not in RECRUITING_STATES:
        raise Refusal(
            "项目发布后才能生成班次，请先完成项目的审核和发布。", code="projects.not_published"
        )
    if not plan.posts.exists():
        raise Refusal("还没有岗位，请先填写或导入岗位。", code="rosters.no_posts")
    if not plan.slots.exists():
        raise Refusal("还没有班次时间，请先添加，例如“早高峰”。", code="rosters.no_slots")


def _window(plan: Plan, at: datetime) -> tuple[date, date]:
    """Return the first and last day for which shifts are made; the project's dates bound it."""
    today = local_date(at)
    last = today + timedelta(weeks=plan.weeks)
    project: Project = plan.project
    return max(today, project.starts_on), min(last, project.ends_on)


@transaction.atomic
def _of_post(
    plan: Plan, post: Post, asked: dict[Key, Wanted], *, by: User, at: datetime
) -> Outcome:
    held_plan(plan.pk)
    found = (
        Turn.objects.filter(post=post, day__gte=local_date(at))
        .exclude(shift__activity__state=ActivityState.CANCELLED)  # left as it is
        .select_related("shift", "slot")
    )
    known = {(turn.post_id, turn.slot_id, turn.day): turn for turn in found}
    coming = {key: one for key, one in asked.items() if _fits(plan.project, one, at)}
    outcome = Outcome()
    outcome.removed, outcome.kept = _remove(
        [turn for key, turn in known.items() if key not in asked], by=by, at=at
    )
    for key in coming.keys() & known.keys():
        _adapt(known[key], coming[key], outcome, by=by, at=at)
    missing = [coming[key] for key in sorted(coming.keys() - known.keys(), key=lambda k: k[2])]
    outcome.made = _make(plan, post, missing, by=by, at=at)
    return outcome


def _fits(project: Project, one: Wanted, at: datetime) -> bool:
    """Return whether a turn is still to come and ends within the project's days."""
    starts_at, ends_at = one.times
    return starts_at > at and local_date(ends_at - timedelta(microseconds=1)) <= project.ends_on


def _remove(turns: Sequence[Turn], *, by: User, at: datetime) -> tuple[int, int]:
    """Remove turns that are not wanted any more; return how many went and how many stay."""
    coming = {t.shift_id: t for t in turns if t.shift and t.shift.starts_at > at}
    gone = projects.remove_free_shifts(shift_ids=[pk for pk in coming if pk], by=by, at=at)
    for pk, turn in coming.items():
        if pk not in gone and _called_off(turn, by=by, at=at):
            gone.add(turn.shift_id or 0)
    Turn.objects.filter(pk__in=[coming[pk].pk for pk in gone]).delete()
    return len(gone), len(coming) - len(gone)


def _called_off(turn: Turn, *, by: User, at: datetime) -> bool:
    """Call the month of a post off when its last shift goes; return whether it was done.

    The month is forgotten: should the post be wanted again, it gets a new activity.
    """
    shift = turn.shift
    assert shift is not None, "asked for by the caller"  # noqa: S101
    others = Shift.objects.filter(activity=shift.activity_id).exclude(pk=shift.pk)
    if others.exists() or shift.signups.exists():
        return False
    PostMonth.objects.filter(activity=shift.activity_id).delete()
    projects.cancel_activity(
        activity_id=shift.activity_id, reason="排班调整，这个岗位不再设班", by=by, at=at
    )
    return True


def _adapt(turn: Turn, one: Wanted, outcome: Outcome, *, by: User, at: datetime) -> None:
    shift = turn.shift
    if shift is None:
        return  # taken off by hand
    starts_at, ends_at = one.times
    now = (shift.name, shift.starts_at, shift.ends_at, shift.capacity)
    if now == (one.name, starts_at, ends_at, one.places):
        return
    plan = ShiftPlan(one.name, starts_at, ends_at, one.places)
    if projects.change_free_shift(shift_id=shift.pk, plan=plan, by=by, at=at):
        outcome.changed += 1
    elif now[1:3] == (starts_at, ends_at) and one.places > shift.capacity:
        projects.change_capacity(shift_id=shift.pk, capacity=one.places, by=by, at=at)
        outcome.changed += 1
    else:
        outcome.kept += 1


def _make(plan: Plan, post: Post, missing: Sequence[Wanted], *, by: User, at: datetime) -> int:
    months: dict[date, list[Wanted]] = {}
    for one in missing:
        months.setdefault(one.day.replace(day=1), []).append(one)
    return sum(_make_month(plan, post, month, ones, by=by, at=at) for month, ones in months.items())


def _make_month(
    plan: Plan, post: Post, month: date, ones: Sequence[Wanted], *, by: User, at: datetime
) -> int:
    """Make the turns of one month; they lie in one activity, as long as it is not called off."""
    shifts = [ShiftPlan(one.name, *one.times, one.places) for one in ones]
    held = PostMonth.objects.select_related("activity").filter(post=post, month=month).first()
    if held is not None and held.activity.state == ActivityState.CANCELLED:
        return 0
    if (held.activity.shifts.count() if held else 0) + len(shifts) > MAX_STANDING:
        raise BadInput(
            f"岗位“{post.name}”一个月超过 {MAX_STANDING} 个班次，请减少班次时间，或分成两个方案。",
            code="rosters.too_many_shifts",
        )
    if held is None:
        made = _new_activity(plan, post, month, shifts, by=by, at=at)
    else:
        rows = projects.add_shifts(activity_id=held.activity_id, shifts=shifts, by=by, at=at)
        made = [row.pk for row in rows]
    _link(ones, made)
    return len(made)


def _new_activity(
    plan: Plan, post: Post, month: date, shifts: Sequence[ShiftPlan], *, by: User, at: datetime
) -> list[int]:
    activity = projects.create_activity(
        project_id=plan.project_id,
        plan=ActivityPlan(
            name=f"{plan.name} · {post.name}"[:60],
            region_id=plan.region_id,
            address=post.address or post.name,
            leader_id=plan.leader_id,
            lat=post.lat,
            lng=post.lng,
        ),
        shifts=shifts[:1],
        by=by,
        at=at,
    )
    projects.open_activity(activity_id=activity.pk, by=by, at=at)
    PostMonth.objects.create(post=post, month=month, activity=activity)
    made = [activity.shifts.get().pk]
    if shifts[1:]:
        more = projects.add_shifts(activity_id=activity.pk, shifts=shifts[1:], by=by, at=at)
        made += [shift.pk for shift in more]
    return made


def _link(ones: Iterable[Wanted], shift_ids: Iterable[int]) -> None:
    Turn.objects.bulk_create(
        Turn(post=one.post, slot=one.slot, day=one.day, shift_id=shift_id)
        for one, shift_id in zip(ones, shift_ids, strict=True)
    )


def generate_due(*, at: datetime) -> None:
    """Make the shifts of every plan that is used; one that cannot be made now waits.

    Its leader is told why, once a week as long as it lasts.
    """
    for plan in Plan.objects.filter(state=PlanState.ACTIVE).select_related("leader"):
        try:
            generate(plan_id=plan.pk, by=plan.leader, at=at)
        except Refusal as refusal:
            _tell_leader(plan, refusal, at=at)


def _tell_leader(plan: Plan, refusal: Refusal, *, at: datetime) -> None:
    week = monday_of(local_date(at))
    inbox.send(
        user_id=plan.leader_id, key=f"rosters.generate:{plan.pk}:{refusal.code}:{week}",
        title="班次没有自动生成", body=f"“{plan.name}”：{refusal.sentence}", at=at,
        url=reverse("rosters:desk_plan", args=[plan.pk]),
    )  # fmt: skip
