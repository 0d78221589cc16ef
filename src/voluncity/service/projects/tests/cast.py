"""The people of these tests: a team with its leader, its parent above, the city office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.rules import ActivityPlan, ProjectPlan, ShiftPlan
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user
from voluncity.testing.make_projects import MORNING, make_category


@dataclass
class Cast:
    """Who is there."""

    parent: Organization
    team: Organization
    admin: User  # plans for the team
    leader: User  # leads its activities
    reviewer: User  # of the organization above
    office: User  # of the city
    stranger: User  # plans for a team in another county


def make_cast() -> Cast:
    """Return a team below a lead unit, and who acts for them."""
    parent = make_organization("市城管局")
    team = make_organization("汾河志愿服务队", parent=parent)
    other = make_organization("杏花岭志愿服务队", region=make_county())
    cast = Cast(
        parent=parent,
        team=team,
        admin=make_user("赵敏"),
        leader=make_user("李强"),
        reviewer=make_user("陈静"),
        office=make_user("周伟"),
        stranger=make_user("吴刚"),
    )
    city = make_region().parent.parent.parent  # type: ignore[union-attr]
    assert city is not None
    give(cast.admin, Role.ORG_ADMIN, team)
    give(cast.leader, Role.TEAM_LEADER, team)
    give(cast.reviewer, Role.LEAD_UNIT, parent)
    give(cast.office, Role.CITY_OFFICE, city)
    give(cast.stranger, Role.ORG_ADMIN, other)
    return cast


def project_plan(**changes: Any) -> ProjectPlan:
    """Return a whole plan."""
    plan = ProjectPlan(
        name="汾河公园文明引导",
        category_id=make_category().pk,
        starts_on=date(2026, 12, 1),
        ends_on=date(2030, 12, 31),
        served_group="游园市民",
        funding="本单位工作经费",
        risk_notice="注意路滑。",
    )
    return replace(plan, **changes)


def activity_plan(cast: Cast, **changes: Any) -> ActivityPlan:
    """Return a whole plan of an activity."""
    plan = ActivityPlan(
        name="周二文明引导",
        region_id=cast.team.region_id,
        address="汾河公园东门",
        leader_id=cast.leader.pk,
    )
    return replace(plan, **changes)


def shift_plan(
    starts_at: datetime = MORNING, *, hours: float = 2, capacity: int = 10, **changes: Any
) -> ShiftPlan:
    """Return a shift."""
    return replace(
        ShiftPlan("引导岗", starts_at, starts_at + timedelta(hours=hours), capacity), **changes
    )


def plan_of(activity: Activity) -> ActivityPlan:
    """Return what an activity says now."""
    return ActivityPlan(
        name=activity.name,
        region_id=activity.region_id,
        address=activity.address,
        leader_id=activity.leader_id,
        description=activity.description,
    )


def shift_plan_of(shift: Shift, **changes: Any) -> ShiftPlan:
    """Return what a shift says now, with changes."""
    plan = ShiftPlan(shift.name, shift.starts_at, shift.ends_at, shift.capacity, shift.pk)
    return replace(plan, **changes)
