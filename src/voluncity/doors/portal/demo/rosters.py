"""A standing plan of the demo city: crossings, peak hours, people who said when they can come."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import RECRUITING_STATES
from voluncity.service.rosters.actions import generating, plans, publishing, runs, wishes
from voluncity.service.rosters.actions.plans import PlanFacts, PostFacts, SlotFacts
from voluncity.service.rosters.models import Plan
from voluncity.service.rosters.rules.recurrence import EVERY_DAY
from voluncity.service.rosters.states import Days

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.building import Cast

CROSSINGS = (
    ("迎泽大街与五一路", 37.8627, 112.5681), ("迎泽大街与并州路", 37.8625, 112.5752),
    ("府西街与解放路", 37.8736, 112.5606), ("建设路与朝阳街", 37.8601, 112.5899),
    ("学府街与体育路", 37.8089, 112.5667), ("南内环街与平阳路", 37.8391, 112.5570),
)  # fmt: skip
PEOPLE = 22


def stand_at_crossings(cast: Cast, *, at: datetime) -> None:
    """Make the plan of the traffic team, its shifts, a published week and a draft."""
    plan = _plan(cast, at=at - timedelta(days=10))
    if plan is None:
        return
    _people(cast, plan, at=at - timedelta(days=5))
    generating.generate(plan_id=plan.pk, by=plan.leader, at=at)
    run = runs.start_run(plan_id=plan.pk, weeks=1, by=plan.leader, at=at)
    runs.work_at_run(run_id=run.pk, clock=lambda: at)
    publishing.publish_run(run_id=run.pk, by=plan.leader, at=at)
    publishing.work_at_publishing(run_id=run.pk, clock=lambda: at)
    more = runs.start_run(plan_id=plan.pk, weeks=2, by=plan.leader, at=at)
    runs.work_at_run(run_id=more.pk, clock=lambda: at)


def _plan(cast: Cast, *, at: datetime) -> Plan | None:
    team = cast.teams["traffic-corps"]
    running = Project.objects.filter(organization=team, state__in=RECRUITING_STATES)
    project = running.order_by("pk").first()
    activity = Activity.objects.filter(project=project).select_related("leader").first()
    if project is None or activity is None:
        return None
    leader = activity.leader
    facts = PlanFacts(
        name="路口文明劝导", leader_id=leader.pk, region_id=team.region_id, weeks=2, max_km=30
    )
    plan = plans.create_plan(project_id=project.pk, facts=facts, by=leader, at=at)
    for name, lat, lng in CROSSINGS:
        post = PostFacts(name=name, address=f"{name}路口东南角", lat=lat, lng=lng, places=2)
        plans.save_post(plan_id=plan.pk, facts=post, by=leader, at=at)
    for name, hour in (("早高峰", 7), ("晚高峰", 17)):
        slot = SlotFacts(
            name=name, begins=time(hour, 30), minutes=60, rule=EVERY_DAY,
            since=local_date(at), days=Days.WORKDAYS,
        )  # fmt: skip
        plans.save_slot(plan_id=plan.pk, facts=slot, by=leader, at=at)
    return plans.step_plan(plan_id=plan.pk, verb="start", by=leader, at=at)


def _people(cast: Cast, plan: Plan, *, at: datetime) -> None:
    posts = list(plan.posts.order_by("pk"))
    slots = list(plan.slots.order_by("begins"))
    for number, volunteer in enumerate(cast.volunteers[:PEOPLE]):
        if volunteer.user is None:
            continue
        slot = slots[number % 2]
        times = [(slot.pk, day) for day in range(5) if (number + day) % 3]
        wish = wishes.WishPlan(
            times=times, max_per_week=1 + number % 3, near_id=posts[number % len(posts)].pk
        )
        try:
            wishes.save_wish(
                plan_id=plan.pk, volunteer=volunteer, wish=wish, risks_read=True,
                by=volunteer.user, at=at,
            )  # fmt: skip
        except Refusal:
            continue
