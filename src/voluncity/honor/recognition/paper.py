"""Print certificates: the facts of the service, and where and how anybody can check them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.queries.keys import statement_of
from voluncity.honor.recognition.rules import canonical, signed_text
from voluncity.kernel.clock import date_text
from voluncity.kernel.minutes import hours_decimal
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "certificate.typ"


def verify_url(certificate: Certificate) -> str:
    """Return the public address at which anybody can check the certificate."""
    page = reverse("recognition:verify", args=[certificate.serial])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}?code={certificate.check_code}"


def offline_text(certificate: Certificate) -> str:
    """Return the signed lines as they stand in the second QR code; nothing without a signature."""
    if certificate.key is None:
        return ""
    return signed_text(statement_of(certificate), certificate.key.name, certificate.signature)


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the A4 certificate as PDF; data goes in beside the template, never into it.

    The signed lines, the signature and all facts are attached as files.
    """
    return certificates_pdf([certificate])


def certificates_pdf(certificates: Sequence[Certificate]) -> bytes:
    """Return several certificates as one PDF, each beginning on a page of its own."""
    keys_page = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('recognition:keys')}"
    facts = {"keys": keys_page, "papers": [_printed(one) for one in certificates]}
    return printing.pdf(TEMPLATE, facts, qr=keys_page)


def _printed(certificate: Certificate) -> dict[str, Any]:
    facts = certificate.facts
    offline = offline_text(certificate)
    return {
        "serial": certificate.serial,
        "code": certificate.check_code,
        "name": facts["name"],
        "number": facts["number"],
        "id": f"{facts['id_type']} {facts['id_masked']}",
        "scope": facts.get("scope", ""),
        "period": _period(facts),
        "total": hours_decimal(facts["proven"] + facts["entered"]),
        "proven": hours_decimal(facts["proven"]),
        "entered": hours_decimal(facts["entered"]),
        "groups": [
            {
                "organization": group["organization"],
                "proven": hours_decimal(group["proven"]),
                "entered": hours_decimal(group["entered"]),
                "items": [
                    [i["date"], i["activity"], _details(i), i["trust"], hours_decimal(i["minutes"])]
                    for i in group["items"]
                ],
            }
            for group in facts["organizations"]
        ],
        "issuer": facts["issuer"],
        "contact": facts["contact"],
        "issued": _day(facts["issued_on"]),
        "state": "" if certificate.state == "valid" else certificate.get_state_display(),
        "reason": certificate.state_reason,
        "qr": printing.qr_picture(verify_url(certificate)),
        "offline": printing.qr_picture(offline) if offline else "",
        "key": certificate.key.name if certificate.key else "",
        "files": _attached(certificate),
    }


def _attached(certificate: Certificate) -> list[dict[str, Any]]:
    """Return the files with which anybody checks the signature without us."""
    if certificate.key is None:
        return []
    content = {
        "statement.txt": statement_of(certificate).encode(),
        "statement.sig": base64.b64decode(certificate.signature),
        "facts.json": canonical(certificate.facts),
    }
    return [
        {"name": f"{certificate.serial}-{name}", "bytes": list(one)}
        for name, one in content.items()
    ]


def _details(item: dict[str, Any]) -> str:
    """Return job and place; certificates of before these were kept have none."""
    return "，".join(filter(None, (item.get("job"), item.get("place"))))


def _period(facts: dict[str, Any]) -> str:
    first, last = _day(facts["from"]), _day(facts["to"])
    return first if first == last else f"{first}至{last}"


def _day(text: str) -> str:
    return date_text(date.fromisoformat(text))
