"""Trainings of the demo city: past ones with certificates and a test due, and some to come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState
from voluncity.service.teaching import actions
from voluncity.service.teaching.actions.courses import RulePlan
from voluncity.service.teaching.models import Session
from voluncity.service.teaching.rules import Meeting, SessionPlan
from voluncity.service.teaching.states import Audience
from voluncity.service.training.models import Course

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

# Title, course (place in the list), trainer, days from today, for whom, how many come.
SESSIONS = (
    ("新志愿者入门培训（第 1 期）", 0, "市志愿者协会 王海燕", -62, Audience.NEWCOMERS, 14),
    ("应急救护培训（第 5 期）", 1, "市红十字会 李建军", -33, Audience.ALL, 16),
    ("应急救护培训（第 6 期）", 1, "市红十字会 李建军", -6, Audience.ALL, 12),
    ("新志愿者入门培训（第 2 期）", 0, "市志愿者协会 王海燕", 5, Audience.ALL, 9),
    ("应急救护培训（第 7 期）", 1, "市红十字会 李建军", 12, Audience.ALL, 5),
)
QUESTIONS = (
    ("发现有人倒地，第一步做什么？", ("先看环境是否安全", "马上扶起来", "先拍照")),
    ("成人胸外按压的频率是多少？", ("每分钟 100 到 120 次", "每分钟 60 次", "越慢越好")),
    ("呼救时要说清什么？", ("地点、人数和伤情", "自己的姓名就行", "什么也不用说")),
)


def teach(cast: Cast, *, at: datetime) -> None:
    """Hold the sessions; who came to the newest one still has the test before them."""
    courses = list(Course.objects.order_by("pk")[:2])
    team = cast.teams["qiaodong"]
    for place, (text, options) in enumerate(QUESTIONS):
        actions.add_question(
            course_id=courses[1].pk, text=text, options=options, right=0, by=cast.office,
            at=at - timedelta(days=90 - place),
        )  # fmt: skip
    start = at - timedelta(days=20)
    rule = RulePlan(local_date(start), 80, asks_test=True, pass_percent=60, tries=3)
    actions.set_rule(course_id=courses[1].pk, plan=rule, by=cast.office, at=start)
    for number, (title, course, trainers, days, audience, people) in enumerate(SESSIONS):
        session = _open(cast, team, courses[course], title, trainers, days, audience, at=at)
        learners = cast.volunteers[:1] + cast.volunteers[4 + number * 5 :]
        placed = _enroll(session, learners, people, at=at)
        if days < 0:
            _attend(placed)
            over = session.activity.ends_at + timedelta(hours=3)
            actions.settle_session(session_id=session.pk, by=cast.office, at=over)


def _open(  # noqa: PLR0913 -- a line of the list
    cast: Cast, team: Organization, course: Course, title: str, trainers: str, days: int,
    audience: str, *, at: datetime,
) -> Session:  # fmt: skip
    first = _evening(local_date(at) + timedelta(days=days), at)
    opened = first - timedelta(days=14)
    plan = SessionPlan(
        course_id=course.pk, title=title, trainers=trainers, address="桥东街道文化站 201 室",
        leader_id=cast.staff["demo-leader"].pk, capacity=40,
        meetings=(Meeting(first, first + timedelta(hours=2)),),
        enroll_from=opened, enroll_until=first, audience=audience,
        material="请带笔记本，穿便于活动的衣服。培训前可先看志愿者守则。",
    )  # fmt: skip
    return actions.open_session(organization_id=team.pk, plan=plan, by=cast.office, at=opened)


def _evening(day: date, at: datetime) -> datetime:
    """Return 19:30 of a day in the city."""
    return datetime(day.year, day.month, day.day, 11, 30, tzinfo=at.tzinfo)


def _enroll(
    session: Session, learners: list[Volunteer], people: int, *, at: datetime
) -> list[Signup]:
    """Enroll the first so many who have time; the others have another appointment."""
    when = min(at, session.enroll_until - timedelta(hours=1))
    placed: list[Signup] = []
    for one in learners:
        if len(placed) == people:
            break
        if one.user is None or one.user == session.activity.leader:
            continue
        try:
            placed += actions.enroll(
                session_id=session.pk, volunteer_id=one.pk, by=one.user, at=when
            )
        except Refusal:
            continue
    return [one for one in placed if one.state == SignupState.PLACED]


def _attend(signups: list[Signup]) -> None:
    """Let all but the last one come for the whole evening."""
    for number, signup in enumerate(signups):
        begins, ends = signup.shift.starts_at, signup.shift.ends_at
        early = number == len(signups) - 1
        Attendance.objects.create(
            signup=signup, in_at=begins, in_method=Method.VENUE_CODE,
            in_by=signup.volunteer.user, out_method=Method.VENUE_CODE,
            out_at=begins + timedelta(minutes=50) if early else ends,
            out_by=signup.volunteer.user,
        )  # fmt: skip
