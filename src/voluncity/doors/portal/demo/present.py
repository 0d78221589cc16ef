"""What happens in the demo city right now, so that whoever tries it can walk the whole loop.

One activity has just ended with 王芳 still to be checked out; another begins in 20 minutes, and
three more at intervals, so that for two hours there is always one whose door is open.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import get_random_string

from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan
from voluncity.service.signups import actions as signups
from voluncity.service.signups import queries as signup_queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import Direction, SignupState

PROJECT = "邻里守望·空巢老人探访"
ENDED_AGO, LASTED = timedelta(minutes=5), timedelta(hours=2)
BEGINS_IN, INTERVAL = timedelta(minutes=20), timedelta(minutes=30)
NAMES = ("邻里便民·马上开始", "邻里便民·第二场", "邻里便民·第三场", "邻里便民·第四场")
# As long as the last one can still be checked out, no new one is needed.
STILL_OPEN = timedelta(minutes=100)


@transaction.atomic
def refresh(*, at: datetime) -> None:
    """Let the activities of this moment exist, unless those of the last hours still do."""
    project = Project.objects.filter(name=PROJECT).first()
    if project is None or _has_recent(project, at):
        return
    leader = User.objects.get(handle="demo-leader")
    begin = at.replace(second=0, microsecond=0) - ENDED_AGO - LASTED
    past = _open(project, "邻里探访·今日一场", begin, leader=leader, at=begin - timedelta(hours=6))
    _check_in(past, Volunteer.objects.get(user__handle="demo-volunteer"))
    soon = at.replace(second=0, microsecond=0) + BEGINS_IN
    _keep_free(soon, soon + len(NAMES) * INTERVAL + LASTED, at=at)
    for number, name in enumerate(NAMES):
        begin = soon + number * INTERVAL
        _open(project, name, begin, leader=leader, at=at - timedelta(hours=6))


def _keep_free(start: datetime, end: datetime, *, at: datetime) -> None:
    """Let those who are tried out have no other place at the time of the activities to come."""
    busy = Signup.objects.filter(
        volunteer__user__handle__in=["demo-elder", "demo-volunteer"], state=SignupState.PLACED,
        attendance=None, shift__starts_at__lt=end, shift__ends_at__gt=start,
        shift__starts_at__gt=at,
    )  # fmt: skip
    for signup in busy.select_related("volunteer__user"):
        user = signup.volunteer.user
        assert user is not None, "they are found by their accounts"  # noqa: S101
        signups.cancel_signup(
            signup_id=signup.pk, reason="今天想去社区帮忙", by=user, at=at, is_desk=True
        )


def _has_recent(project: Project, at: datetime) -> bool:
    since = at - ENDED_AGO - STILL_OPEN
    return Shift.objects.filter(
        activity__project=project, ends_at__gt=since, starts_at__lt=at
    ).exists()


def _open(project: Project, name: str, begin: datetime, *, leader: User, at: datetime) -> Activity:
    community = Region.objects.get(code="140106005001")
    plan = ActivityPlan(
        name=name,
        region_id=community.pk,
        address="桥东街社区服务中心一层",
        leader_id=leader.pk,
        lat=37.8645,
        lng=112.577,
        description="演示用：可以马上签到、签退、确认时长。",
    )
    shift = ShiftPlan("邻里服务", begin, begin + LASTED, 10)
    activity = projects.create_activity(
        project_id=project.pk, plan=plan, shifts=[shift], by=leader, at=at
    )
    projects.open_activity(activity_id=activity.pk, by=leader, at=at)
    return activity


def _check_in(activity: Activity, volunteer: Volunteer) -> Signup:
    shift, user = activity.shifts.get(), volunteer.user
    assert user is not None  # noqa: S101 -- the demo's volunteers sign in
    early = shift.starts_at - timedelta(hours=3)
    signup = signups.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=user, at=early, risks_read=True
    )
    arrives = shift.starts_at - timedelta(minutes=8)
    signups.scan_venue_code(
        token=signup_queries.venue_token(shift.pk, at=arrives),
        volunteer=volunteer,
        nonce=get_random_string(20),
        by=user,
        at=arrives,
        direction=Direction.IN,
    )
    return signup
