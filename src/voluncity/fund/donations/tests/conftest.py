"""A fund that may raise money, and a payment service of its own, for the tests of the slice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.fund.donations.models import Appeal
from voluncity.fund.governance.models import Fund
from voluncity.testing.make_donations import licensed_fund, make_appeal, own_site, use_fake


@pytest.fixture(scope="session")
def pay_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the fake payment service keeps its books: its keys are made once."""
    return tmp_path_factory.mktemp("pay")


@pytest.fixture(autouse=True)
def _paid_by_a_fake(settings: Settings, pay_folder: Path) -> None:
    use_fake(settings, pay_folder)


@pytest.fixture
def fund() -> Fund:
    return licensed_fund()


@pytest.fixture
def appeal(fund: Fund) -> Appeal:
    """Return an appeal that hands over to a platform."""
    return make_appeal(fund)


@pytest.fixture
def paid_here(fund: Fund) -> Appeal:
    """Return an appeal that is paid on our own page."""
    return own_site(fund)
