"""Print the certificate of a gift: a thank-you, no fiscal receipt."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.fund.donations import queries, rules
from voluncity.fund.donations.models import Gift
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import Refusal
from voluncity.web import printing

_TEMPLATE = Path(__file__).parent / "data" / "certificate.typ"
_NUMERALS, _PLACES, _GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿")


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
        "day": f"{day:%Y}年{day.month}月{day.day}日",
        "raiser": gift.appeal.raiser_name,
        "fund": gift.appeal.fund.full_name,
        "raiser_code": gift.appeal.raiser_code,
        "filing_no": gift.appeal.filing_no,
        "code": code,
    }
    page = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('donations:check', args=[code])}"
    return printing.pdf(_TEMPLATE, facts, qr=page)


def capitals(fen: int) -> str:
    """Return a sum in the numerals of banks: 1,200.50 → 壹仟贰佰元伍角."""
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_NUMERALS[jiao]}角"
    elif words:
        words += "零"
    return words + (f"{_NUMERALS[cent]}分" if cent else "")


def _whole(yuan: int) -> str:
    groups: list[str] = []
    for name in _GROUPS:
        yuan, four = divmod(yuan, 10_000)
        groups.insert(0, _four(four, is_first=not yuan) + (name if four else ""))
    text = "".join(groups).strip("零")
    while "零零" in text:
        text = text.replace("零零", "零")
    return text


def _four(number: int, *, is_first: bool) -> str:
    if not number:
        return "零"
    digits = f"{number:04d}"
    text = "".join(
        _NUMERALS[int(digit)] + (_PLACES[3 - place] if digit != "0" else "")
        for place, digit in enumerate(digits)
    ).rstrip("零")
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.lstrip("零") if is_first else text
