"""Write a standing plan: its numbers, posts, times, exceptions, places, and who is kept apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TypeVar

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import words
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.rules import whole_number
from voluncity.service.rosters.actions.steps import held_plan, overtaken
from voluncity.service.rosters.models import Need, Pair, Plan, Post, Slot, Special
from voluncity.service.rosters.queries import stations
from voluncity.service.rosters.rules.recurrence import checked_rule
from voluncity.service.rosters.states import PLAN_FLOW, Days
from voluncity.service.signups import queries as signups

T = TypeVar("T")
MOST_POSTS = 500
MOST_SLOTS = 12
MOST_PLACES = 50


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What a plan says about itself."""

    name: str
    leader_id: int
    region_id: int
    weeks: int = 4
    rest_minutes: int = 480
    max_per_day: int = 1
    max_per_week: int = 3
    max_km: int = 5
    station_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PostFacts:
    """A post as it is written."""

    name: str
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    places: int = 1


@dataclass(frozen=True, kw_only=True)
class SlotFacts:
    """A time that repeats, as it is written."""

    name: str
    begins: time
    minutes: int
    rule: str
    since: date
    days: str = Days.ALL
    until: date | None = None


@transaction.atomic
def create_plan(*, project_id: int, facts: PlanFacts, by: User, at: datetime) -> Plan:
    """Keep a new plan as a draft.

    :raises BadInput: at a field that breaks a rule.
    """
    project = Project.objects.select_related("organization").filter(pk=project_id).first()
    if project is None:
        raise NotFound("没有找到这个项目。")
    checked = _checked_plan(project, facts)
    plan = Plan.objects.create(project=project, created_at=at, created_by=by, **vars(checked))
    record("rosters.create_plan", plan, by=by, at=at, project=project_id)
    return plan


@transaction.atomic
def change_plan(*, plan_id: int, facts: PlanFacts, by: User, at: datetime) -> Plan:
    """Write a plan anew; shifts that exist follow when they are generated next.

    :raises BadInput: at a field that breaks a rule.
    """
    plan = held_plan(plan_id)
    checked = _checked_plan(plan.project, facts)
    Plan.objects.filter(pk=plan.pk).update(**vars(checked))
    record("rosters.change_plan", plan, by=by, at=at)
    return held_plan(plan_id)


@transaction.atomic
def step_plan(*, plan_id: int, verb: str, by: User, at: datetime) -> Plan:
    """Begin to use a plan, or use it no longer.

    :raises WrongState: when the step is not possible.
    """
    plan = held_plan(plan_id)
    target = PLAN_FLOW.after(verb, plan.state)
    if not Plan.objects.filter(pk=plan.pk, state=plan.state).update(state=target):
        raise overtaken(verb)
    plan.state = target
    record(f"rosters.{verb}_plan", plan, by=by, at=at)
    return plan


def _checked_plan(project: Project, facts: PlanFacts) -> PlanFacts:
    whole_number(facts.weeks, "weeks", "提前周数", 1, 8)
    whole_number(facts.rest_minutes, "rest_minutes", "休息时间（分钟）", 0, 2880)
    whole_number(facts.max_per_day, "max_per_day", "每天班数", 1, 6)
    whole_number(facts.max_per_week, "max_per_week", "每周班数", 1, 14)
    whole_number(facts.max_km, "max_km", "公里数", 1, 100)
    leaders = {user.pk for user in projects.possible_leaders(project.organization)}
    if facts.leader_id not in leaders:
        raise BadInput("负责人要有本组织的签到签退权限，请从列表中选择。", field="leader")
    possible = stations.possible_stations(project.organization)
    if facts.station_id is not None and not possible.filter(pk=facts.station_id).exists():
        raise BadInput("请从列表中选择本组织的服务站。", field="station")
    return replace(facts, name=words(facts.name, "name", "方案名称", 30))


