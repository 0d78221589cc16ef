"""What the tests of the slice share."""

from __future__ import annotations

import pytest

from voluncity.fund.grants.models import Funding
from voluncity.testing.make_payouts import make_ready


@pytest.fixture
def funding() -> Funding:
    return make_ready()
