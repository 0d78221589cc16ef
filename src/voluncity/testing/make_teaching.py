"""Training sessions for tests: two evenings of two hours in March 2030."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import check_document
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.signups.models import Signup
from voluncity.service.teaching import actions
from voluncity.service.teaching.models import Material, Outcome, Session
from voluncity.service.teaching.rules import Meeting, SessionPlan
from voluncity.service.teaching.states import OutcomeState, Source
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user, user_of
from voluncity.testing.make_projects import MORNING, TWO_HOURS, make_category, make_course
from voluncity.testing.make_signups import make_attendance

WEEK = timedelta(days=7)
AFTER = MORNING + WEEK + timedelta(hours=12)


def make_teacher(name: str, organization: Organization) -> User:
    """Return somebody who may hold trainings for the organization."""
    teacher = make_user(name)
    give(teacher, Role.ORG_ADMIN, organization)
    return teacher


def make_session_plan(leader: User, **said: Any) -> SessionPlan:
    """Return a plan for two meetings a week apart."""
    usual: dict[str, Any] = {
        "course_id": make_course().pk,
        "title": "急救入门班",
        "trainers": "李医生（市急救中心）",
        "address": "区文化馆 201 室",
        "leader_id": leader.pk,
        "capacity": 20,
        "meetings": (
            Meeting(MORNING, MORNING + TWO_HOURS),
            Meeting(MORNING + WEEK, MORNING + WEEK + TWO_HOURS),
        ),
        "enroll_from": NOON,
        "enroll_until": MORNING,
    }
    return SessionPlan(**(usual | said))


def make_session(
    organization: Organization | None = None,
    *,
    by: User | None = None,
    at: datetime = NOON,
    **said: Any,
) -> Session:
    """Return a session that takes people."""
    organization = organization or make_organization()
    make_category()
    by = by or make_teacher("陈老师", organization)
    return actions.open_session(
        organization_id=organization.pk, plan=make_session_plan(by, **said), by=by, at=at
    )


def make_enrolled(session: Session, volunteer: Volunteer, *, at: datetime = NOON) -> list[Signup]:
    """Enroll a volunteer."""
    return actions.enroll(
        session_id=session.pk, volunteer_id=volunteer.pk, by=user_of(volunteer), at=at
    )


def make_attended(session: Session, volunteer: Volunteer, *, meetings: int = 2) -> None:
    """Enroll a volunteer who was there for so many whole meetings."""
    for signup in make_enrolled(session, volunteer)[:meetings]:
        make_attendance(signup, in_at=signup.shift.starts_at, out_at=signup.shift.ends_at)


def make_outcome(session: Session, volunteer: Volunteer, **said: Any) -> Outcome:
    """Return that a volunteer attended a session and waits for the test."""
    usual = {
        "minutes": 240, "planned_minutes": 240, "source": Source.SCAN,
        "state": OutcomeState.TEST, "settled_at": NOON,
    }  # fmt: skip
    return Outcome.objects.create(session=session, volunteer=volunteer, **(usual | said))


def make_material(session: Session, *, by: User, at: datetime = NOON) -> Material:
    """Return a paper for those who take part."""
    return actions.add_material(
        session_id=session.pk, title="急救手册", checked=check_document(make_paper()), by=by, at=at
    )
