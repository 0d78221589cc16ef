"""The people of the tests of reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports.models import Report
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county
from voluncity.testing.make_reports import AGREED, first_report, make_reporting


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


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


@pytest.fixture
def funding(team: Organization, admin: User, officer: User) -> Funding:
    fund = make_fund(region=make_county(), at=AGREED)
    return make_reporting(team, fund=fund, admin=admin, officer=officer)


@pytest.fixture
def report(funding: Funding) -> Report:
    return first_report(funding)
