"""Posters on the walls of the demo city, a child in a family, and a neighbor without a phone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.people import actions as people
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.rules import Applicant, GuardianAnswer
from voluncity.city.people.states import Channel, IdType, Purpose
from voluncity.city.regions.models import Region
from voluncity.kernel.identity import id_check_digit

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

COMMUNITY = "140106005001"
TERMS = frozenset({Purpose.TERMS})


def let_people_join(cast: Cast, *, today: date, at: datetime) -> None:
    """Hang up posters; register the daughter of 王芳 and a neighbor who came to the station."""
    region = Region.objects.get(code=COMMUNITY)
    team, worker = cast.teams["qiaodong"], cast.staff["demo-community"]
    admin = cast.staff["demo-org-admin"]
    old = people.make_poster(
        title="重阳敬老招募", channel=Channel.ORGANIZATION, organization_id=team.pk,
        by=admin, at=at - timedelta(days=40),
    )  # fmt: skip
    people.end_poster(poster_id=old.pk, by=admin, at=at - timedelta(days=10))
    poster = people.make_poster(
        title="加入邻里守望", channel=Channel.ORGANIZATION, organization_id=team.pk,
        by=admin, at=at - timedelta(days=9),
    )  # fmt: skip
    people.make_poster(
        title="加入志愿者", channel=Channel.PUBLIC, region_id=region.pk,
        by=worker, at=at - timedelta(days=8),
    )  # fmt: skip
    mother = cast.volunteers[0].user
    assert mother is not None  # noqa: S101 -- everybody here registered by phone
    girl = people.register_child(
        applicant=_applicant(
            "王小满", date(today.year - 12, 5, 1), region,
            organization_id=team.pk, poster_id=poster.pk, channel=poster.channel,
            guardian=GuardianAnswer("王芳", "母亲", ""),
        ),
        by=mother,
        at=at - timedelta(days=6),
    )  # fmt: skip
    neighbor = people.register_volunteer(
        applicant=_applicant("郭桂英", date(1951, 3, 5), region, channel=Channel.PAPER),
        user=None,
        by=worker,
        at=at - timedelta(days=5),
    )
    for volunteer in (girl, neighbor):
        _confirm(volunteer, by=cast.office, at=at - timedelta(days=4))


def _applicant(name: str, born_on: date, region: Region, **more: object) -> Applicant:
    first17 = f"140106{born_on:%Y%m%d}902"
    return Applicant(
        name=name,
        id_type=IdType.RESIDENT,
        id_number=first17 + id_check_digit(first17),
        region_id=region.pk,
        consents=TERMS,
        **more,  # type: ignore[arg-type]
    )


def _confirm(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    check = IdentityCheck.objects.get(volunteer=volunteer, decided_at=None)
    people.decide_identity(check_id=check.pk, is_match=True, by=by, at=at)
