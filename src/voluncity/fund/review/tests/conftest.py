"""What the tests of the slice share."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.fund.governance.models import Fund
from voluncity.testing.make_fund import make_fund


@pytest.fixture
def fund(db: None) -> Fund:
    """Return a fund."""
    return make_fund()


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
