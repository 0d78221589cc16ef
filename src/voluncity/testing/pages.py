"""Pages as people see them: who looks, what an answer says, where a form leads."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from voluncity.city.people.models import User
from voluncity.testing.taking import body_of


def as_(user: User) -> Client:
    """Return a browser in which this person is logged in."""
    client = Client()
    client.force_login(user)
    return client


def markup(answer: Any) -> str:
    """Return a page as it was sent."""
    return str(answer.content.decode())


def words(answer: Any) -> str:
    """Return what a person reads on a page, with single spaces."""
    page = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", markup(answer))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def read(client: Client, page: str, status: int = 200) -> str:
    """Open a page, which must answer with this status; return what a person reads on it."""
    answer = client.get(page)
    assert answer.status_code == status, page
    return words(answer)


def posted(client: Client, page: str, /, **sent: Any) -> str:
    """Send a form and return the page to which it leads, as it was sent."""
    return markup(client.post(page, sent, follow=True))


def status_of(client: Client, page: str) -> int:
    """Return the status of a page that may be a file."""
    answer = client.get(page)
    body_of(answer)  # to its end, which puts the file away
    return int(answer.status_code)
