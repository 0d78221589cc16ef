"""What hangs on the door of a station: its name, its hours, and the code of its page."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.city.stations import rules
from voluncity.city.stations.models import Station
from voluncity.city.stations.rules import Hours
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "door.typ"
SIZES = {"a4": "A4", "a5": "A5"}


def station_url(station: Station) -> str:
    """Return the address that the QR code holds."""
    return f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('stations:detail', args=[station.pk])}"


def door_poster(station: Station, *, hours: Hours, size: str) -> bytes:
    """Return the sheet for the door as one page, "a4" or "a5"."""
    url = station_url(station)
    facts = {
        "size": size,
        "city": settings.VOLUNCITY_CITY_NAME,
        "name": station.name,
        "kind": station.kind.name,
        "week": rules.week_lines(hours.week) if hours.is_known else [],
        "note": station.opening_hours,
        "holidays": station.closed_on_holidays,
        "services": [one.name for one in station.services.all()],
        "phone": station.phone,
        "hotline": settings.VOLUNCITY_HOTLINE,
        "organization": station.organization.name,
        "address": url.partition("://")[2],
    }
    return printing.pdf(TEMPLATE, facts, qr=url)
