"""A mark for a browser, so that one telephone that checks in many people can be seen.

The mark is random and says nothing about the device; only a keyed digest of it is kept, with the
scans, and nothing else is tied to it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "device"
_LASTS_SECONDS = 365 * 24 * 60 * 60
_SENT = re.compile(r"[A-Za-z0-9_-]{22}")


def device_of(request: HttpRequest) -> str:
    """Return the digest of the browser's mark, or '' when it has none yet."""
    mark = request.COOKIES.get(COOKIE, "")
    return _digest(mark) if _SENT.fullmatch(mark) else ""


def mark_device(request: HttpRequest, response: HttpResponse) -> str:
    """Give the browser a mark unless it has one, and return its digest."""
    if known := device_of(request):
        return known
    mark = secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE, mark, max_age=_LASTS_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return _digest(mark)


def _digest(mark: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"device\0{mark}".encode(), hashlib.sha256).hexdigest()[:32]
