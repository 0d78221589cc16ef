"""Groups, posts and their days; the days of a public event are shifts placed by name."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import words
from voluncity.service.events.actions.steps import event_of, overtaken, require_live
from voluncity.service.events.models import Event, Group, Post, PostDay
from voluncity.service.events.rules.plans import DayPlan, PostPlan, checked_day, checked_post
from voluncity.service.events.states import EventState
from voluncity.service.projects import actions as projects
from voluncity.service.projects import queries as project_queries
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan


@transaction.atomic
def save_group(
    *,
    event_id: int,
    group_id: int | None = None,
    name: str,
    about: str = "",
    leader_id: int | None = None,
    by: User,
    at: datetime,
) -> Group:
    """Add a group to an event, or change one.

    :raises BadInput: when there is one of this name, or the leader may not lead.
    """
    event = event_of(event_id)
    require_live(event)
    leaders = project_queries.possible_leaders(event.project.organization)
    if leader_id is not None and leader_id not in {user.pk for user in leaders}:
        raise BadInput("组长要有本组织的签到签退权限，请从列表中选择。", field="leader")
    found = Group.objects.filter(event=event, pk=group_id).first() if group_id else None
    group: Group = found or Group(event=event)
    group.name, group.leader_id = words(name, "name", "组名", 12), leader_id
    group.about = words(about, "about", "做什么", 200, wanted=False)
    _kept(group, "已有同名的组，请换个名称。")
    record("events.save_group", group, by=by, at=at, event=event.pk)
    return group


def _kept(row: Group | Post, sentence: str) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BadInput(sentence, field="name") from error


@transaction.atomic
def remove_group(*, group_id: int, by: User, at: datetime) -> None:
    """Take an empty group away.

    :raises Refusal: when it has posts, or somebody would like to work in it.
    """
    group = Group.objects.select_related("event").filter(pk=group_id).first()
    if group is None:
        raise NotFound("没有找到这个组。")
    require_live(group.event)
    try:
        with transaction.atomic():
            record("events.remove_group", group, by=by, at=at, event=group.event_id)
            group.delete()
    except ProtectedError as error:
        raise Refusal(
            "这个组已有岗位，或有人选了它，不能删除。请先删除岗位。", code="events.group_in_use"
        ) from error


@transaction.atomic
def save_post(
    *, group_id: int, post_id: int | None = None, plan: PostPlan, by: User, at: datetime
) -> Post:
    """Add a post to a group, or change one.

    :raises BadInput: at a field that breaks a rule, or when there is one of this name.
    """
    group = Group.objects.select_related("event").filter(pk=group_id).first()
    if group is None:
        raise NotFound("没有找到这个组。")
    require_live(group.event)
    plan = checked_post(plan)
    found = Post.objects.filter(group=group, pk=post_id).first() if post_id else None
    post: Post = found or Post(group=group)
    values = asdict(plan)
    skills = values.pop("skill_ids")
    for name, value in values.items():
        setattr(post, name, value)
    _kept(post, "这个组已有同名的岗位，请换个名称。")
    post.skills.set(skills)
    record("events.save_post", post, by=by, at=at, event=group.event_id)
    return post


@transaction.atomic
def remove_post(*, post_id: int, by: User, at: datetime) -> None:
    """Take a post away that has no shifts yet.

    :raises Refusal: when it is public.
    """
    post = Post.objects.select_related("group__event").filter(pk=post_id).first()
    if post is None:
        raise NotFound("没有找到这个岗位。")
    require_live(post.group.event)
    if post.activity_id is not None:
        raise Refusal("岗位已经公布，不能删除。可以把不需要的日子去掉。", code="events.post_public")
    record("events.remove_post", post, by=by, at=at, event=post.group.event_id)
    post.days.all().delete()
    post.delete()


@transaction.atomic
def save_day(*, post_id: int, plan: DayPlan, by: User, at: datetime) -> PostDay:
    """Say how many people a post wants on a day; once people are placed only the number changes.

    :raises BadInput: when it is no day of the event.
    :raises Refusal: when more people are placed than are wanted now.
    """
    post = Post.objects.select_related("group__event").filter(pk=post_id).first()
    if post is None:
        raise NotFound("没有找到这个岗位。")
    event = event_of(post.group.event_id)
    require_live(event)
    plan = checked_day(plan, event)
    row: PostDay = post.days.filter(day=plan.day).first() or PostDay(post=post, day=plan.day)
    if row.shift_id is not None:
        _change_shift(row, plan, by=by, at=at)
    row.begins, row.ends, row.wanted = plan.begins, plan.ends, plan.wanted
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise overtaken("save_day") from error
    record("events.save_day", post, by=by, at=at, event=event.pk, wanted=plan.wanted)
    if event.state == EventState.OPEN:
        lay_out(event, post, by=by, at=at)
    return row


def _change_shift(row: PostDay, plan: DayPlan, *, by: User, at: datetime) -> None:
    assert row.shift_id is not None, "asked for by the caller"  # noqa: S101
    if (row.begins, row.ends) == (plan.begins, plan.ends):
        if row.wanted != plan.wanted:
            try:
                projects.change_capacity(shift_id=row.shift_id, capacity=plan.wanted, by=by, at=at)
            except Refusal as refusal:
                raise Refusal(
                    refusal.sentence.replace("报名", "安排"), code=refusal.code, field="wanted"
                ) from refusal
        return
    wanted = shift_plan(PostDay(day=plan.day, begins=plan.begins, ends=plan.ends,
                                wanted=plan.wanted), row.post.name)  # fmt: skip
    if not projects.change_free_shift(shift_id=row.shift_id, plan=wanted, by=by, at=at):
        raise BadInput("这一天已经安排了人，不能再改时间，只能改人数。", field="begins")


@transaction.atomic
def remove_day(*, day_id: int, by: User, at: datetime) -> None:
    """Take a day of a post away.

    :raises Refusal: when somebody was placed there, or it is the last day of a public post.
    """
    row = PostDay.objects.select_related("post__group__event").filter(pk=day_id).first()
    if row is None:
        raise NotFound("没有找到这一天。")
    require_live(row.post.group.event)
    shift_id = row.shift_id
    if shift_id is not None:
        PostDay.objects.filter(pk=row.pk).update(shift=None)
        if shift_id not in projects.remove_free_shifts(shift_ids=[shift_id], by=by, at=at):
            raise Refusal(
                "这一天已经安排过人、已经开始，或者是这个岗位的最后一天，不能删除。",
                code="events.day_in_use",
            )
    record("events.remove_day", row.post, by=by, at=at, event=row.post.group.event_id)
    row.delete()


def shift_plan(row: PostDay, name: str) -> ShiftPlan:
    """Return a day of a post as a shift."""
    begins = datetime.combine(row.day, row.begins, CITY_TZ)
    ends = datetime.combine(row.day, row.ends, CITY_TZ)
    return ShiftPlan(name, begins, ends, row.wanted)


def lay_out(event: Event, post: Post, *, by: User, at: datetime) -> None:
    """Make the shifts of a post's days that have none; they belong to one activity.

    :raises Refusal: when a day has begun already, or the project does not recruit any more.
    """
    rows = list(post.days.filter(shift=None).order_by("day"))
    if not rows:
        return
    plans = [shift_plan(row, post.name) for row in rows]
    if post.activity_id is None:
        made = _new_activity(event, post, plans, by=by, at=at)
    else:
        added = projects.add_shifts(activity_id=post.activity_id, shifts=plans, by=by, at=at)
        made = [shift.pk for shift in added]
    for row, shift_id in zip(rows, made, strict=True):
        PostDay.objects.filter(pk=row.pk).update(shift=shift_id)


def _new_activity(
    event: Event, post: Post, plans: list[ShiftPlan], *, by: User, at: datetime
) -> list[int]:
    activity = projects.create_activity(
        project_id=event.project_id,
        plan=ActivityPlan(
            name=f"{event.name} · {post.group.name} · {post.name}"[:60],
            region_id=event.region_id,
            address=f"{event.place} {post.place}"[:120],
            leader_id=post.group.leader_id or event.leader_id,
            description=post.tasks,
        ),
        shifts=plans,
        by=by,
        at=at,
    )
    projects.open_activity(activity_id=activity.pk, by=by, at=at, by_list=True)
    Post.objects.filter(pk=post.pk).update(activity=activity)
    post.activity = activity
    return list(activity.shifts.order_by("starts_at", "pk").values_list("pk", flat=True))
