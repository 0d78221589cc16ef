"""Who asks: the account behind a request that a mark of `access.marks` has let through."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from voluncity.city.people.models import User


def user_of(request: HttpRequest) -> User:
    """Return who has logged in; only for views and operations whose mark asks for a login."""
    return cast(User, request.user)
