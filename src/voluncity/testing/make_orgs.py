"""Organizations, members and roles for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.orgs.rules import OrgPlan
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_people import make_region

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FOUNDED = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)
_numbers = count(1)


def make_organization(
    name: str = "",
    *,
    kind: Kind = Kind.FILED,
    parent: Organization | None = None,
    region: Region | None = None,
    state: OrgState = OrgState.ACTIVE,
    applied_by: User | None = None,
    code: str = "",
    key: str | None = None,
) -> Organization:
    """Make an organization with its place in the tree; it lies where its parent lies."""
    organization = Organization.objects.create(
        kind=kind,
        key=key,
        name=name or f"第{next(_numbers)}志愿服务队",
        code=code,
        parent=parent,
        region=region or (parent.region if parent else make_region()),
        state=state,
        applied_at=FOUNDED,
        applied_by=applied_by,
    )
    organization.path = f"{parent.path if parent else '/'}{organization.pk}/"
    organization.save(update_fields=["path"])
    return organization


def give(user: User, role: Role, scope: Region | Organization) -> Grant:
    """Give a person a role for a region or an organization."""
    if isinstance(scope, Region):
        return access.give_role(user=user, role=role, region=scope, by=None, at=FOUNDED)
    return access.give_role(user=user, role=role, organization=scope, by=None, at=FOUNDED)


def make_member(
    volunteer: Volunteer, organization: Organization, *, joined_at: datetime = FOUNDED
) -> Membership:
    """Make a volunteer a member of an organization."""
    return Membership.objects.create(
        organization=organization, volunteer=volunteer, joined_at=joined_at
    )


def make_code() -> str:
    """Return a valid unified social credit code that nobody else in the test has."""
    body = f"{next(_numbers):08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    first17 = f"52140100{body}{'0123456789X0'[-total % 11]}"
    total = sum(_ALPHABET.index(c) * pow(3, n, 31) for n, c in enumerate(first17))
    return first17 + _ALPHABET[-total % 31]


def make_plan(parent: Organization, **said: object) -> OrgPlan:
    """Return what somebody says who applies for a team below `parent`."""
    plan = OrgPlan(
        kind=Kind.FILED,
        name=f"第{next(_numbers)}护河队",
        parent_id=parent.pk,
        region_id=parent.region_id,
        contact_name="王芳",
        contact_phone="13900000000",
        intro="每周六清理汾河岸边的垃圾。",
        filing_number="并志备〔2026〕12号",
        responsible_name="王芳",
    )
    return replace(plan, **said)  # type: ignore[arg-type]
