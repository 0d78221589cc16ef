"""Events to sign up for, to check in at, and to confirm the hours of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState

TWO_HOURS = timedelta(hours=2)
YEAR = timedelta(days=365)
NAME = "学雷锋日志愿服务"


@dataclass(frozen=True)
class Host:
    """Who holds the events: a project of an organization, and its leader."""

    project: Project
    leader: User


@transaction.atomic
def host(*, at: datetime) -> Host:
    """Plan a project that asks nothing of anybody, and give it a leader."""
    organization = Organization.objects.filter(state=OrgState.ACTIVE).order_by("-path")[0]
    # The newest account: the workloads begin with the oldest.
    leader = User.objects.filter(is_active=True).order_by("-pk")[0]
    role = {"user": leader, "role": Role.TEAM_LEADER, "organization": organization}
    if not Grant.objects.filter(**role, revoked_at=None).exists():
        access.give_role(
            user=leader, role=Role.TEAM_LEADER, organization=organization, by=None, at=at
        )
    today = local_date(at)
    project = Project.objects.create(
        organization=organization,
        name=NAME,
        served_group="全体市民",
        category=Category.objects.order_by("pk")[0],
        session_minutes=120,
        volunteers_wanted=2000,
        funding="本单位工作经费",
        sessions_planned=200,
        starts_on=today - YEAR,
        ends_on=today + YEAR,
        risk_notice="户外活动，注意安全。",
        state=ProjectState.RUNNING,
        created_at=at,
        created_by=leader,
    )
    return Host(project, leader)


def officer(*, at: datetime) -> User:
    """Return somebody of the city's office."""
    grant = Grant.objects.filter(role=Role.CITY_OFFICE, revoked_at=None).order_by("pk").first()
    if grant is not None:
        return User.objects.get(pk=grant.user_id)
    user = User.objects.filter(is_active=True).order_by("-pk")[1]
    access.give_role(user=user, role=Role.CITY_OFFICE, region=regions.city(), by=None, at=at)
    return user


def open_shifts(
    by: Host, *, count: int, places: int, starts_at: datetime, at: datetime
) -> list[int]:
    """Plan and open activities with one shift each; return the ids of the shifts."""
    region = by.project.organization.region_id
    made: list[int] = []
    for number in range(count):
        activity = projects.create_activity(
            project_id=by.project.pk,
            plan=ActivityPlan(f"{NAME}{number + 1}", region, "中心广场", by.leader.pk),
            shifts=[ShiftPlan("引导岗", starts_at, starts_at + TWO_HOURS, places)],
            by=by.leader,
            at=at,
        )
        projects.open_activity(activity_id=activity.pk, by=by.leader, at=at)
        made += Shift.objects.filter(activity=activity).values_list("pk", flat=True)
    return made


@transaction.atomic
def past_event(
    by: Host, people: Sequence[Volunteer], *, starts_at: datetime, at: datetime
) -> Activity:
    """Return an event that is over: everybody scanned in and out."""
    ends_at = starts_at + TWO_HOURS
    activity = Activity.objects.create(
        project=by.project,
        name=NAME,
        region=by.project.organization.region,
        address="中心广场",
        leader=by.leader,
        starts_at=starts_at,
        ends_at=ends_at,
        state=ActivityState.OPEN,
        created_at=at,
        created_by=by.leader,
    )
    shift = Shift.objects.create(
        activity=activity,
        name="引导岗",
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=len(people),
        taken=len(people),
    )
    before = starts_at - timedelta(days=1)
    signups = Signup.objects.bulk_create(
        Signup(
            shift=shift,
            volunteer=one,
            state=SignupState.PLACED,
            signed_up_at=before,
            signed_up_by_id=one.user_id,
            risks_read_at=before,
        )
        for one in people
    )
    Attendance.objects.bulk_create(
        Attendance(
            signup=one,
            in_at=starts_at,
            in_method=Method.VENUE_CODE,
            out_at=ends_at,
            out_method=Method.VENUE_CODE,
        )
        for one in signups
    )
    return activity
