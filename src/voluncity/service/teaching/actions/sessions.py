"""Open a session, change it, call it off."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.catalog.models import Category
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan
from voluncity.service.projects.states import ProjectState
from voluncity.service.teaching import queries
from voluncity.service.teaching.models import Home, Session
from voluncity.service.teaching.rules import SessionPlan, checked
from voluncity.service.training.models import Course

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@transaction.atomic
def open_session(*, organization_id: int, plan: SessionPlan, by: User, at: datetime) -> Session:
    """Hold a session: people can enroll within its window.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: when a meeting has begun, or the organization may not act.
    """
    plan = _checked(plan)
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None:
        raise BadInput("请从列表中选择举办组织。", field="organization")
    home = _home(organization, by=by, at=at)
    activity = projects.create_activity(
        project_id=home.project_id, plan=_activity(plan, organization), shifts=_shifts(plan),
        by=by, at=at,
    )  # fmt: skip
    projects.open_activity(activity_id=activity.pk, by=by, at=at)
    session = Session.objects.create(
        activity=activity, created_by=by, created_at=at, **_columns(plan)
    )
    record("teaching.open_session", session, by=by, at=at, activity=activity.pk)
    return session


@transaction.atomic
def change_session(*, session_id: int, plan: SessionPlan, by: User, at: datetime) -> Session:
    """Write a session anew; who takes part hears of another time or place.

    :raises BadInput: at a field that breaks a rule.
    :raises WrongState: when it is over or called off.
    """
    plan = _checked(plan)
    session = queries.session_of(session_id)
    organization = session.activity.project.organization
    projects.change_activity(
        activity_id=session.activity_id, plan=_activity(plan, organization),
        shifts=_shifts(plan), by=by, at=at,
    )  # fmt: skip
    Session.objects.filter(pk=session_id).update(**_columns(plan))
    record("teaching.change_session", session, by=by, at=at, activity=session.activity_id)
    return queries.session_of(session_id)


@transaction.atomic
def cancel_session(*, session_id: int, reason: str, by: User, at: datetime) -> Session:
    """Call a session off; everybody who takes part hears why.

    :raises BadInput: without a reason.
    :raises WrongState: when it is over or called off already.
    """
    session = queries.session_of(session_id)
    projects.cancel_activity(activity_id=session.activity_id, reason=reason, by=by, at=at)
    record("teaching.cancel_session", session, by=by, at=at, activity=session.activity_id)
    return queries.session_of(session_id)


def _checked(plan: SessionPlan) -> SessionPlan:
    if not Course.objects.filter(pk=plan.course_id).exists():
        raise BadInput("请从列表中选择培训课程。", field="course")
    return checked(plan)


def _columns(plan: SessionPlan) -> dict[str, object]:
    names = ("course_id", "audience", "trainers", "online_url", "material")
    window = {"enroll_from": plan.enroll_from, "enroll_until": plan.enroll_until}
    return {name: getattr(plan, name) for name in names} | window


def _activity(plan: SessionPlan, organization: Organization) -> ActivityPlan:
    return ActivityPlan(
        name=plan.title, region_id=organization.region_id, address=plan.address,
        leader_id=plan.leader_id, description=plan.material[:2000],
    )  # fmt: skip


def _shifts(plan: SessionPlan) -> list[ShiftPlan]:
    return [
        ShiftPlan(f"第 {number} 次课", one.starts_at, one.ends_at, plan.capacity, one.shift_id)
        for number, one in enumerate(plan.meetings, start=1)
    ]


def _home(organization: Organization, *, by: User, at: datetime) -> Home:
    """Return the project in which the organization's sessions take place, made when needed."""
    found = Home.objects.filter(organization=organization).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Home.objects.create(
                organization=organization, project=_project(organization, by=by, at=at)
            )
    except IntegrityError:  # a colleague opened the first one in this very moment
        return Home.objects.get(organization=organization)


def _project(organization: Organization, *, by: User, at: datetime) -> Project:
    category = Category.objects.order_by("-pk").first()
    if category is None:
        raise NotFound("还没有设置服务类型，请先由文明办维护。")
    return Project.objects.create(
        organization=organization, name="志愿者培训", category=category,
        served_group="志愿者", funding="由举办单位承担", risk_notice="培训期间请听从现场安排。",
        session_minutes=120, volunteers_wanted=1, sessions_planned=1, min_age=0,
        starts_on=FIRST, ends_on=LAST, state=ProjectState.TEACHING,
        created_at=at, created_by=by,
    )  # fmt: skip
