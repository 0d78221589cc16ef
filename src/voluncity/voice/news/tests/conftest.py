"""The people of the tests of articles."""

from __future__ import annotations

import pytest

from voluncity.city.people.models import User
from voluncity.testing.make_news import make_editor


@pytest.fixture
def writer(db: None) -> User:
    return make_editor("王丽")


@pytest.fixture
def reviewer(db: None) -> User:
    return make_editor("赵强")
