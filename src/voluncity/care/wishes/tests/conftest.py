"""A wisher, a volunteer and a desk, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user, make_volunteer


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home() -> Region:
    return make_region("青年路社区")


@pytest.fixture
def wisher() -> User:
    return make_user("李桂香")


@pytest.fixture
def volunteer(home: Region) -> Volunteer:
    return make_volunteer("赵志强", region=home)


@pytest.fixture
def desk(home: Region) -> User:
    user = make_user("社区干部")
    give(user, Role.COMMUNITY_WORKER, home)
    return user
