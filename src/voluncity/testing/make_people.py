"""Fictional people for tests, and the noon at which they act."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Any

from django.db import models

from voluncity.city.access import personal
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people.models import Consent, Guardian, Poster, User, Volunteer
from voluncity.city.people.states import Channel, IdentityState, IdType, Purpose
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.identity import id_check_digit

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TODAY = date(2026, 11, 24)

_count = itertools.count(1)
_CHAIN = (
    ("140000000000", "山西省", Level.PROVINCE),
    ("140100000000", "太原市", Level.CITY),
    ("140106000000", "迎泽区", Level.COUNTY),
    ("140106001000", "桥东街道", Level.TOWN),
)


def make_region(
    name: str = "并州路社区",
    *,
    level: str = Level.COMMUNITY,
    parent: Region | None = None,
    code: str = "",
) -> Region:
    """Return a region below `parent` (the street 桥东街道 of 迎泽区 unless named).

    The same code again returns the same region; without a code every call makes a new one.
    """
    if parent is None and not code.endswith("0000000000"):
        for upper_code, upper_name, upper_level in _CHAIN:
            parent = _region(upper_code, upper_name, upper_level, parent)
    return _region(code or f"1409{next(_count):08d}", name, level, parent)


def make_county(name: str = "杏花岭区", *, code: str = "140107000000") -> Region:
    """Return a county of the city, beside 迎泽区 where `make_region` puts its communities."""
    city = _region(*_CHAIN[1], _region(*_CHAIN[0], None))
    return _region(code, name, Level.COUNTY, city)


def _region(code: str, name: str, level: str, parent: Region | None) -> Region:
    region, _ = Region.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "level": level,
            "parent": parent,
            "path": f"{parent.path if parent else '/'}{code}/",
            "valid_from": date(1980, 1, 1),
        },
    )
    return region


def make_phone() -> str:
    """Return a mobile number that nobody else in the test has."""
    return f"139{next(_count):08d}"


def make_id_number(born_on: date = date(1990, 5, 1), *, sex: str = "F") -> str:
    """Return a valid resident identity number of 迎泽区 that nobody else in the test has."""
    sequence = next(_count) % 500 * 2 + (1 if sex == "M" else 0)
    first17 = f"140106{born_on:%Y%m%d}{sequence:03d}"
    return first17 + id_check_digit(first17)


def make_user(name: str = "王芳", phone: str | None = None, *, handle: str = "") -> User:
    """Return someone who can sign in; by phone code when a phone is given."""
    handle = handle or f"u{token_hex(8)}"
    user = User(handle=handle, display_name=name, created_at=NOON)
    user.set_unusable_password()
    if phone:
        user.phone_cipher = personal.seal(phone, bound_to=f"user:{handle}")
        user.phone_index = personal.index(phone, purpose="phone")
    user.save()
    return user


def make_volunteer(
    name: str = "王芳",
    *,
    verified: bool = True,
    born_on: date = date(1990, 5, 1),
    region: Region | None = None,
    user: bool | User = True,
    phone: str | None = None,
    id_number: str = "",
    sex: str = "F",
    skills: Iterable[Skill] = (),
    intentions: Iterable[Category] = (),
    consents: Iterable[Purpose] = (Purpose.TERMS,),
    registered_at: datetime = NOON,
    channel: str = Channel.INTERNET,
) -> Volunteer:
    """Return a registered volunteer; with `user=True` one who can sign in (`volunteer.user`)."""
    phone = make_phone() if phone is None else phone
    id_number = id_number or make_id_number(born_on, sex=sex)
    number = f"{next(_count):012d}"
    bound_to = f"volunteer:{number}"
    account = make_user(name, phone or None) if user is True else user or None
    volunteer = Volunteer.objects.create(
        number=number,
        user=account,
        name=name,
        sex=sex,
        born_on=born_on,
        id_type=IdType.RESIDENT,
        id_cipher=personal.seal(id_number, bound_to=bound_to),
        id_index=personal.index(f"{IdType.RESIDENT}:{id_number}", purpose="id"),
        **personal.phone_columns(phone, bound_to=bound_to),
        region=region or make_region(),
        identity_state=IdentityState.VERIFIED if verified else IdentityState.UNVERIFIED,
        channel=channel,
        registered_at=registered_at,
    )
    volunteer.skills.set(skills)
    volunteer.intentions.set(intentions)
    Consent.objects.bulk_create(
        Consent(
            volunteer=volunteer,
            purpose=purpose,
            text_version="2026-11",
            given_at=registered_at,
            given_by=account,
        )
        for purpose in consents
    )
    return volunteer


def user_of(volunteer: Volunteer) -> User:
    """Return the account of a volunteer who can sign in."""
    assert volunteer.user is not None
    return volunteer.user


def make_guardian(
    volunteer: Volunteer, name: str = "王建国", *, phone: str = "", user: User | None = None
) -> Guardian:
    """Return the mother or father who agreed that a minor serves; with `user` from an account."""
    phone = phone or make_phone()
    return Guardian.objects.create(
        volunteer=volunteer,
        user=user,
        is_holder=user is not None and volunteer.user_id is None,
        name=name,
        relation="父亲",
        phone_cipher=personal.seal(phone, bound_to=f"volunteer:{volunteer.number}"),
        phone_index=personal.index(phone, purpose="phone"),
        consented_at=NOON,
    )


def make_child(
    name: str = "王小满", *, guardian: User, born_on: date = date(2014, 5, 1), **more: Any
) -> Volunteer:
    """Return a verified volunteer of 12 whose record the guardian's account holds."""
    child = make_volunteer(name, born_on=born_on, user=False, phone="", **more)
    make_guardian(child, guardian.display_name, user=guardian)
    return child


def make_poster(organization: models.Model | None = None, region: Region | None = None) -> Poster:
    """Return a poster for an organization, else for a region."""
    return Poster.objects.create(
        code=f"p{next(_count):05d}",
        title="加入志愿者",
        channel=Channel.ORGANIZATION if organization else Channel.PUBLIC,
        organization_id=organization.pk if organization else None,
        region=region or (None if organization else make_region()),
        made_at=NOON,
        made_by=make_user("海报制作人"),
    )
