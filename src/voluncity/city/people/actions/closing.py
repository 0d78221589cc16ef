"""Make a person unrecognizable: what is left are ids, and records that must be kept.

Service records and certificates stay for ten years (GB/T 40143-2021); whatever else tells who it
was is removed (PIPL art. 47). The numbers are released, so that the person may register anew.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from voluncity.city.access.models import Session
from voluncity.city.journal.actions import record
from voluncity.city.people.models import (
    Consent,
    FreeTime,
    Guardian,
    LoginCode,
    RecoveryCode,
    SecondFactor,
    User,
    Volunteer,
)
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region

CLOSED_NAME = "已注销用户"


@transaction.atomic
def anonymize_volunteer(*, volunteer_id: int, by: User, at: datetime) -> None:
    """Remove from a record whatever tells whose it was; the volunteer number stays on it.

    The year of birth, the sex and the county stay for the city's figures.
    """
    volunteer = Volunteer.objects.select_related("region").get(pk=volunteer_id)
    _end_consents(volunteer, by=by, at=at)
    _forget_guardians(volunteer, at=at)
    FreeTime.objects.filter(volunteer=volunteer).delete()
    volunteer.skills.clear()
    volunteer.intentions.clear()
    _forget_numbers(volunteer, at=at)


def _forget_numbers(volunteer: Volunteer, *, at: datetime) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(
        user=None,
        name=CLOSED_NAME,
        born_on=date(volunteer.born_on.year, 1, 1),
        id_cipher="",
        id_index=f"closed:{volunteer.pk}",  # no digest looks like this: the paper is free again
        phone_cipher="",
        phone_index="",
        phone_tail_index="",
        address_cipher="",
        region=_county_of(volunteer),
        is_party_member=False,
        closed_at=at,
    )


def _county_of(volunteer: Volunteer) -> Region:
    trail = regions.trail(volunteer.region)
    return next((step for step in trail if step.level == Level.COUNTY), volunteer.region)


def _end_consents(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    live = Consent.objects.filter(volunteer=volunteer, withdrawn_at=None)
    for purpose in live.order_by("pk").values_list("purpose", flat=True):
        record("people.withdraw_consent", volunteer, by=by, at=at, purpose=purpose)
    live.update(withdrawn_at=at)


def _forget_guardians(volunteer: Volunteer, *, at: datetime) -> None:
    theirs = Guardian.objects.filter(volunteer=volunteer)
    theirs.filter(withdrawn_at=None).update(withdrawn_at=at)
    theirs.update(name=CLOSED_NAME, phone_cipher="", phone_index="", user=None, is_holder=False)


@transaction.atomic
def anonymize_account(*, user_id: int, at: datetime) -> None:
    """Take name, phone, password and every way in from an account, and end its sessions."""
    phone_index = User.objects.values_list("phone_index", flat=True).get(pk=user_id)
    User.objects.filter(pk=user_id).update(
        display_name=CLOSED_NAME,
        phone_cipher="",
        phone_index=None,
        password="!",  # noqa: S106 -- Django's mark for “no password can ever match”
        is_active=False,
    )
    Guardian.objects.filter(user_id=user_id, withdrawn_at=None).update(withdrawn_at=at)
    Guardian.objects.filter(user_id=user_id).update(user=None, is_holder=False)
    SecondFactor.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.filter(user_id=user_id).delete()
    if phone_index:
        LoginCode.objects.filter(phone_index=phone_index).delete()
    Session.objects.filter(user_id=user_id).delete()
