"""The city and its office, for all tests of this slice."""

from __future__ import annotations

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user


@pytest.fixture
def city() -> Region:
    """Return the city of the tests."""
    make_region()
    return regions.city()


@pytest.fixture
def office(city: Region) -> User:
    """Return somebody of the city's office."""
    user = make_user("文明办")
    give(user, Role.CITY_OFFICE, city)
    return user
