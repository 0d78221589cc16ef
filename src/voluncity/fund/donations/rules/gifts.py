"""What is said about a gift, and how a giver is shown."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, replace
from datetime import date

from voluncity.fund.donations.models import Gift
from voluncity.fund.donations.states import Channel, DonorKind
from voluncity.kernel.disclosures import has_account, has_link, has_number
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.masks import mask_name
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits, number_in, words

GIFT_MOST_YUAN = 99_999_999
EARLIEST_YEAR = 2000  # an earlier one was mistyped
ORDER_MOST_YUAN = 50_000
NAME_MOST, MESSAGE_MOST, RECEIPT_MOST = 60, 60, 64
ANONYMOUS = "爱心人士"
_RECEIPT = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/.]{3,63}")
_CHECK_CODE = re.compile(r"[0-9A-Za-z]{4,20}")
_CODE = re.compile(r"([0-9]{1,12})-([0-9A-F]{10})")
_PROVEN_BY_NUMBER = (Channel.TRANSFER, Channel.PLATFORM)


@dataclass(frozen=True)
class GiftPlan:
    """What a desk writes down about a gift; `amount` is what was typed in yuan."""

    channel: str
    amount: str
    donor: str = ""
    donor_kind: str = DonorKind.PERSON
    phone: str = ""
    receipt_no: str = ""
    message: str = ""
    is_anonymous: bool = False
    shows_name: bool = False
    wants_receipt: bool = False
    purpose_id: int | None = None

    def checked(self) -> GiftPlan:
        """Return the plan as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        donor = words(self.donor, "donor", "捐赠人", NAME_MOST, wanted=not self.is_anonymous)
        if self.wants_receipt and not donor:
            raise BadInput("要捐赠票据就要写明捐赠人。", field="donor")
        return replace(
            self, donor=donor, message=message(self.message),
            phone=parse_mobile(self.phone) if self.phone.strip() else "",
            receipt_no=receipt_no(self.receipt_no, wanted=self.channel in _PROVEN_BY_NUMBER),
            shows_name=self.shows_name and not self.is_anonymous,
        )  # fmt: skip

    @property
    def amount_fen(self) -> int:
        """Return the amount.

        :raises BadInput: when it is no sum.
        """
        return parse_yuan(self.amount, field="amount", most_yuan=GIFT_MOST_YUAN)


@dataclass(frozen=True)
class ReceiptPlan:
    """What stands on a fiscal receipt (财综〔2024〕1号, art. 6)."""

    code: str
    number: str
    check_code: str
    issued_on: date

    def checked(self, *, first: date, today: date) -> ReceiptPlan:
        """Return it as it is stored; it was written between the gift (`first`) and today.

        :raises BadInput: at the field that is wrong.
        """
        if not first <= self.issued_on <= today:
            raise BadInput("开票日期应在捐赠之后、不晚于今天。", field="issued_on")
        return replace(
            self, code=_digits(self.code, "code", "票据代码", 8, 12),
            number=_digits(self.number, "number", "票据号码", 8, 12),
            check_code=_letters(self.check_code),
        )  # fmt: skip


def _digits(raw: str, field: str, label: str, least: int, most: int) -> str:
    plain = half_width_digits(raw).strip()
    if not (plain.isascii() and plain.isdecimal() and least <= len(plain) <= most):
        raise BadInput(f"{label}是 {least} 到 {most} 位数字，请核对。", field=field)
    return plain


def _letters(raw: str) -> str:
    plain = half_width_digits(raw).strip()
    if not _CHECK_CODE.fullmatch(plain):
        raise BadInput("校验码是 4 到 20 位数字或字母，请核对。", field="check_code")
    return plain


@dataclass(frozen=True)
class OrderPlan:
    """What somebody wants to pay on our own page."""

    amount: str
    donor: str = ""
    message: str = ""
    is_anonymous: bool = False
    shows_name: bool = False

    def checked(self) -> OrderPlan:
        """Return the plan as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        return replace(
            self, donor=words(self.donor, "donor", "姓名", NAME_MOST, wanted=not self.is_anonymous),
            message=message(self.message), shows_name=self.shows_name and not self.is_anonymous,
        )  # fmt: skip

    @property
    def amount_fen(self) -> int:
        """Return the amount.

        :raises BadInput: when it is no sum.
        """
        return parse_yuan(self.amount, field="amount", most_yuan=ORDER_MOST_YUAN)


def receipt_no(raw: str, *, wanted: bool) -> str:
    """Return the number by which a channel knows a gift.

    :raises BadInput: when it is missing or no such number.
    """
    plain = half_width_digits(raw).strip().strip("'`")
    if not plain and not wanted:
        return ""
    if not _RECEIPT.fullmatch(plain):
        raise BadInput("请填写 4 到 64 位的流水号或凭证号（数字和字母）。", field="receipt_no")
    return plain


def message(raw: str) -> str:
    """Return a word of the giver that everybody may read.

    :raises BadInput: when it is too long, or gives away a number, an account or a link.
    """
    text = words(raw, "message", "寄语", MESSAGE_MOST, wanted=False)
    if has_number(text) or has_account(text) or has_link(text):
        raise BadInput("寄语会公开显示，请不要写电话、账号和网址。", field="message")
    return text


def shown_name(gift: Gift, donor: str) -> str:
    """Return the giver as everybody may see them: in full only by their own word."""
    if gift.is_anonymous or not donor:
        return ANONYMOUS
    if gift.shows_name:
        return donor
    return f"{donor[:2]}***" if gift.donor_kind == DonorKind.UNIT else mask_name(donor)


def certificate_code(gift: Gift, *, key: bytes) -> str:
    """Return what stands in the code of a certificate; nobody else can make one."""
    return f"{gift.pk}-{_digest(gift, key)}"


def gift_of_code(code: str) -> tuple[int, str] | None:
    """Return the gift that a code speaks of, and the digest to prove it by."""
    found = _CODE.fullmatch(code)
    number = number_in(found[1]) if found else None
    return (number, found[2]) if found and number is not None else None


def _digest(gift: Gift, key: bytes) -> str:
    return hmac.digest(key, f"gift:{gift.key}".encode(), "sha256").hex()[:10].upper()


def is_genuine(gift: Gift, digest: str, *, key: bytes) -> bool:
    """Tell whether a code was made for this gift."""
    return hmac.compare_digest(_digest(gift, key), digest)
