"""The people of the tests of articles."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.people.models import User
from voluncity.testing.make_news import make_editor


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def writer(db: None) -> User:
    return make_editor("王丽")


@pytest.fixture
def reviewer(db: None) -> User:
    return make_editor("赵强")
