"""Records that need a second look: one claimed, one to correct, two that are one person's."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.claims import actions
from voluncity.city.claims.rules import Asked
from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people import actions as people
from voluncity.city.people import queries, rules
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import Channel, IdType, Purpose
from voluncity.kernel.identity import id_check_digit

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

CLAIMER = "resident-claimer"
# Entered from a paper form, without a phone: waits to be claimed.
_FIRST17 = "14010619560305192"
ENTERED = "刘桂英", _FIRST17 + id_check_digit(_FIRST17)


def doubt_records(cast: Cast, *, at: datetime) -> None:
    """Leave a claim, a correction and two pairs of doubles; the office has merged one pair."""
    claimed, wrong = cast.volunteers[20:22]
    # Who has not served and keeps no wish leaves nothing unfinished, which would hinder a merge.
    quiet = (v for v in cast.volunteers[22:] if not v.signups.exists())
    double, merged = islice((v for v in quiet if not v.wish_claims.exists()), 2)
    claimer = people.create_account(
        handle=CLAIMER, display_name="新朋友", at=at - timedelta(days=2), phone="19903519098"
    )
    actions.ask_claim(
        asked=_asked(claimed, claimed.name, "换了手机号，以前的号码已经停用。"),
        photos=[_paper()],
        by=claimer,
        at=at - timedelta(days=2),
    )
    actions.ask_correction(
        volunteer_id=wrong.pk,
        asked=_asked(wrong, f"{wrong.name[0]}雨", "登记时名字写成了同音字。"),
        photos=[_paper()],
        by=_owner(wrong),
        at=at - timedelta(days=1),
    )
    _enter(cast, at=at - timedelta(days=5))
    _entered_again(double, "E70351001", by=cast.office, at=at - timedelta(days=4))
    second = _entered_again(merged, "E70351002", by=cast.office, at=at - timedelta(days=4))
    actions.merge(
        loser_id=second.pk, winner_id=merged.pk, reason="called", by=cast.office,
        at=at - timedelta(days=1),
    )  # fmt: skip
    actions.find_suspects(at=at)


def _owner(volunteer: Volunteer) -> User:
    assert volunteer.user is not None  # noqa: S101 -- everybody here registered by phone
    return volunteer.user


def _asked(volunteer: Volunteer, name: str, words: str) -> Asked:
    identity = rules.Identity(
        volunteer.id_type, queries.id_number_of(volunteer), volunteer.born_on, volunteer.sex
    )
    return Asked(name, identity, words)


def _enter(cast: Cast, *, at: datetime) -> None:
    name, number = ENTERED
    people.register_volunteer(
        applicant=rules.Applicant(
            name=name,
            id_type=IdType.RESIDENT,
            id_number=number,
            region_id=cast.volunteers[0].region_id,
            channel=Channel.PAPER,
            consents=frozenset({Purpose.TERMS}),
        ),
        user=None,
        by=cast.office,
        at=at,
    )


def _entered_again(volunteer: Volunteer, passport: str, *, by: User, at: datetime) -> Volunteer:
    """Enter somebody from a paper form who forgot that there is a record already."""
    return people.register_volunteer(
        applicant=rules.Applicant(
            name=volunteer.name,
            id_type=IdType.PASSPORT,
            id_number=passport,
            born_on=volunteer.born_on,
            sex=volunteer.sex,
            phone=queries.phone_of(volunteer),
            region_id=volunteer.region_id,
            channel=Channel.PAPER,
            consents=frozenset({Purpose.TERMS}),
        ),
        user=None,
        by=by,
        at=at,
    )


def _paper() -> Checked:
    """Draw what stands for the photo of a paper."""
    picture = Image.new("RGB", (856, 540), "#dfe7ee")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((20, 20, 836, 520), radius=24, outline="#7d93a8", width=4)
    pen.rectangle((590, 90, 780, 340), fill="#b9c6d3")
    for row in range(5):
        pen.rectangle((70, 100 + 60 * row, 70 + 380 - 50 * row, 124 + 60 * row), fill="#9fb0c0")
    pen.rectangle((70, 430, 680, 460), fill="#8296aa")
    out = BytesIO()
    picture.save(out, "PNG")
    return check_image(SimpleUploadedFile("证件.png", out.getvalue(), "image/png"))
