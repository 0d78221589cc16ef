"""Plan an event, make it public, call it off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import words
from voluncity.service.events.actions.layout import lay_out
from voluncity.service.events.actions.steps import event_of, overtaken, require_live, step_event
from voluncity.service.events.models import Event, Post
from voluncity.service.events.rules.plans import EventPlan, checked_event, said
from voluncity.service.events.states import EventState
from voluncity.service.projects import actions as projects
from voluncity.service.projects import queries as project_queries
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES, ActivityState


@transaction.atomic
def create_event(*, project_id: int, plan: EventPlan, by: User, at: datetime) -> Event:
    """Keep a new event as a draft.

    :raises BadInput: at a field that breaks a rule.
    """
    found = Project.objects.select_related("organization__region").filter(pk=project_id)
    project = found.filter(state__in=RECRUITING_STATES).first()
    if project is None:
        raise BadInput("请选择已经发布的项目。", field="project")
    plan = _checked(project, plan)
    event = Event.objects.create(project=project, created_at=at, created_by=by, **vars(plan))
    record("events.create_event", event, by=by, at=at, project=project.pk)
    return event


@transaction.atomic
def change_event(*, event_id: int, plan: EventPlan, by: User, at: datetime) -> Event:
    """Write an event anew; its days are settled as soon as it is public.

    :raises BadInput: at a field that breaks a rule.
    :raises WrongState: when it is over.
    """
    event = event_of(event_id)
    require_live(event)
    plan = _checked(event.project, plan)
    if event.state == EventState.OPEN:
        if plan.starts_on != event.starts_on:
            raise BadInput("公布以后不能再改日期。", field="starts_on")
        if plan.ends_on != event.ends_on:
            raise BadInput("公布以后不能再改日期。", field="ends_on")
    elif event.groups.filter(posts__days__isnull=False).exists():
        _require_days_inside(event, plan)
    if not Event.objects.filter(pk=event.pk, state=event.state).update(**vars(plan)):
        raise overtaken("change_event")
    record("events.change_event", event, by=by, at=at, project=event.project_id)
    event.refresh_from_db()
    return event


def _require_days_inside(event: Event, plan: EventPlan) -> None:
    days = Post.objects.filter(group__event=event, days__isnull=False)
    outside = days.exclude(days__day__range=(plan.starts_on, plan.ends_on)).exists()
    if outside:
        raise BadInput("已有岗位排在这些日子之外，请先改岗位的日期。", field="starts_on")


def _checked(project: Project, plan: EventPlan) -> EventPlan:
    plan = checked_event(plan)
    if plan.starts_on < project.starts_on or plan.ends_on > project.ends_on:
        raise BadInput(
            f"赛会要在项目日期（{project.starts_on:%Y-%m-%d} 至 {project.ends_on:%Y-%m-%d}）之内，"
            "请修改日期，或先延长项目。",
            field="starts_on",
        )
    leaders = project_queries.possible_leaders(project.organization)
    if plan.leader_id not in {user.pk for user in leaders}:
        raise BadInput("总负责人要有本组织的签到签退权限，请从列表中选择。", field="leader")
    return plan


@transaction.atomic
def open_event(*, event_id: int, by: User, at: datetime) -> Event:
    """Make an event public and make the shifts of its posts; people apply, nobody signs up.

    :raises Refusal: without posts, or when the window of applications is over.
    :raises WrongState: unless it is a draft.
    """
    event = event_of(event_id)
    posts = Post.objects.filter(group__event=event)
    if not posts.exists():
        raise Refusal("还没有岗位，请先添加组别、岗位和每天的人数。", code="events.no_posts")
    if (empty := posts.filter(days=None).first()) is not None:
        raise Refusal(
            f"岗位“{empty.name}”还没有填每天的人数，请先填写，或删除这个岗位。",
            code="events.no_days",
        )
    if event.apply_until <= at:
        raise Refusal("报名截止时间已经过去，请先修改。", code="events.window_over")
    event = step_event(event, "open", by=by, at=at)
    for post in posts.distinct().order_by("pk"):
        lay_out(event, post, by=by, at=at)
    return event


@transaction.atomic
def cancel_event(*, event_id: int, reason: str, by: User, at: datetime) -> Event:
    """Call an event off with all its shifts; everybody who applied is told.

    :raises BadInput: without a reason.
    :raises WrongState: when it is over.
    """
    event = event_of(event_id)
    text = said(reason, "reason", "取消原因")
    event = step_event(event, "cancel", by=by, at=at, state_reason=text)
    posts = Post.objects.filter(group__event=event, activity__isnull=False)
    coming = posts.filter(activity__ends_at__gt=at).exclude(activity__state=ActivityState.CANCELLED)
    for activity_id in coming.order_by("pk").values_list("activity_id", flat=True):
        assert activity_id is not None, "asked for in the query"  # noqa: S101
        projects.cancel_activity(activity_id=activity_id, reason=text, by=by, at=at)
    return event


@transaction.atomic
def set_briefing(
    *,
    event_id: int,
    briefing_at: datetime | None,
    place: str,
    text: str,
    paper: Checked | None,
    by: User,
    at: datetime,
) -> Event:
    """Say when and where people are briefed, and what they must have read.

    :raises BadInput: when there is a time without a place.
    """
    event = event_of(event_id)
    require_live(event)
    where = words(place, "place", "培训会地点", 120, wanted=False)
    if briefing_at is not None and not where:
        raise BadInput("请填写培训会地点。", field="place")
    long = words(text, "text", "上岗须知", 4000, wanted=False, long=True)
    event.briefing_at, event.briefing_place, event.briefing_text = briefing_at, where, long
    old = event.briefing_file
    if paper is not None:
        event.briefing_file = files.store(
            paper, subject=f"event:{event.pk}", by=by, at=at, is_public=True
        )
    event.save(update_fields=["briefing_at", "briefing_place", "briefing_text", "briefing_file"])
    if paper is not None and old is not None:
        files.remove(old, at=at)
    record("events.set_briefing", event, by=by, at=at)
    return event
