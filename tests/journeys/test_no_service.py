"""Learning is no service: no list, no pile and no figure of service holds a training."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.models import User, Volunteer
from voluncity.doors.portal.queries import counting
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.archives import actions as archives
from voluncity.service.archives.queries import desk as archived
from voluncity.service.difficulties import queries as difficulties
from voluncity.service.hours import own_data as own_hours
from voluncity.service.hours import queries as hours
from voluncity.service.integrity import actions as integrity
from voluncity.service.integrity.models import Absence
from voluncity.service.projects.models import Activity, Project
from voluncity.service.signups.actions import cancel_signup, sign_up_by_number
from voluncity.service.signups.models import Signup
from voluncity.service.teaching.models import Session
from voluncity.service.welfare_days import actions as welfare
from voluncity.service.welfare_days import queries as welfare_days
from voluncity.service.welfare_days.models import WelfareDay
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_volunteer
from voluncity.testing.make_projects import MORNING, make_activity, make_project
from voluncity.testing.make_teaching import AFTER, make_attended, make_session, make_teacher

pytestmark = [pytest.mark.django_db, pytest.mark.row("I4")]


@pytest.fixture
def session() -> Session:
    """A training that somebody attended; one who had a place did not come."""
    team = make_organization()
    held: Session = make_session(team, by=make_teacher("陈老师", team))
    make_attended(held, make_volunteer(), meetings=2)
    absent = make_volunteer(name="赵敏")
    make_attended(held, absent, meetings=0)
    held.activity.refresh_from_db()
    return held


@pytest.fixture
def leader(session: Session) -> User:
    """Who holds the training and may do everything in the organization."""
    return session.activity.leader


def test_no_archive_is_asked_of_a_training(session: Session, leader: User) -> None:
    scope = scope_of(leader, Permission.PROJECT_SEE)
    assert list(archived.held(scope, at=AFTER)) == []
    assert archived.counts(scope, at=AFTER) == {"open": 0, "late": 0, "waiting": 0, "back": 0}
    with pytest.raises(WrongState, match="培训班不用归档"):
        archives.begin(activity=session.activity, by=leader, at=AFTER)


def test_whoever_learned_waits_for_no_hours_when_an_account_is_closed(session: Session) -> None:
    learned = Volunteer.objects.filter(signups__attendance__isnull=False).distinct().get()
    assert own_hours.hindrances(None, learned) == []


def test_nobody_is_put_into_one_meeting_of_a_training(session: Session, leader: User) -> None:
    meeting, late = session.activity.shifts.order_by("pk")[0], make_volunteer(name="周文")
    with pytest.raises(Refusal, match="请到培训班的页面代为报名"):
        sign_up_by_number(
            shift_id=meeting.pk, number=late.number, risks_told=True, by=leader, at=NOON
        )
    assert not late.signups.exists()


def test_training_is_no_activity_of_a_welfare_day(session: Session, leader: User) -> None:
    day = WelfareDay.objects.create(
        month=local_date(MORNING).replace(day=1), base_on=local_date(MORNING),
        held_on=local_date(MORNING),
    )  # fmt: skip
    assert list(welfare_days.candidates(day, scope_of(leader, Permission.ACTIVITY_EDIT))) == []
    with pytest.raises(WrongState, match="不是志愿服务"):
        welfare.attach(day=day, activity=session.activity, by=leader, at=NOON)


def test_nobody_enters_hours_or_reports_a_difficulty_of_a_training(
    session: Session, leader: User
) -> None:
    assert not hours.may_enter(leader, session.activity)
    assert list(hours.unrecorded(session.activity, at=AFTER)) == []
    assert list(difficulties.own_projects([session.activity.project.organization])) == []


def test_nobody_is_late_or_absent_for_a_training(session: Session, leader: User) -> None:
    places = Signup.objects.filter(shift__activity=session.activity, attendance=None)
    late = places.earliest("shift__starts_at")
    cancel_signup(
        signup_id=late.pk, reason="临时有事", by=leader, at=MORNING - timedelta(minutes=5),
        is_desk=True,
    )  # fmt: skip
    for days in range(1, 9):
        integrity.raise_absences(at=MORNING + timedelta(days=days))
    assert list(Absence.objects.all()) == []


def test_figures_count_service_alone(session: Session) -> None:
    real = make_activity(project=make_project(organization=make_organization("另一支队伍")))
    month = local_date(NOON).replace(day=1)
    figures = counting.by_organization(month=month, at=NOON)
    assert [(one.organization_id, one.open_activities) for one in figures] == [
        (real.project.organization_id, 1)
    ]
    assert set(Activity.objects.of_service()) == {real}
    assert set(Project.objects.of_service()) == {real.project}
