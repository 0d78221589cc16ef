"""What the tests of the slice share."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.governance.models import Fund
from voluncity.testing.make_calls import make_officer, make_open_call
from voluncity.testing.make_fund import give_money, make_fund
from voluncity.testing.make_people import make_county
from voluncity.testing.make_review import make_accepted


@pytest.fixture
def fund(db: None) -> Fund:
    """Return the fund of a county."""
    return make_fund(make_county())


@pytest.fixture
def money(fund: Fund) -> None:
    """Give the fund 100,000 yuan."""
    give_money(fund, 10_000_000)


@pytest.fixture
def officer(fund: Fund) -> User:
    """Return somebody of its office."""
    return make_officer(fund.region)


@pytest.fixture
def application(fund: Fund) -> Application:
    """Return an application that is accepted; its call takes nine of each organization."""
    return make_accepted(make_open_call(fund, most_each=9))


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
