"""The cast of insurance: a county, its office, a team with its leader, a volunteer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user, make_volunteer


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def county() -> Region:
    return make_county()


@pytest.fixture
def community(county: Region) -> Region:
    return make_region("青年路社区", parent=county)


@pytest.fixture
def office(county: Region) -> User:
    user = make_user("赵文清")
    give(user, Role.COUNTY_OFFICE, county)
    return user


@pytest.fixture
def team(community: Region) -> Organization:
    return make_organization("蓝天救援队", region=community)


@pytest.fixture
def leader(team: Organization) -> User:
    user = make_user("李强")
    give(user, Role.ORG_ADMIN, team)
    return user


@pytest.fixture
def volunteer(community: Region) -> Volunteer:
    return make_volunteer("陈晓红", region=community)
