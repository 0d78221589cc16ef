"""Print the letter of thanks, with the address at which anybody can check it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.kernel.clock import local_date
from voluncity.service.pledges import rules
from voluncity.service.pledges.models import Pledge
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "letter.typ"


def check_url(pledge: Pledge) -> str:
    """Return the public address at which the letter can be checked."""
    page = reverse("pledges:check", args=[pledge.pk, rules.check_code(pledge)])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}"


def letter_pdf(pledge: Pledge) -> bytes:
    """Return the A4 letter of thanks; facts go in beside the template, never into it."""
    thanked = pledge.thanked_at
    facts = {
        "number": pledge.number,
        "code": rules.check_code(pledge),
        "name": pledge.taker_name,
        "project": pledge.need.project.name,
        "organization": pledge.need.project.organization.name,
        "what": pledge.need.name,
        "amount": pledge.delivered_text,
        "received": _day(pledge.delivered_on),
        "words": pledge.thanks,
        "thanked": _day(local_date(thanked) if thanked else None),
    }
    return printing.pdf(TEMPLATE, facts, qr=check_url(pledge))


def _day(day: object) -> str:
    return f"{day:%Y}年{day:%m}月{day:%d}日" if day else ""
