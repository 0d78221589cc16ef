"""Units that are paired with communities, and Party members who reported there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from voluncity.care.party import actions
from voluncity.care.party.models import Pairing
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Level, Region
from voluncity.service.hours.states import RecordState

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

UNITS, MEMBERS, WAITING = 5, 14, 3
PAIRED_FOR, REPORTED_FOR = timedelta(days=90), timedelta(days=40)


def report_members(cast: Cast, *, today: date, at: datetime) -> None:
    """Pair some units, and let members report; the first volunteer of the login page has not."""
    units = Organization.objects.filter(kind=Kind.LEAD_UNIT, state=OrgState.ACTIVE)
    chosen = list(units.order_by("pk")[:UNITS])
    first = cast.volunteers[0]
    Volunteer.objects.filter(pk=first.pk).update(is_party_member=True)
    _pair(chosen[0], first.region, cast.office, today=today, at=at)
    members = [one for one in cast.volunteers[1:] if one.is_party_member and one.user][:MEMBERS]
    for number, (member, unit) in enumerate(zip(members, cycle(chosen), strict=False)):
        community = _where_they_serve(member)
        _pair(unit, community, cast.office, today=today, at=at)
        asked = at - REPORTED_FOR + timedelta(hours=number)
        made = actions.report(
            volunteer=member, unit_id=unit.pk, community_id=community.pk,
            by=member.user or cast.office, at=asked,
        )  # fmt: skip
        if number < len(members) - WAITING:
            actions.decide_report(
                report_id=made.pk, is_confirmed=True, by=cast.office,
                at=asked + timedelta(hours=5),
            )  # fmt: skip


def _where_they_serve(member: Volunteer) -> Region:
    """Return the community of something that the member has done, or else where they live."""
    done = member.service_records.filter(
        state=RecordState.POSTED, signup__shift__activity__region__level=Level.COMMUNITY
    )
    record = done.select_related("signup__shift__activity__region").order_by("pk").first()
    return record.signup.shift.activity.region if record else member.region


def _pair(
    unit: Organization, community: Region, office: User, *, today: date, at: datetime
) -> None:
    if Pairing.objects.filter(unit=unit, community=community, ends_on=None).exists():
        return
    actions.pair(
        unit_id=unit.pk, community_id=community.pk, starts_on=today - PAIRED_FOR, by=office, at=at
    )
