"""Organizations, members and roles for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.make_people import make_region

FOUNDED = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)
_numbers = count(1)


def make_organization(  # noqa: PLR0913 -- a test names only what matters to it
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
