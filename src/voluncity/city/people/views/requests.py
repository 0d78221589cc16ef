"""What the views read from a request."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from voluncity.city.people.models import User, Volunteer


def me(request: HttpRequest) -> User:
    """Return who is signed in; for views that are marked so."""
    return cast("User", request.user)


def my_record(request: HttpRequest) -> Volunteer:
    """Return my record as a volunteer; for views that are marked so."""
    return me(request).volunteer


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, for limits.

    Behind a proxy (HTTPS ends there) it is what the nearest proxy wrote last; what stands before
    it anybody can make up.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def safe_next(request: HttpRequest) -> str:
    """Return the page of ours to go to afterwards, or nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""
