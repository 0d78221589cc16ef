"""Claims, corrections and merges for tests."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.city.claims import actions
from voluncity.city.claims.models import Claim, DataCorrection, Merge
from voluncity.city.claims.rules import Asked
from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people import queries as people
from voluncity.city.people import rules as people_rules
from voluncity.city.people.models import User, Volunteer
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import NOON, TODAY, make_phone, make_user, user_of


def make_evidence() -> Checked:
    """Return a photo of a paper, checked."""
    return check_image(make_upload())


def make_asked(volunteer: Volunteer, *, name: str = "", words: str = "") -> Asked:
    """Return what somebody says who knows name and number of a record."""
    number = people.id_number_of(volunteer)
    return asked_of(name or volunteer.name, number, words=words)


def asked_of(name: str, id_number: str, *, words: str = "", today: date = TODAY) -> Asked:
    """Return what somebody says about themself."""
    identity = people_rules.identity_of(
        id_type="resident", number=id_number, born_on=None, sex="", today=today
    )
    return Asked(name, identity, words)


def make_claimant(name: str = "新朋友") -> User:
    """Return somebody whose phone is proven and who has no record."""
    return make_user(name, make_phone())


def make_claim(
    volunteer: Volunteer, *, by: User | None = None, name: str = "", at: datetime = NOON
) -> Claim:
    """Return a claim of a record with photos."""
    asked = make_asked(volunteer, name=name)
    return actions.ask_claim(asked=asked, photos=[make_evidence()], by=by or make_claimant(), at=at)


def make_correction(
    volunteer: Volunteer, *, name: str = "王方", at: datetime = NOON
) -> DataCorrection:
    """Return a volunteer's request to write the name otherwise."""
    return actions.ask_correction(
        volunteer_id=volunteer.pk,
        asked=make_asked(volunteer, name=name),
        photos=[make_evidence()],
        by=user_of(volunteer),
        at=at,
    )


def make_merge(
    loser: Volunteer, winner: Volunteer, *, by: User | None = None, at: datetime = NOON
) -> Merge:
    """Return that somebody merged one record into another."""
    return actions.merge(
        loser_id=loser.pk,
        winner_id=winner.pk,
        reason="papers",
        by=by or make_user("周正"),
        at=at,
    )
