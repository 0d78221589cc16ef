"""Fetch a station and what belongs to it, for those who look after it or inspect it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access import queries
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.access.scopes import Scope

BOTH = (Permission.STATION_EDIT, Permission.STATION_INSPECT)


def reach(request: HttpRequest) -> Scope:
    """Return how far somebody looks after stations or inspects them."""
    return queries.reach(request.user, *BOTH)


def fetch_either(request: HttpRequest, queryset: Any, **lookup: Any) -> Any:
    """Return a row that is within reach of one of the two permissions.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    found = queryset.in_scope(reach(request)).filter(**lookup).first()
    if found is not None:
        return found
    held = next(permission for permission in BOTH if has(request.user, permission))
    return access.fetch(request.user, held, queryset, at=now(), **lookup)


def may(request: HttpRequest, permission: Permission, queryset: Any, pk: int) -> bool:
    """Return whether somebody may do this with one row."""
    scope = scope_of(request.user, permission)
    within: bool = queryset.in_scope(scope).filter(pk=pk).exists()
    return within
