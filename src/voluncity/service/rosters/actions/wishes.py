"""A volunteer says when, how often and where they can stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.rosters.actions.steps import plan_of
from voluncity.service.rosters.models import Away, FreeSlot, Liking, Plan, Wish
from voluncity.service.rosters.states import PlanState
from voluncity.service.signups import rules as signup_rules

MOST_AWAYS = 62
MOST_LIKINGS = 20


@dataclass(frozen=True, kw_only=True)
class WishPlan:
    """What was filled in: times as (slot, weekday), posts by id."""

    times: Collection[tuple[int, int]]
    max_per_week: int = 2
    near_id: int | None = None
    liked: Collection[int] = ()
    disliked: Collection[int] = ()
    aways: Collection[date] = ()


@transaction.atomic
def save_wish(
    *, plan_id: int, volunteer: Volunteer, wish: WishPlan, risks_read: bool, by: User, at: datetime
) -> Wish:
    """Take part in a plan, or change what one said before.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: when the plan is not used any more.
    """
    plan = plan_of(plan_id)
    if plan.state != PlanState.ACTIVE:
        raise Refusal("这个排班方案已停用，请看看别的。", code="rosters.not_active")
    signup_rules.require_risks_read(risks_read=risks_read)
    _check(plan, wish)
    row, _ = Wish.objects.update_or_create(
        plan=plan,
        volunteer=volunteer,
        defaults={
            "near_id": wish.near_id, "max_per_week": wish.max_per_week,
            "risks_read_at": at, "left_at": None,
        },
        create_defaults={
            "near_id": wish.near_id, "max_per_week": wish.max_per_week,
            "risks_read_at": at, "joined_at": at,
        },
    )  # fmt: skip
    _write(row, wish)
    record(
        "rosters.wish", row, by=by, at=at, plan=plan.pk, volunteer=volunteer.pk,
        on_behalf_of=None if volunteer.user_id == by.pk else volunteer, times=len(wish.times),
    )  # fmt: skip
    return row


@transaction.atomic
def leave_plan(*, plan_id: int, volunteer: Volunteer, by: User, at: datetime) -> None:
    """Take part no longer; turns that one has stay one's own."""
    row = Wish.objects.filter(plan=plan_id, volunteer=volunteer, left_at=None)
    if row.update(left_at=at):
        record("rosters.leave", ("plan", plan_id), by=by, at=at, volunteer=volunteer.pk)


def _check(plan: Plan, wish: WishPlan) -> None:
    slots = set(plan.slots.filter(retired_at=None).values_list("pk", flat=True))
    posts = set(plan.posts.filter(retired_at=None).values_list("pk", flat=True))
    if not wish.times:
        raise BadInput("请至少选一个能来的时间。", field="times")
    if any(slot not in slots or not 0 <= day <= 6 for slot, day in wish.times):  # noqa: PLR2004
        raise BadInput("班次时间有变动，请刷新页面后重新选择。", field="times")
    if not 1 <= wish.max_per_week <= plan.max_per_week:
        raise BadInput(f"每周次数应为 1 到 {plan.max_per_week}，请修改。", field="max_per_week")
    chosen = {*wish.liked, *wish.disliked} | ({wish.near_id} if wish.near_id else set())
    if chosen - posts:
        raise BadInput("请从列表中选择岗位。", field="near")
    if set(wish.liked) & set(wish.disliked):
        raise BadInput("同一个岗位不能既想去又不去，请修改。", field="disliked")
    if len(chosen) > MOST_LIKINGS:
        raise BadInput(f"最多选 {MOST_LIKINGS} 个岗位。", field="liked")
    if len(wish.aways) > MOST_AWAYS:
        raise BadInput(f"最多填 {MOST_AWAYS} 天。", field="aways")


def _write(row: Wish, wish: WishPlan) -> None:
    for old in (row.free_slots, row.aways, row.likings):
        old.all().delete()
    FreeSlot.objects.bulk_create(
        FreeSlot(wish=row, slot_id=slot, weekday=day) for slot, day in sorted(set(wish.times))
    )
    Away.objects.bulk_create(Away(wish=row, day=day) for day in sorted(set(wish.aways)))
    Liking.objects.bulk_create(
        [Liking(wish=row, post_id=pk, is_liked=True) for pk in set(wish.liked)]
        + [Liking(wish=row, post_id=pk, is_liked=False) for pk in set(wish.disliked)]
    )
