"""Help for tests of the look: render a piece of template, read its words."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory


def request_to(path: str = "/", **headers: str) -> HttpRequest:
    """Return a request as a visitor who has not signed in."""
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return request


def draw(source: str, *, request: HttpRequest | None = None, **context: Any) -> str:
    """Render a piece of template with the project's own engine."""
    template = engines["django"].from_string(source)
    return str(template.render(context, request))


def words(html: str) -> str:
    """Return what a person reads, without markup and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
