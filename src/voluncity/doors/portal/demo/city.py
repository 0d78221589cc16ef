"""Accounts, teams, stations and volunteers of the demo city."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import ROLES
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.orgs import actions as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OrgPlan
from voluncity.city.people import actions as people
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.rules import Applicant
from voluncity.city.people.states import Channel, DayPart, IdType, Purpose
from voluncity.city.regions.models import Level, Region
from voluncity.city.stations.models import Station
from voluncity.doors.portal.demo import teams
from voluncity.doors.portal.demo.cast import SEED, STAFF, Resident

CHANNELS = (Channel.INTERNET, Channel.INTERNET, Channel.ORGANIZATION, Channel.PUBLIC, Channel.PAPER)
PARTS = (DayPart.MORNING, DayPart.AFTERNOON, DayPart.EVENING)


def make_staff(*, at: datetime) -> dict[str, User]:
    """Make an account for each role of the login page; those of regions get their role now."""
    accounts = {
        staff.handle: people.create_account(
            handle=staff.handle,
            display_name=staff.name,
            at=at,
            phone=f"199035190{number:02d}",
        )
        for number, staff in enumerate(STAFF)
    }
    for staff in STAFF:
        if ROLES[staff.role].scope == "region":
            region = Region.objects.get(code=staff.scope)
            access.give_role(
                user=accounts[staff.handle], role=staff.role, region=region, by=None, at=at
            )
    return accounts


def appoint_staff_of_organizations(accounts: dict[str, User], *, at: datetime) -> None:
    """Give the accounts of organizations their roles, once the organizations are active."""
    for staff in STAFF:
        if ROLES[staff.role].scope == "organization":
            organization = Organization.objects.get(key=staff.scope)
            access.give_role(
                user=accounts[staff.handle],
                role=staff.role,
                organization=organization,
                by=None,
                at=at,
            )


def register(
    resident: Resident, *, handle: str, office: User, at: datetime, number: int
) -> Volunteer:
    """Register somebody by phone and let the office confirm the real name."""
    random = Random(f"{SEED}{number}")  # noqa: S311 -- a story
    user = people.create_account(
        handle=handle, display_name=resident.name, at=at, phone=resident.phone
    )
    volunteer = people.register_volunteer(
        applicant=_applicant(resident, random), user=user, by=user, at=at
    )
    check = IdentityCheck.objects.get(volunteer=volunteer, decided_at=None)
    people.decide_identity(
        check_id=check.pk, is_match=True, by=office, at=at + timedelta(minutes=20)
    )
    volunteer.refresh_from_db()
    return volunteer


def _applicant(resident: Resident, random: Random) -> Applicant:
    homes = Region.objects.filter(level=Level.COMMUNITY, code__startswith=resident.county)
    skills = list(Skill.objects.values_list("pk", flat=True))
    categories = list(Category.objects.values_list("pk", flat=True))
    consents = {Purpose.TERMS} | ({Purpose.RANKING} if resident.shows_rank else set())
    free = {(random.randint(0, 6), random.choice(PARTS)) for _ in range(random.randint(2, 6))}
    return Applicant(
        name=resident.name,
        id_type=IdType.RESIDENT,
        id_number=resident.id_number,
        region_id=random.choice(list(homes)).pk,
        channel=random.choice(CHANNELS),
        is_party_member=random.random() < 0.25,  # noqa: PLR2004 -- as in an ordinary street
        skill_ids=tuple(random.sample(skills, random.randint(0, 3))),
        category_ids=tuple(random.sample(categories, random.randint(1, 3))),
        free_times=tuple(sorted((day, str(part)) for day, part in free)),
        consents=frozenset(str(purpose) for purpose in consents),
    )


def make_team(
    spec: dict[str, Any], *, founder: User, office: User, at: datetime, settle: Callable[[], object]
) -> Organization:
    """Apply for a team and let the office approve it; `settle` lets the publicity take effect."""
    plan = OrgPlan(
        kind=spec["kind"],
        name=spec["name"],
        parent_id=Organization.objects.get(key=spec["parent"]).pk,
        region_id=Region.objects.get(code=spec["region"]).pk,
        contact_name=founder.display_name,
        contact_phone="19903510351",
        code=spec.get("code", ""),
        intro=spec["intro"],
    )
    organization = orgs.apply_organization(
        plan=teams.proven(plan, number=Organization.objects.count()),
        paper=teams.certificate(spec["kind"], spec["name"]),
        by=founder,
        at=at,
    )
    orgs.approve(organization_id=organization.pk, by=office, at=at + timedelta(hours=20))
    settle()
    Organization.objects.filter(pk=organization.pk).update(key=spec["key"])
    organization.refresh_from_db()
    return organization


def join(
    organization: Organization, volunteers: list[Volunteer], *, by: User, at: datetime
) -> None:
    """Let volunteers ask to join and be accepted."""
    for volunteer in volunteers:
        asked = orgs.ask_to_join(
            organization_id=organization.pk,
            volunteer=volunteer,
            message="",
            by=volunteer.user or by,
            at=at,
        )
        orgs.decide_join(request_id=asked.pk, is_accepted=True, by=by, at=at + timedelta(hours=5))


def make_station(spec: dict[str, Any]) -> Station:
    """Set up one station."""
    return Station.objects.create(
        name=spec["name"],
        kind_id=spec["kind"],
        organization=Organization.objects.get(key=spec["team"]),
        region=Region.objects.get(code=spec["region"]),
        address=spec["address"],
        lat=spec["lat"],
        lng=spec["lng"],
        phone="0351-4223181",
        opening_hours=spec["hours"],
        offers=spec["offers"],
        is_main=spec.get("main", False),
    )


def first_day(today: date) -> date:
    """Return the day on which the demo's story begins."""
    return today - timedelta(days=100)
