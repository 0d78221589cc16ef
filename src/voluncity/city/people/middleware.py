"""Who sends a request."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from voluncity.city.people.sessions import user_of


class AccountMiddleware(AuthenticationMiddleware):
    """Put the account on the request when a view asks for it; the session has read it already."""

    def process_request(self, request: HttpRequest) -> None:
        """Promise the account."""
        request.user = SimpleLazyObject(partial(user_of, request))  # type: ignore[assignment]
