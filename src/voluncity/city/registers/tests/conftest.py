"""A county with people, and those who may take their list."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_county, make_region, make_user, make_volunteer


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home(db: None) -> Region:
    return make_region(code="140106001001")


@pytest.fixture
def far(home: Region) -> Region:
    return make_region("胜利街社区", parent=make_county())


@pytest.fixture
def people(home: Region, far: Region) -> list[Volunteer]:
    """Return two adults at home, of whom one came on paper, and one in another county."""
    return [
        make_volunteer("王芳", region=home, phone="13912345678", id_number="410922195403050077"),
        make_volunteer("李强", region=home, channel="paper"),
        make_volunteer("赵敏", region=far),
    ]


def make_staff(role: Role, region: Region, name: str = "张伟") -> User:
    user = make_user(name)
    give(user, role, region)
    return user


@pytest.fixture
def county(home: Region) -> User:
    """Return an officer of the county in which `home` lies."""
    return make_staff(Role.COUNTY_OFFICE, Region.objects.get(code="140106000000"))


@pytest.fixture
def city(home: Region) -> User:
    """Return an officer of the city, who may export everything."""
    return make_staff(Role.CITY_OFFICE, Region.objects.get(code="140100000000"), "周明")
