"""A team, its leader and the office above, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.archives.models import Archive
from voluncity.service.projects.models import Activity
from voluncity.testing.make_archives import make_archive, make_held_activity
from voluncity.testing.make_hours import make_leader, make_officer
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def team() -> Organization:
    return make_organization("桥东街义诊队", region=make_region("青年路社区"))


@pytest.fixture
def leader(team: Organization) -> User:
    return make_leader(team, "马组长")


@pytest.fixture
def officer(team: Organization) -> User:
    return make_officer(team)


@pytest.fixture
def supervisor(team: Organization) -> User:
    user = make_user("督查员")
    give(user, Role.SUPERVISOR, team.region)
    return user


@pytest.fixture
def activity(team: Organization) -> Activity:
    return make_held_activity(team)


@pytest.fixture
def draft(activity: Activity, leader: User) -> Archive:
    return make_archive(activity, by=leader, photos=2)
