"""What may be said about needs and pledges; never where to pay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from voluncity.city.access import personal
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import Volunteer
from voluncity.kernel.disclosures import has_link
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits
from voluncity.service.pledges.models import Pledge
from voluncity.service.pledges.states import NeedKind

NAME_MOST, UNIT_MOST, DETAILS_MOST, PLACE_MOST, WORDS_MOST = 40, 6, 300, 80, 200
RECEIPT_MOST = 40
AMOUNT_MOST, YUAN_MOST = 1_000_000, 10_000_000
USUAL_UNITS = {NeedKind.PEOPLE: "人", NeedKind.SERVICE: "次", NeedKind.MONEY: ""}
LABELS = {
    "take": "认领",
    "accept": "接受认领",
    "decline": "婉拒",
    "deliver": "登记收到",
    "thank": "致谢",
    "lapse": "没有按时交付，已释放",
    "withdraw": "撤回",
    "remind": "快到承诺日期，已提醒",
    "overdue": "过了承诺日期，已提醒",
}
_CARD = re.compile(r"(?<!\d)(?:\d[ \-]?){15,18}\d(?!\d)")
_PAYING = re.compile(
    r"https?:|www\.|wxp:|alipay|银行卡|银行账[号户]|收款码|付款码|收款二维码|支付宝|微信转账"
    r"|微信收款|微信支付|转账到",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NeedPlan:
    """What an organizer says about a need; `wanted` is a number of units, or yuan for money."""

    kind: str
    name: str
    wanted: str
    due_on: date
    unit: str = ""
    details: str = ""
    place: str = ""
    skill_id: int | None = None


@dataclass(frozen=True)
class Taker:
    """Who promises: a person, or a unit for which somebody acts."""

    volunteer: Volunteer | None = None
    unit: Organization | None = None


@dataclass(frozen=True)
class Promise:
    """What somebody says who takes on a part; `amount` is a number of units, or yuan for money."""

    amount: str
    promised_on: date
    contact_name: str
    contact_phone: str
    note: str = ""
    shows_name: bool = False


@dataclass(frozen=True)
class Delivery:
    """What came: how much, when, and for money the number of the foundation's receipt."""

    amount: str
    received_on: date
    receipt_number: str = ""
    words: str = ""


def amount(kind: str, raw: str, *, field: str) -> int:
    """Return an amount: whole units, or fen for what was typed in yuan.

    :raises BadInput: when it is no such number.
    """
    if kind == NeedKind.MONEY:
        return parse_yuan(raw, field=field, most_yuan=YUAN_MOST)
    digits = half_width_digits(raw).strip().replace(",", "").replace("，", "")
    if not re.fullmatch(r"[0-9]{1,9}", digits) or not 0 < int(digits) <= AMOUNT_MOST:
        raise BadInput(f"数量请填写 1 到 {AMOUNT_MOST:,} 的整数，例如 20。", field=field)
    return int(digits)


def words(
    value: str, *, label: str, field: str, most: int = WORDS_MOST, needed: bool = True
) -> str:
    """Return words as they are stored; nowhere may stand how to pay.

    :raises BadInput: when they are missing, too long, or name an account or a link.
    """
    cleaned = clean(value, max_length=most, field=field, label=label)
    if needed and not cleaned:
        raise BadInput(f"请填写{label}。", field=field)
    if _CARD.search(cleaned) or _PAYING.search(cleaned) or has_link(cleaned):
        raise BadInput(
            "这里不能写银行卡号、收款码、付款方式或链接：平台不经手钱款，请删去后再提交。",
            code="pledges.paying", field=field,
        )  # fmt: skip
    return cleaned


def check_code(pledge: Pledge) -> str:
    """Return the code that only the city can make for this letter of thanks."""
    said = f"{pledge.pk}:{pledge.delivered_amount}:{pledge.delivered_on}"
    return personal.index(said, purpose="pledge")[:12].upper()
