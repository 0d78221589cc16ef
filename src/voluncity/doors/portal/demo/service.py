"""Projects, activities and what the people of the demo city did in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils.crypto import get_random_string

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import queries as publicity
from voluncity.city.regions.models import Region
from voluncity.doors.portal.demo import insurance
from voluncity.doors.portal.demo.cast import SEED
from voluncity.doors.portal.demo.story import Story, days_between, moment
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Line, Project, Shift
from voluncity.service.projects.rules import ActivityPlan, ProjectPlan, ShiftPlan
from voluncity.service.signups import actions as signups
from voluncity.service.signups import queries as signup_queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import Direction
from voluncity.service.training.models import Course

PAST, COMING = timedelta(days=90), timedelta(days=21)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Hours of the last days still wait for the leader: the desk has something to do.
UNCONFIRMED = timedelta(days=2)


@dataclass
class Player:
    """A project that runs, with those who lead it and those who come regularly."""

    project: Project
    leader: User
    second: User
    regulars: list[Volunteer]
    spec: dict[str, Any] = field(repr=False)
    # Volunteers who come to exactly so many sessions, and never fail to.
    steady: dict[Volunteer, int] = field(default_factory=dict, repr=False)


def project_plan(spec: dict[str, Any], *, today: date) -> ProjectPlan:
    """Return the plan of a project of the data file."""
    return ProjectPlan(
        name=spec["name"],
        category_id=Category.objects.get(key=spec["category"]).pk,
        line_id=Line.objects.get(number=spec["line"]).pk,
        starts_on=today - PAST - timedelta(days=7),
        ends_on=today + timedelta(days=200),
        served_group=spec["served"],
        session_minutes=spec["minutes"],
        volunteers_wanted=spec["people"],
        funding=spec["funding"],
        sessions_planned=spec["sessions"],
        risk_notice=spec["risk"],
        intro=spec["intro"],
        min_age=spec["min_age"],
        skill_ids=tuple(
            Skill.objects.filter(key__in=spec.get("skills", [])).values_list("pk", flat=True)
        ),
        course_id=Course.objects.get(key=spec["course"]).pk if "course" in spec else None,
    )


def run_project(spec: dict[str, Any], *, team: Organization, author: User, reviewer: User,
                at: datetime, today: date) -> Project:  # fmt: skip
    """Take a project from the plan to its running."""
    plan = project_plan(spec, today=today)
    project = projects.create_project(organization_id=team.pk, plan=plan, by=author, at=at)
    projects.submit(project_id=project.pk, by=author, at=at)
    projects.approve(project_id=project.pk, by=reviewer, at=at)
    projects.publish(project_id=project.pk, by=author, at=at)
    return projects.start(project_id=project.pk, by=author, at=at)


def plan_activities(story: Story, player: Player, *, today: date) -> None:
    """Plan every session of a project over the months past and the weeks to come."""
    calendar = publicity.calendar()
    wanted = player.spec["activities"]["every"]
    for day in days_between(today - PAST, today + COMING):
        named = WEEKDAYS[day.weekday()] in wanted.split(",")
        if named or (wanted == "workday" and calendar.is_workday(day)):
            random = Random(f"{SEED}{player.spec['name']}{day}")  # noqa: S311 -- a story
            opens = moment(min(day - timedelta(days=5), today - timedelta(days=1)), "10:00")
            is_recent = today - UNCONFIRMED <= day <= today
            story.plan(opens, opening(story, player, day, random, is_recent=is_recent))


def opening(
    story: Story, player: Player, day: date, random: Random, *, is_recent: bool
) -> Callable[[datetime], None]:
    """Return the arranging and opening of a session, after which people sign up and come."""

    def happen(at: datetime) -> None:
        spec = player.spec["activities"]
        plan = ActivityPlan(
            name=spec["name"],
            region_id=Region.objects.get(code=spec["region"]).pk,
            address=spec["address"],
            leader_id=player.leader.pk,
            lat=spec["lat"],
            lng=spec["lng"],
            description=player.spec["intro"],
        )
        shifts = [
            ShiftPlan(name, moment(day, start), moment(day, end), capacity)
            for name, start, end, capacity in spec["shifts"]
        ]
        activity = projects.create_activity(
            project_id=player.project.pk, plan=plan, shifts=shifts, by=player.leader, at=at
        )
        insurance.cover(activity, by=player.leader, at=at)
        projects.open_activity(activity_id=activity.pk, by=player.leader, at=at)
        for shift in activity.shifts.all():
            _plan_shift(story, player, shift, random, at, is_recent=is_recent)

    return happen


def _plan_shift(
    story: Story, player: Player, shift: Shift, random: Random, at: datetime, *, is_recent: bool
) -> None:
    # Who never fails to come is who is tried out: they are free for what begins soon today, and
    # none of their hours waits, so that whatever waiting hours would hinder can be tried.
    always = {} if is_recent else player.steady
    coming = [v for v in player.regulars if random.random() < player.spec.get("zeal", 0.45)]
    for volunteer in [*always, *coming]:
        if player.steady.get(volunteer, 1):
            if volunteer in player.steady:
                player.steady[volunteer] -= 1
            when = at + timedelta(minutes=random.randint(5, 2000))
            story.plan(min(when, shift.starts_at - timedelta(hours=1)),
                       _signing_up(story, player, shift, volunteer, random))  # fmt: skip
    story.plan(shift.ends_at + timedelta(hours=3), _computing)
    story.plan(shift.ends_at + UNCONFIRMED, _confirming(player, shift))


def _signing_up(
    story: Story, player: Player, shift: Shift, volunteer: Volunteer, random: Random
) -> Callable[[datetime], None]:
    def happen(at: datetime) -> None:
        user = volunteer.user or player.leader
        try:
            signup = signups.sign_up(
                shift_id=shift.pk, volunteer_id=volunteer.pk, by=user, at=at, risks_read=True
            )
        except Refusal:
            return  # full, or busy elsewhere: as in a real city
        is_steady = volunteer in player.steady
        if not is_steady and random.random() < 0.04:  # noqa: PLR2004 -- somebody does not come
            return
        arrives = shift.starts_at - timedelta(minutes=random.randint(2, 15))
        leaves = shift.ends_at + timedelta(minutes=random.randint(0, 12))
        by_list = not is_steady and random.random() < 0.08  # noqa: PLR2004 -- an empty phone
        for when, direction in ((arrives, Direction.IN), (leaves, Direction.OUT)):
            story.plan(when, _passing(player, signup, volunteer, direction, by_list=by_list))

    return happen


def _passing(
    player: Player, signup: Signup, volunteer: Volunteer, direction: Direction, *, by_list: bool
) -> Callable[[datetime], None]:
    def happen(at: datetime) -> None:
        nonce = get_random_string(20)
        if by_list or volunteer.user is None:
            signups.tick(
                signup_id=signup.pk, direction=direction, nonce=nonce, by=player.leader, at=at
            )
            return
        signups.scan_venue_code(
            token=signup_queries.venue_token(signup.shift_id, at=at),
            volunteer=volunteer,
            nonce=nonce,
            by=volunteer.user,
            at=at,
            direction=direction,
        )

    return happen


def _computing(at: datetime) -> None:
    hours.compute_due(at=at, since=at - timedelta(days=3))


def _confirming(player: Player, shift: Shift) -> Callable[[datetime], None]:
    def happen(at: datetime) -> None:
        records = ServiceRecord.objects.filter(signup__shift=shift)
        computed = list(records.filter(state=RecordState.COMPUTED).values_list("pk", flat=True))
        if computed:
            hours.confirm(record_ids=computed, by=player.leader, at=at)
        waiting = list(records.filter(state=RecordState.CONFIRMED).values_list("pk", flat=True))
        if waiting:
            hours.approve(record_ids=waiting, by=player.second, at=at + timedelta(hours=1))

    return happen
