"""Print an agreement to sign: the frozen text, a mark on every page, room for both seals."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.fund.grants.models import Agreement
from voluncity.fund.grants.rules.agreement import mark
from voluncity.fund.grants.states import AgreementState
from voluncity.web import printing

_TEMPLATE = Path(__file__).parent / "data" / "agreement.typ"


def agreement_pdf(agreement: Agreement) -> bytes:
    """Return the paper of an agreement; the same text makes the same paper."""
    funding = agreement.funding
    facts = {
        "number": funding.number,
        "draft": str(agreement),
        "mark": mark(agreement.text),
        "lines": agreement.text.split("\n"),
        "fund": funding.fund.full_name,
        "party": funding.recipient,
        "is_void": agreement.state == AgreementState.VOID,
    }
    page = reverse("grants:own_detail", args=[funding.pk])
    return printing.pdf(_TEMPLATE, facts, qr=f"{settings.VOLUNCITY_PUBLIC_URL}{page}")
