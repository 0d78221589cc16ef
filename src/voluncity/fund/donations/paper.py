"""Print the certificate of a gift: a thank-you, no fiscal receipt."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.fund.donations import queries, rules
from voluncity.fund.donations.models import Gift
from voluncity.kernel.clock import date_text, local_date
from voluncity.kernel.money import capitals, yuan_text
from voluncity.kernel.refusals import Refusal
from voluncity.web import printing

_TEMPLATE = Path(__file__).parent / "data" / "certificate.typ"


def certificate_pdf(gift: Gift) -> bytes:
    """Return the certificate of what is left of a gift, on A4 paper, across.

    :raises Refusal: when all of it went back.
    """
    if not gift.left_fen:
        raise Refusal("这笔捐赠已经全部退还，不再出具证书。", code="donations.all_back")
    code = rules.certificate_code(gift, key=settings.SECRET_KEY.encode())
    day = local_date(gift.given_at)
    facts = {
        "number": gift.number,
        "donor": rules.ANONYMOUS if gift.is_anonymous else queries.donor(gift) or rules.ANONYMOUS,
        "appeal": gift.appeal.title,
        "amount": yuan_text(gift.left_fen),
        "capitals": capitals(gift.left_fen),
        "purpose": gift.purpose.name if gift.purpose else "不限定用途",
        "day": date_text(day),
        "raiser": gift.appeal.raiser_name,
        "fund": gift.appeal.fund.full_name,
        "raiser_code": gift.appeal.raiser_code,
        "filing_no": gift.appeal.filing_no,
        "code": code,
    }
    page = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('donations:check', args=[code])}"
    return printing.pdf(_TEMPLATE, facts, qr=page)
