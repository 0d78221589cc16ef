"""A team below a lead unit, its leader, and the offices above, for the tests of the slice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.projects.models import Leading, Project
from voluncity.testing.make_difficulties import make_difficulty, make_leader
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user
from voluncity.testing.make_projects import make_line, make_project


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
def leader(team: Organization) -> User:
    return make_leader(team)


@pytest.fixture
def lead_unit(home: Region) -> Organization:
    return make_organization("市环保局", kind=Kind.LEAD_UNIT, region=home)


@pytest.fixture
def answerer(lead_unit: Organization) -> User:
    user = make_user("环保局张主任")
    give(user, Role.LEAD_UNIT, lead_unit)
    return user


@pytest.fixture
def county_office(home: Region) -> User:
    user = make_user("区文明办")
    assert home.parent is not None
    give(user, Role.COUNTY_OFFICE, home.parent.parent or home.parent)
    return user


@pytest.fixture
def city_office(home: Region) -> User:
    user = make_user("市文明办")
    give(user, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    return user


@pytest.fixture
def project(team: Organization, lead_unit: Organization) -> Project:
    line = make_line(9, "关爱山川河流志愿服务项目")
    Leading.objects.create(line=line, organization=lead_unit, since=date(2018, 6, 25))
    return make_project("汾河护岸", organization=team, line=line)


@pytest.fixture
def sent(project: Project, team: Organization, leader: User, answerer: User) -> Difficulty:
    """Return a difficulty that went to the lead unit of its line."""
    return make_difficulty(team, by=leader, project=project)
