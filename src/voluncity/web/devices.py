"""Marks for a browser: which one it is, and whose account it was last signed in to.

The first lets one telephone be seen that checks in many people.

The mark is random and says nothing about the device; only a keyed digest of it is kept, with the
scans, and nothing else is tied to it. The second tells a page without network, which cannot ask
who is signed in, whether what the browser keeps is still of the same account: it is a keyed digest
that says nothing about the person, and is forgotten when somebody signs in or out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "device"
HOLDER = "holder"
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


def holder_mark(user_id: int) -> str:
    """Return the mark of an account on the browsers that it uses."""
    return _digest(str(user_id), kind=HOLDER)


def mark_holder(response: HttpResponse, *, user_id: int) -> None:
    """Note in the browser, readable for its pages, which account it is signed in to."""
    response.set_cookie(
        HOLDER, holder_mark(user_id), max_age=settings.SESSION_COOKIE_AGE, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _digest(mark: str, *, kind: str = COOKIE) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{kind}\0{mark}".encode(), hashlib.sha256).hexdigest()[:32]
