"""Papers that are printed: posters, and the card of a volunteer without a phone."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.city.people.models import Poster, Volunteer
from voluncity.kernel.clock import local_date
from voluncity.web import printing

DATA = Path(__file__).parent / "data"
SIZES = {"a4": "A4", "a3": "A3"}


def poster_url(poster: Poster) -> str:
    """Return the address that the QR code holds."""
    page = reverse("people:poster", args=[poster.code])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}"


def poster_pdf(poster: Poster, *, size: str) -> bytes:
    """Return the poster as one page, "a4" or "a3"."""
    url = poster_url(poster)
    facts = {
        "size": size,
        "city": settings.VOLUNCITY_CITY_NAME,
        "title": poster.title,
        "recruiter": poster.recruiter,
        "joins": poster.organization_id is not None,
        "address": url.partition("://")[2],
        "code": poster.code.upper(),
        "hotline": settings.VOLUNCITY_HOTLINE,
    }
    return printing.pdf(DATA / "poster.typ", facts, qr=url)


def card_pdf(volunteer: Volunteer) -> bytes:
    """Return a card to cut out and fold; its code is the volunteer number, which proves nothing.

    A leader who scans it ticks the volunteer on the list; presence is proven by the changing code
    on a phone only.
    """
    facts = {
        "city": settings.VOLUNCITY_CITY_NAME,
        "name": volunteer.name,
        "number": volunteer.number,
        "since": f"{local_date(volunteer.registered_at):%Y-%m}",
        "hotline": settings.VOLUNCITY_HOTLINE,
    }
    return printing.pdf(DATA / "card.typ", facts, qr=volunteer.number)
