"""A volunteer with points, a shop with a clerk, and the office, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.rewards.models import Merchant, Shop, Version
from voluncity.honor.rewards.queries import finding
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.make_points import give_points
from voluncity.testing.make_rewards import make_merchant, make_offer, make_shop


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
    finding._counted.clear()


@pytest.fixture
def volunteer() -> Volunteer:
    """Return a volunteer with 500 points."""
    found = make_volunteer("赵志强", region=make_region("青年路社区"))
    give_points(found, 500)
    return found


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


@pytest.fixture
def shop(merchant: Merchant) -> Shop:
    return make_shop(merchant)


@pytest.fixture
def haircut(merchant: Merchant, shop: Shop) -> Version:
    """Return an offer: 100 points, one for each person, a month to use it, points come back."""
    assert shop.merchant == merchant
    return make_offer(merchant)


@pytest.fixture
def owner(merchant: Merchant) -> User:
    """Return who looks after the merchant's organization."""
    user = make_user("钱多多")
    give(user, Role.ORG_ADMIN, merchant.organization)
    return user


@pytest.fixture
def clerk(merchant: Merchant) -> User:
    user = make_user("店员小周")
    give(user, Role.SHOP_CLERK, merchant.organization)
    return user


@pytest.fixture
def office(merchant: Merchant) -> User:
    user = make_user("区文明办")
    county = merchant.organization.region.parent
    assert county is not None
    assert county.parent is not None
    give(user, Role.COUNTY_OFFICE, county.parent)
    return user
