"""A standing plan of the demo city: posts of a community, people who said when they can come."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import RECRUITING_STATES
from voluncity.service.rosters.actions import generating, plans, publishing, runs, wishes
from voluncity.service.rosters.actions.plans import PlanFacts, PostFacts, SlotFacts
from voluncity.service.rosters.models import Plan, Run
from voluncity.service.rosters.rules.recurrence import EVERY_DAY
from voluncity.service.rosters.states import Days

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

POSTS = (
    ("社区服务中心大厅", 37.8645, 112.5770), ("夕阳红餐厅", 37.8652, 112.5782),
    ("老年活动室", 37.8639, 112.5764), ("东门便民服务亭", 37.8660, 112.5795),
    ("小学门口护学岗", 37.8631, 112.5788), ("菜市场劝导岗", 37.8667, 112.5759),
)  # fmt: skip
PEOPLE = 26


def stand_in_turns(cast: Cast, *, at: datetime) -> None:
    """Make the plan of a community's team, its shifts, a published week and a draft."""
    plan = _plan(cast, at=at - timedelta(days=10))
    if plan is None:
        return
    _people(cast, plan, at=at - timedelta(days=5))
    generating.generate(plan_id=plan.pk, by=plan.leader, at=at)
    # On a weekend or a holiday this week has no turn left.
    run = _run(plan, 1, at=at) or _run(plan, 2, at=at)
    if run is None:
        return
    publishing.publish_run(run_id=run.pk, by=plan.leader, at=at)
    publishing.work_at_publishing(run_id=run.pk, clock=lambda: at)
    _run(plan, 2, at=at)


def _run(plan: Plan, weeks: int, *, at: datetime) -> Run | None:
    """Make a draft of so many weeks; nothing where they have no open turn."""
    try:
        run = runs.start_run(plan_id=plan.pk, weeks=weeks, by=plan.leader, at=at)
    except Refusal:
        return None
    runs.work_at_run(run_id=run.pk, clock=lambda: at)
    return run


def _plan(cast: Cast, *, at: datetime) -> Plan | None:
    team = cast.teams["qiaodong"]
    running = Project.objects.filter(organization=team, state__in=RECRUITING_STATES)
    project = running.order_by("pk").first()
    activity = Activity.objects.filter(project=project).select_related("leader").first()
    if project is None or activity is None:
        return None
    leader = activity.leader
    facts = PlanFacts(
        name="邻里守望值班", leader_id=leader.pk, region_id=team.region_id, weeks=2, max_km=30
    )
    plan = plans.create_plan(project_id=project.pk, facts=facts, by=leader, at=at)
    for name, lat, lng in POSTS:
        post = PostFacts(name=name, address=f"桥东街社区{name}", lat=lat, lng=lng, places=2)
        plans.save_post(plan_id=plan.pk, facts=post, by=leader, at=at)
    for name, hour in (("早班", 7), ("晚班", 17)):
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
