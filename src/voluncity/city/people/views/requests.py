"""What the views read from a request."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.web.addresses import address_of

__all__ = ["address_of", "me", "my_record", "safe_next"]


def me(request: HttpRequest) -> User:
    """Return who is signed in; for views that are marked so."""
    return user_of(request)


def my_record(request: HttpRequest) -> Volunteer:
    """Return my record as a volunteer; for views that are marked so."""
    return me(request).volunteer


def safe_next(request: HttpRequest) -> str:
    """Return the page of ours to go to afterwards, or nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""