@transaction.atomic
def save_post(
    *, plan_id: int, facts: PostFacts, post_id: int | None = None, by: User, at: datetime
) -> Post:
    """Add a post, or change one.

    :raises BadInput: at a field that breaks a rule, or when the name is used.
    """
    plan = held_plan(plan_id)
    checked = checked_post(facts)
    if post_id is None:
        _require_room(plan, 1)
        post = _unique(lambda: Post.objects.create(plan=plan, **vars(checked)), checked.name)
    else:
        post = _post(plan, post_id)
        for name, value in vars(checked).items():
            setattr(post, name, value)
        _unique(lambda: post.save(update_fields=list(vars(checked))), checked.name)
    record("rosters.save_post", post, by=by, at=at, plan=plan.pk)
    return post


@transaction.atomic
def save_posts(
    *, plan_id: int, rows: Sequence[PostFacts], by: User, at: datetime
) -> tuple[int, int]:
    """Write a whole list of posts, by their names; return how many are new and how many known.

    :raises BadInput: when a row breaks a rule: then nothing of the list is written.
    """
    plan = held_plan(plan_id)
    known = {post.name: post for post in plan.posts.filter(retired_at=None)}
    checked = [checked_post(row) for row in rows]
    new = [row for row in checked if row.name not in known]
    _require_room(plan, len({row.name for row in new}))
    for row in checked:
        post = known.get(row.name) or Post(plan=plan)
        for name, value in vars(row).items():
            setattr(post, name, value)
        post.save()
        known[row.name] = post
    record("rosters.save_posts", plan, by=by, at=at, new=len(new), known=len(rows) - len(new))
    return len(new), len(rows) - len(new)


@transaction.atomic
def retire_post(*, post_id: int, by: User, at: datetime) -> None:
    """Use a post no longer; its turns that nobody has go when shifts are generated next."""
    if Post.objects.filter(pk=post_id, retired_at=None).update(retired_at=at):
        record("rosters.retire_post", ("post", post_id), by=by, at=at)


def checked_post(facts: PostFacts) -> PostFacts:
    """Return a post as it is stored.

    :raises BadInput: at the first field that breaks a rule.
    """
    if (facts.lat is None) != (facts.lng is None):
        raise BadInput(
            "经度和纬度要么都填，要么都不填。", field="lat" if facts.lat is None else "lng"
        )
    if facts.lat is not None and not -90 <= facts.lat <= 90:  # noqa: PLR2004 -- degrees
        raise BadInput("纬度应在 -90 到 90 之间，请修改。", field="lat")
    if facts.lng is not None and not -180 <= facts.lng <= 180:  # noqa: PLR2004 -- degrees
        raise BadInput("经度应在 -180 到 180 之间，请修改。", field="lng")
    whole_number(facts.places, "places", "每班人数", 1, MOST_PLACES)
    return replace(
        facts,
        name=words(facts.name, "name", "岗位名称", 24),
        address=words(facts.address, "address", "地址", 120, wanted=False),
    )


@transaction.atomic
def set_needs(
    *, plan_id: int, needs: Mapping[tuple[int, int], int | None], by: User, at: datetime
) -> None:
    """Write how many people posts need at times; None is the post's usual number.

    :raises BadInput: outside 0 to 50, or for a post or time of another plan.
    """
    plan = held_plan(plan_id)
    posts = set(plan.posts.values_list("pk", flat=True))
    slots = set(plan.slots.values_list("pk", flat=True))
    for (post, slot), places in needs.items():
        if post not in posts or slot not in slots:
            raise BadInput("岗位或班次时间有变动，请刷新页面。", field="needs")
        if places is None:
            Need.objects.filter(post=post, slot=slot).delete()
            continue
        whole_number(places, "needs", "人数", 0, MOST_PLACES)
        Need.objects.update_or_create(post_id=post, slot_id=slot, defaults={"places": places})
    record("rosters.set_needs", plan, by=by, at=at, count=len(needs))


@transaction.atomic
def save_slot(
    *, plan_id: int, facts: SlotFacts, slot_id: int | None = None, by: User, at: datetime
) -> Slot:
    """Add a time that repeats, or change one.

    :raises BadInput: at a field that breaks a rule, or when the name is used.
    """
    plan = held_plan(plan_id)
    checked = _checked_slot(facts)
    if slot_id is None:
        if plan.slots.filter(retired_at=None).count() >= MOST_SLOTS:
            raise Refusal(f"一个方案最多 {MOST_SLOTS} 个班次时间。", code="rosters.too_many_slots")
        slot = _unique(lambda: Slot.objects.create(plan=plan, **vars(checked)), checked.name)
    else:
        slot = _slot(plan, slot_id)
        for name, value in vars(checked).items():
            setattr(slot, name, value)
        _unique(lambda: slot.save(update_fields=list(vars(checked))), checked.name)
    record("rosters.save_slot", slot, by=by, at=at, plan=plan.pk)
    return slot


