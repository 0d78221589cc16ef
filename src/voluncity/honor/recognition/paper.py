"""Print a certificate: the facts of the service, and where anybody can check them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from voluncity.honor.recognition.models import Certificate
from voluncity.kernel.minutes import hours_decimal
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "certificate.typ"


def verify_url(certificate: Certificate) -> str:
    """Return the public address at which anybody can check the certificate."""
    page = reverse("recognition:verify", args=[certificate.serial])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}?code={certificate.check_code}"


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the A4 certificate as PDF; data goes in beside the template, never into it."""
    return printing.pdf(TEMPLATE, _printed(certificate), qr=verify_url(certificate))


def _printed(certificate: Certificate) -> dict[str, Any]:
    facts = certificate.facts
    return {
        "serial": certificate.serial,
        "code": certificate.check_code,
        "name": facts["name"],
        "number": facts["number"],
        "id": f"{facts['id_type']} {facts['id_masked']}",
        "period": f"{_day(facts['from'])}至{_day(facts['to'])}",
        "total": hours_decimal(facts["proven"] + facts["entered"]),
        "proven": hours_decimal(facts["proven"]),
        "entered": hours_decimal(facts["entered"]),
        "groups": [
            {
                "organization": group["organization"],
                "proven": hours_decimal(group["proven"]),
                "entered": hours_decimal(group["entered"]),
                "items": [
                    [i["date"], i["activity"], i["trust"], hours_decimal(i["minutes"])]
                    for i in group["items"]
                ],
            }
            for group in facts["organizations"]
        ],
        "issuer": facts["issuer"],
        "contact": facts["contact"],
        "issued": _day(facts["issued_on"]),
        "state": "" if certificate.state == "valid" else certificate.get_state_display(),
    }


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"
