"""A unit, a paired community and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from voluncity.care.party import actions
from voluncity.care.party.models import Report
from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of


@dataclass
class Cast:
    """Everybody of the story: the office, the unit's administrator, the community's worker."""

    office: User
    unit: Organization
    admin: User
    community: Region
    worker: User


@pytest.fixture
def cast(db: None) -> Cast:
    """Return a unit of the city that is paired with a community."""
    community = make_region("青年路社区")
    city = Region.objects.get(code="140100000000")
    unit = make_organization("市民政局", kind=Kind.UNIT, region=city)
    office, admin, worker = make_user("周明"), make_user("李桂芳"), make_user("马丽")
    give(office, Role.CITY_OFFICE, city)
    give(admin, Role.ORG_ADMIN, unit)
    give(worker, Role.COMMUNITY_WORKER, community)
    made = Cast(office, unit, admin, community, worker)
    pair(made)
    return made


def pair(cast: Cast, unit: Organization | None = None, community: Region | None = None) -> None:
    """Pair a unit with a community, those of the story unless named."""
    actions.pair(
        unit_id=(unit or cast.unit).pk,
        community_id=(community or cast.community).pk,
        starts_on=date(2026, 3, 5),
        by=cast.office,
        at=NOON,
    )


def make_comrade(name: str = "王芳", *, region: Region | None = None) -> Volunteer:
    """Return a volunteer who is a Party member."""
    volunteer = make_volunteer(name, region=region)
    volunteer.is_party_member = True
    volunteer.save(update_fields=["is_party_member"])
    return volunteer


def reported(cast: Cast, volunteer: Volunteer, *, is_confirmed: bool = True) -> Report:
    """Let a member report to the community of the story."""
    report = actions.report(
        volunteer=volunteer,
        unit_id=cast.unit.pk,
        community_id=cast.community.pk,
        by=user_of(volunteer),
        at=NOON,
    )
    if is_confirmed:
        actions.decide_report(report_id=report.pk, is_confirmed=True, by=cast.worker, at=NOON)
    report.refresh_from_db()
    return report