@transaction.atomic
def retire_slot(*, slot_id: int, by: User, at: datetime) -> None:
    """Hold a time no longer; its turns that nobody has go when shifts are generated next."""
    if Slot.objects.filter(pk=slot_id, retired_at=None).update(retired_at=at):
        record("rosters.retire_slot", ("slot", slot_id), by=by, at=at)


@transaction.atomic
def set_special(*, slot_id: int, day: date, is_on: bool | None, by: User, at: datetime) -> None:
    """Hold a time on a day on which it is not held, or the other way; None forgets it."""
    rows = Special.objects.filter(slot=slot_id, day=day)
    if is_on is None:
        rows.delete()
    else:
        Special.objects.update_or_create(slot_id=slot_id, day=day, defaults={"is_on": is_on})
    record(
        "rosters.set_special", ("slot", slot_id), by=by, at=at,
        day=day.isoformat(), is_on=is_on,
    )  # fmt: skip


def _checked_slot(facts: SlotFacts) -> SlotFacts:
    whole_number(facts.minutes, "minutes", "时长（分钟）", 10, 1440)
    if facts.until is not None and facts.until < facts.since:
        raise BadInput("结束日期不能早于开始日期，请修改。", field="until")
    if facts.days not in Days.values:
        raise BadInput("请从列表中选择。", field="days")
    return replace(
        facts,
        name=words(facts.name, "name", "名称", 12),
        rule=checked_rule(facts.rule),
    )


@transaction.atomic
def keep_apart(*, plan_id: int, number: str, other_number: str, by: User, at: datetime) -> Pair:
    """Note that two people are not to be put at one post together.

    :raises BadInput: when a number is nobody's, or both are one person's.
    """
    plan = held_plan(plan_id)
    one = signups.volunteer_with_number(number)
    try:
        other = signups.volunteer_with_number(other_number)
    except BadInput as refusal:
        raise BadInput(refusal.sentence, field="other_number") from refusal
    if one.pk == other.pk:
        raise BadInput("两个编号是同一个人，请核对。", field="other_number")
    first, second = sorted((one.pk, other.pk))
    pair, is_new = Pair.objects.get_or_create(plan=plan, one_id=first, other_id=second)
    if is_new:
        record("rosters.keep_apart", pair, by=by, at=at, plan=plan.pk, one=first, other=second)
    return pair


@transaction.atomic
def forget_pair(*, pair_id: int, by: User, at: datetime) -> None:
    """Let two people be put together again."""
    found = Pair.objects.filter(pk=pair_id).first()
    if found is not None:
        record("rosters.forget_pair", found, by=by, at=at, plan=found.plan_id)
        found.delete()


def _require_room(plan: Plan, more: int) -> None:
    if plan.posts.filter(retired_at=None).count() + more > MOST_POSTS:
        raise Refusal(
            f"一个方案最多 {MOST_POSTS} 个岗位，请分成几个方案。", code="rosters.too_many_posts"
        )


def _post(plan: Plan, post_id: int) -> Post:
    post: Post | None = plan.posts.filter(pk=post_id, retired_at=None).first()
    if post is None:
        raise NotFound("没有找到这个岗位，请刷新页面。")
    return post


def _slot(plan: Plan, slot_id: int) -> Slot:
    slot: Slot | None = plan.slots.filter(pk=slot_id, retired_at=None).first()
    if slot is None:
        raise NotFound("没有找到这个班次时间，请刷新页面。")
    return slot


def _unique(write: Callable[[], T], name: str) -> T:
    """Write a row whose name is used once in its plan.

    :raises BadInput: when another row has it.
    """
    try:
        with transaction.atomic():
            return write()
    except IntegrityError:
        raise BadInput(f"已有“{name}”，请换一个名称。", field="name") from None
