"""What a Party member sees: the own report, units to choose from, communities to go to."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from voluncity.care.party.models import Pairing, Report
from voluncity.care.party.rules import UNIT_KINDS
from voluncity.care.party.states import LIVE
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.text import clean

MOST_UNITS = 20


def live_report(volunteer: Volunteer) -> Report | None:
    """Return the report that holds, or waits for the community."""
    return (
        Report.objects.filter(volunteer=volunteer, state__in=LIVE)
        .select_related("unit", "community__parent")
        .first()
    )


def units_found(words: str) -> list[Organization]:
    """Return the active units whose names have all these words: the paired ones first."""
    found = Organization.objects.filter(state=OrgState.ACTIVE, kind__in=UNIT_KINDS)
    for word in clean(words)[:60].split():
        found = found.filter(name__icontains=word)
    paired = Exists(Pairing.objects.filter(unit=OuterRef("pk"), ends_on=None))
    return list(found.annotate(is_paired=paired).order_by("-is_paired", "name", "pk")[:MOST_UNITS])


def communities_for(
    volunteer: Volunteer, unit: Organization, *, on: date
) -> list[tuple[Region, str]]:
    """Return where a member of a unit may report, each with why: paired, or at home."""
    paired = Q(party_pairings__unit=unit, party_pairings__ends_on=None)
    found = regions.valid(on).filter(paired).distinct().order_by("code")
    rows = [(region, "与单位结对") for region in found]
    home = volunteer.region
    if home.level == Level.COMMUNITY and home.pk not in {region.pk for region, _ in rows}:
        rows.append((home, "居住地社区"))
    return rows


def may_be_reported_to(
    volunteer: Volunteer, unit: Organization, community_id: int, *, on: date
) -> Region | None:
    """Return the community if this member of the unit may report there."""
    offered = communities_for(volunteer, unit, on=on)
    return next((region for region, _ in offered if region.pk == community_id), None)


def live_reports() -> QuerySet[Report]:
    """Return the reports that hold: of people who are still members and have an account."""
    return Report.objects.filter(
        state__in=LIVE, volunteer__is_party_member=True, volunteer__closed_at=None
    )
