"""A fund that may raise money, and a payment service of its own, for the tests of the slice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.fund.donations.fakes import FakeWeChatPay
from voluncity.fund.donations.models import Appeal, Order
from voluncity.fund.governance.models import Fund
from voluncity.testing.make_donations import (
    licensed_fund,
    make_appeal,
    make_order,
    own_site,
    use_fake,
)
from voluncity.testing.make_people import make_user


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the empty books of a fake payment service: its keys are made once."""
    path = tmp_path_factory.mktemp("pay") / "fake-wechat-pay.sqlite3"
    FakeWeChatPay(path)
    return path


@pytest.fixture(autouse=True)
def _paid_by_a_fake(settings: Settings, keys: Path, tmp_path: Path) -> None:
    shutil.copy(keys, tmp_path)
    use_fake(settings, tmp_path)


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


@pytest.fixture
def order(paid_here: Appeal) -> Order:
    """Return an order that waits to be paid."""
    return make_order(paid_here, make_user("王芳"))
