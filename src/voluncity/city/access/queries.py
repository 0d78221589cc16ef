"""Who may do what, and where; fetching an object and checking permission are one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import ROLES, SUPERVISING, Permission, Role, roles_with
from voluncity.city.access.scopes import Scope, ScopedQuerySet

if TYPE_CHECKING:  # both slices lie above this one
    from voluncity.city.orgs.models import Organization
    from voluncity.city.regions.models import Region

Person = models.Model | AnonymousUser


def grants_of(user: Person) -> list[Grant]:
    """Return the live grants of a person, read once per request and kept on the user object."""
    if not user.pk or not getattr(user, "is_active", False):
        return []
    kept: list[Grant] | None = getattr(user, "_live_grants", None)
    if kept is None:
        kept = list(
            Grant.objects.filter(user_id=user.pk, revoked_at=None)
            .select_related("region", "organization")
            .order_by("pk")
        )
        user._live_grants = kept  # type: ignore[union-attr]  # noqa: SLF001 -- a cache for this request
    return kept


def know_no_grants(user: Person) -> None:
    """Spare the question for grants in this request: the session's statement found none."""
    user._live_grants = []  # type: ignore[union-attr]  # noqa: SLF001


def forget_grants(user: Person) -> None:
    """Let the next question read the grants anew."""
    user.__dict__.pop("_live_grants", None)


def permissions_of(user: Person) -> frozenset[Permission]:
    """Return everything that a person may do somewhere."""
    return frozenset().union(*(ROLES[Role(grant.role)].permissions for grant in grants_of(user)))


def has(user: Person, permission: Permission) -> bool:
    """Return whether a person may do this anywhere at all."""
    return permission in permissions_of(user)


def scope_of(user: Person, permission: Permission) -> Scope:
    """Return how far one permission of a person reaches."""
    holders = roles_with(permission)
    live = [grant for grant in grants_of(user) if grant.role in holders]
    return Scope(
        regions=tuple(grant.region.path for grant in live if grant.region),
        organizations=tuple(grant.organization.path for grant in live if grant.organization),
        leading=tuple(
            grant.organization_id
            for grant in live
            if grant.role == Role.LEAD_UNIT and grant.organization_id and permission in SUPERVISING
        ),
    )


def reach(user: Person, *permissions: Permission) -> Scope:
    """Return how far somebody reaches with any of some permissions."""
    found = [scope_of(user, one) for one in permissions]
    return Scope(
        regions=tuple(path for one in found for path in one.regions),
        organizations=tuple(path for one in found for path in one.organizations),
    )


def may(user: Person, permission: Permission, queryset: ScopedQuerySet, **lookup: Any) -> bool:
    """Return whether the row found by `lookup` is within reach of the permission."""
    return queryset.in_scope(scope_of(user, permission)).filter(**lookup).exists()


def people_with(
    permission: Permission, *, organization_path: str, region_path: str
) -> QuerySet[Grant]:
    """Return the live grants that let somebody do this for one organization.

    A grant reaches the organization when its own scope is a prefix of the organization's paths.
    """
    holders = [str(role) for role in roles_with(permission)]
    live = Grant.objects.filter(revoked_at=None, role__in=holders, user__is_active=True)
    ids = [
        grant.pk
        for grant in live.select_related("region", "organization")
        if _reaches(grant.organization, organization_path) or _reaches(grant.region, region_path)
    ]
    return Grant.objects.filter(pk__in=ids).select_related("user")


def _reaches(holder: Organization | Region | None, path: str) -> bool:
    return holder is not None and holder.path != "" and path.startswith(holder.path)
