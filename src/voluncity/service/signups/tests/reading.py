"""Pages as people read them, and who looks at them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Protocol

from django.test import Client
from django.utils.html import strip_tags
from django.utils.timezone import now

from voluncity.city.people.models import Volunteer
from voluncity.service.projects.models import Shift
from voluncity.testing.make_projects import TWO_HOURS, make_shift


class Page(Protocol):
    """What the test client gives back, as far as it is read here."""

    @property
    def content(self) -> bytes:
        """Return the whole answer."""


def words(response: Page) -> str:
    """Return the text of a page's main part without markup, blanks collapsed."""
    page = response.content.decode()
    main = re.search(r"<main.*?</main>(.*actionbar.*?</div>)?", page, re.DOTALL)
    return re.sub(r"\s+", " ", strip_tags(main[0] if main else page))


def signed_in(volunteer: Volunteer) -> Client:
    client = Client()
    assert volunteer.user
    client.force_login(volunteer.user)
    return client


def shift_now() -> Shift:
    """Return a shift that is on at the real time."""
    start = now() - timedelta(minutes=10)
    return make_shift(starts_at=start, ends_at=start + TWO_HOURS)
