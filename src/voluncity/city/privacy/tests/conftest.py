"""People and steps that the tests of this slice share."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.inbox import queries as texts
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.privacy import actions, queries
from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.rules import CLOSING_WAIT
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of

LATER = NOON + CLOSING_WAIT
TOO_EARLY = LATER - timedelta(seconds=1)


@pytest.fixture
def wang(db: None) -> Volunteer:
    """Return a volunteer who agrees to everything."""
    return make_volunteer("王芳", consents=[Purpose.TERMS, Purpose.RANKING, Purpose.LOCATION])


@pytest.fixture
def office(db: None) -> User:
    """Return somebody of the city office."""
    make_region()
    user = make_user("周明")
    give(user, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    return user


def code_for(user: User, at: datetime = NOON) -> str:
    """Send a code to the person's own phone and return it."""
    words = texts.shown_text(actions.send_code(user=user, at=at, address="10.0.0.1"))
    found = re.search(r"验证码 (\d{6})", words)
    assert found, words
    return found[1]


def ask_to_close(volunteer: Volunteer, at: datetime = NOON) -> Closing:
    """Ask for the end of a volunteer's account."""
    user = user_of(volunteer)
    return actions.ask_to_close(subject=queries.subject(user, ward_id=None), by=user, at=at)


def close(volunteer: Volunteer) -> None:
    """Let a volunteer's account end."""
    ask_to_close(volunteer)
    assert actions.close_due(at=LATER) == 1
