"""Print certificates of honor; data goes in beside the template, never into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.states import HonorKind
from voluncity.kernel.clock import date_text
from voluncity.kernel.minutes import hours_text
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "honor.typ"


def verify_url(honor: Honor) -> str:
    """Return the public address at which anybody can check the certificate."""
    page = reverse("certification:verify", args=[honor.serial])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}"


def honors_pdf(honors: Sequence[Honor]) -> bytes:
    """Return certificates as PDF, one on each page (A4, across)."""
    facts = {
        "serials": honors[0].serial if len(honors) == 1 else "",
        "honors": [_printed(one) for one in honors],
    }
    return printing.pdf(TEMPLATE, facts, qr="")


def _printed(honor: Honor) -> dict[str, Any]:
    facts = honor.facts
    return {
        "serial": honor.serial,
        "code": honor.check_code,
        "name": facts["name"],
        "number": facts["number"],
        "honor": facts["honor"],
        "ground": f"符合{facts['region']}认定标准，经审核、公示"
        if facts["by_rule"]
        else "经推荐、审核、公示",
        "verb": "授予" if honor.kind == HonorKind.MEDALS else "认定为",
        "hours": hours_text(facts["values"]["minutes"]),
        "until": _day(facts["until"]),
        "issuer": facts["issuer"],
        "day": _day(facts["certified_on"]),
        "state": "已撤销" if honor.revoked_at else "",
        "qr": printing.qr_picture(verify_url(honor)),
    }


def _day(text: str) -> str:
    return date_text(date.fromisoformat(text))
