"""People, places and codes that the tests of this slice share."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.inbox import queries as texts
from voluncity.city.people import actions
from voluncity.city.people.models import User
from voluncity.city.people.states import CodePurpose
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_user


@pytest.fixture
def home(db: None) -> Region:
    """Return the community where everybody lives."""
    return make_region(code="140106001001")


def code_for(phone: str, *, purpose: CodePurpose = CodePurpose.LOGIN, at: datetime = NOON) -> str:
    """Send a code and return what the text message says."""
    key = actions.send_code(phone=phone, purpose=purpose, at=at, address="10.0.0.1")
    return code_in(texts.shown_text(key))


def code_in(words: str) -> str:
    """Return the six digits in a text message or page."""
    found = re.search(r"验证码 (\d{6})", words)
    assert found, words
    return found[1]


@pytest.fixture
def office(home: Region) -> User:
    """Return somebody of the city office, who may register everybody."""
    user = make_user("周明")
    give(user, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    return user
