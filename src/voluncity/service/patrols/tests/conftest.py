"""A patrol, a unit and a desk, for the tests of the slice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.service.patrols.models import Problem
from voluncity.service.patrols.states import ProblemState
from voluncity.service.patrols.tests.helping import set_rule
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_patrols import (
    make_kinds,
    make_problem,
)
from voluncity.testing.make_people import (
    make_region,
    make_user,
    make_volunteer,
)

S = ProblemState


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home() -> Region:
    return make_region("青年路社区")


@pytest.fixture
def patrol(home: Region) -> Volunteer:
    return make_volunteer("赵德福", region=home, born_on=date(1958, 3, 5))


@pytest.fixture
def unit(home: Region) -> Organization:
    return make_organization("环卫所", region=home)


@pytest.fixture
def worker(unit: Organization) -> User:
    user = make_user("环卫工")
    give(user, Role.ORG_ADMIN, unit)
    return user


@pytest.fixture
def desk(home: Region) -> User:
    user = make_user("社区干部")
    give(user, Role.COMMUNITY_WORKER, home)
    return user


@pytest.fixture
def sent(patrol: Volunteer, unit: Organization, desk: User) -> Problem:
    """Return a problem that a rule has sent to the unit."""
    make_kinds()
    set_rule(patrol.region, unit, desk)
    return make_problem(patrol)
