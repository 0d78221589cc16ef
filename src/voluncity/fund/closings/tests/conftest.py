"""The people of the tests of closings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_closings import make_done
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county


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
def funding(team: Organization, admin: User) -> Funding:
    return make_done(organization=team, admin=admin)


@pytest.fixture
def officer(funding: Funding) -> User:
    return make_officer(funding.fund.region)
