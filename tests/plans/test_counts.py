"""The main pages ask the database as often for thirty rows as for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal import actions as journal
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.doors.portal.actions import keep_figures
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import make_leader, make_past_shift, make_presence
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.make_signups import make_signup
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db

RESIDENT = (
    "/",
    "/find/",
    "/leaderboards/",
    "/orgs/",
    "/me/",
    "/hours/",
    "/me/signups/",
    "/messages/",
)
OFFICE = ("/desk/", "/hours/desk/?queue=all", "/hours/desk/?queue=confirm", "/desk/volunteers/",
          "/orgs/desk/", "/desk/projects/", "/honor/desk/certificates/")  # fmt: skip
AUDITOR = ("/desk/journal/",)


@pytest.fixture
def team(db: None) -> Organization:
    return make_organization("桥东志愿服务队")


@pytest.fixture
def volunteer(team: Organization) -> Volunteer:
    return make_volunteer("王芳")


def _grow(team: Organization, volunteer: Volunteer, turns: range) -> None:
    """Add so much of everything that pages list; the volunteer has a part in all of it."""
    for turn in turns:
        ends_at = now() - timedelta(days=2, hours=3 * turn)
        past = make_past_shift(team, starts_at=ends_at - timedelta(hours=2), ends_at=ends_at)
        make_presence(past, volunteer)
        start = now() + timedelta(days=1, hours=3 * turn)
        project = make_project(f"第{turn}个项目", organization=make_organization())
        activity = make_activity(project=project, starts_at=start)
        make_signup(shift=make_shift(activity=activity, starts_at=start), volunteer=volunteer)
        make_signup(shift=activity.shifts.get(), volunteer=make_volunteer())
    hours.compute_due(at=now())
    records = ServiceRecord.objects.filter(state=RecordState.COMPUTED)
    ids = list(records.values_list("pk", flat=True))
    hours.confirm(record_ids=ids, by=make_leader(team), at=now())
    journal.catch_up(at=now())
    keep_figures(at=now())


def _staff(role: Role, scope: Organization | Region) -> User:
    user = make_user("赵文清")
    give(user, role, scope)
    return user


def _asked(user: User, pages: tuple[str, ...]) -> dict[str, int]:
    client = as_(user)
    return {page: queries_for(client, page) for page in pages}


def test_thirty_rows_cost_as_many_questions_as_one(
    team: Organization, volunteer: Volunteer
) -> None:
    city = Region.objects.get(code="140100000000")
    who = [
        (user_of(volunteer), RESIDENT),
        (_staff(Role.CITY_OFFICE, city), OFFICE),
        (_staff(Role.AUDITOR, city), AUDITOR),
    ]

    def asked() -> dict[str, int]:
        cache.clear()
        return {page: number for user, pages in who for page, number in _asked(user, pages).items()}

    _grow(team, volunteer, range(1))
    once = asked()
    _grow(team, volunteer, range(1, 30))
    assert asked() == once
