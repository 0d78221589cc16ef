"""Who asks: the account behind a request that a mark of `access.marks` has let through."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.people.models import User


def user_of(request: HttpRequest) -> User:
    """Return who has logged in; only for views and operations whose mark asks for a login."""
    return cast(User, request.user)


def fetched(request: HttpRequest, rows: ScopedQuerySet, pk: int, *permissions: Permission) -> Any:
    """Return the row if any of the permissions reaches it; the last one is tried in any case.

    :raises NotFound: when there is none, or it is out of reach; the try is journaled.
    """
    user, last = user_of(request), permissions[-1]
    reaching = (one for one in permissions[:-1] if may(user, one, rows, pk=pk))
    return access.fetch(user, next(reaching, last), rows, at=now(), pk=pk)
