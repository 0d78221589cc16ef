"""A fund with its office and its supervisor, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.fund.governance.models import Fund
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def fund() -> Fund:
    return make_fund()


def _in_role(fund: Fund, role: Role, name: str) -> User:
    user = make_user(name)
    give(user, role, fund.region)
    return user


@pytest.fixture
def office(fund: Fund) -> User:
    """Return who looks after the fund."""
    return _in_role(fund, Role.FUND_OFFICE, "基金办")


@pytest.fixture
def finance(fund: Fund) -> User:
    """Return who keeps its accounts."""
    return _in_role(fund, Role.FUND_FINANCE, "基金会计")


@pytest.fixture
def supervisor(fund: Fund) -> User:
    """Return who reads all and writes nothing."""
    return _in_role(fund, Role.FUND_SUPERVISOR, "基金监事")
