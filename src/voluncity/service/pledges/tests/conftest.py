"""A running project with its organizer, an office and a taker, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.service.pledges.models import Need
from voluncity.service.projects.models import Project
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.make_pledges import make_need
from voluncity.testing.make_projects import make_project


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home() -> Region:
    return make_region("青年路社区")


@pytest.fixture
def team(home: Region) -> Organization:
    return make_organization("护河队", region=home)


@pytest.fixture
def project(team: Organization) -> Project:
    return make_project("汾河护岸", organization=team)


@pytest.fixture
def need(project: Project) -> Need:
    return make_need(project)


@pytest.fixture
def organizer(team: Organization) -> User:
    user = make_user("赵敏")
    give(user, Role.ORG_ADMIN, team)
    return user


@pytest.fixture
def office() -> User:
    user = make_user("市文明办")
    make_region()
    give(user, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    return user


@pytest.fixture
def giver(home: Region) -> Volunteer:
    return make_volunteer("刘建国", region=home)


@pytest.fixture
def firm(home: Region) -> Organization:
    return make_organization("晋阳饮品公司", region=home)
