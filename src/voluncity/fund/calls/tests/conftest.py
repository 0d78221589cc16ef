"""The people of the tests of calls."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Call
from voluncity.testing.make_calls import make_admin, make_officer, make_open_call
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def call(db: None) -> Call:
    return make_open_call(make_fund(region=make_county()))


@pytest.fixture
def team(db: None) -> Organization:
    return make_organization(region=make_county())


@pytest.fixture
def admin(team: Organization) -> User:
    return make_admin(team)


@pytest.fixture
def colleague(team: Organization) -> User:
    return make_admin(team, "孙杰")


@pytest.fixture
def officer(db: None) -> User:
    return make_officer(make_county())
