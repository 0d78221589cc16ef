"""Print the certificate of an award, with the address at which anybody can check it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.honor.awards.models import Award
from voluncity.kernel.clock import local_date
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "award.typ"


def check_url(award: Award) -> str:
    """Return the public address at which the certificate can be checked."""
    page = reverse("awards:check", args=[award.serial])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}"


def certificate_pdf(award: Award) -> bytes:
    """Return the A4 certificate; facts go in beside the template, never into it."""
    given = award.effective_at
    facts = {
        "serial": award.serial,
        "name": award.name,
        "is_person": award.nomination.volunteer_id is not None,
        "title": award.title,
        "selection": award.selection.title,
        "headline": award.nomination.headline,
        "year": award.year,
        "issuer": award.issuer,
        "given": _day(local_date(given)) if given else "",
        "state": "" if award.is_effective else award.get_state_display(),
    }
    return printing.pdf(TEMPLATE, facts, qr=check_url(award))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
