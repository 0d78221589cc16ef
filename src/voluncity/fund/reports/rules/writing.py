"""What may be written in a report, and what an expense must say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import clean, number_in, words

# key: (label, most characters, must be said, what to write)
WORDS: dict[str, tuple[str, int, bool, str]] = {
    "done": ("做了什么", 2000, True, "这一段时间开展的工作，对照计划写。"),
    "results": ("取得的成效", 2000, True, "发生了什么变化；不要写服务对象的姓名。"),
    "problems": ("困难和问题", 1000, False, "没有可以不写。"),
    "following": ("下一步安排", 1000, False, "最后一份报告可以不写。"),
}
SERVED = "served_more"
ACTIVITIES, EVIDENCE, SPENDING = "activities", "evidence", "spending"
# Where the office may put a remark, beside each single expense ("expense-12").
REMARK_KEYS: dict[str, str] = {
    **{key: label for key, (label, *_) in WORDS.items()},
    SERVED: "活动以外的受益人次",
    ACTIVITIES: "关联的服务活动",
    EVIDENCE: "照片和材料",
    SPENDING: "支出明细",
}
REASON_MOST = 500
CAPTION_MOST, NOTE_MOST = 60, 100
PAYEE_MOST, WHAT_MOST = 60, 60
SERVED_MOST = 1_000_000
EXPENSE_MOST_YUAN = 10_000_000
EXPENSES_MOST, VOUCHERS_MOST, EVIDENCE_MOST, ACTIVITIES_MOST = 200, 6, 40, 100
_INVOICE = re.compile(r"[0-9A-Z]{4,30}")
_INVOICE_NOISE = re.compile(r"[\s\-_./№:：]|^(?:NO|发票号码|票号)")


def checked_words(said: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a report as they are kept; they may be missing while it is written.

    :raises BadInput: when one is too long.
    """
    return {
        key: words(said.get(key, ""), key, label, most, long=True, wanted=False)
        for key, (label, most, _, _) in WORDS.items()
    }


def checked_served(raw: str) -> int:
    """Return how many people were served outside of activities; nothing said is none.

    :raises BadInput: when it is no whole number, or too large.
    """
    plain = clean(raw).replace(",", "")
    if not plain:
        return 0
    number = number_in(plain)
    if number is None or number > SERVED_MOST:
        raise BadInput("人次请填写整数，不超过 1,000,000；没有的不用填。", field=SERVED)
    return number


def digest_of(text: str) -> str:
    """Return by which a page remembers the words that it showed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ExpensePlan:
    """What somebody says about one expense."""

    line_id: int
    on: date
    payee: str
    what: str
    fen: int
    invoice_no: str = ""


def checked_expense(
    plan: ExpensePlan, *, starts_on: date, ends_on: date, today: date
) -> ExpensePlan:
    """Return an expense with its words as they are kept.

    :raises BadInput: when words are missing, or its day is not one of the project's.
    """
    last = min(ends_on, today)
    if last < starts_on:
        raise BadInput(
            f"项目从 {starts_on:%Y-%m-%d} 开始，现在还不能填报支出。",
            code="reports.outside",
            field="on",
        )
    if not starts_on <= plan.on <= last:
        raise BadInput(
            f"支出日期应在项目时间内（{starts_on:%Y-%m-%d} 至 {last:%Y-%m-%d}）。"
            + ("项目时间需要延长的，请先提出变更申请。" if plan.on > ends_on else ""),
            code="reports.outside",
            field="on",
        )
    if not 0 < plan.fen <= EXPENSE_MOST_YUAN * 100:
        raise BadInput("金额应大于 0，请核对。", field="sum")
    return ExpensePlan(
        plan.line_id,
        plan.on,
        words(plan.payee, "payee", "收款方", PAYEE_MOST),
        words(plan.what, "what", "用途", WHAT_MOST),
        plan.fen,
        invoice_number(plan.invoice_no),
    )


def invoice_number(raw: str) -> str:
    """Return the number of an invoice as it is compared: capitals and digits only; "" for none.

    :raises BadInput: when it is no number of an invoice.
    """
    plain = _INVOICE_NOISE.sub("", clean(raw).upper())
    if plain and not _INVOICE.fullmatch(plain):
        raise BadInput("发票或收据号码只有数字和字母，4 到 30 位，请核对。", field="invoice_no")
    return plain


def over_line(*, label: str, line_fen: int, claimed_fen: int, fen: int) -> Refusal | None:
    """Return the refusal of an expense that does not fit into its line any more, or nothing."""
    left = line_fen - claimed_fen
    if fen <= left:
        return None
    rest = f"还可以填报 {yuan_text(left)}" if left > 0 else "已经填报完"
    return BadInput(
        f"“{label}”的预算是 {yuan_text(line_fen)}，{rest}，这一笔是 {yuan_text(fen)}，超出预算。"
        "确需调整的，请先在项目页面提出变更申请，批准以后再填报。",
        code="reports.over_line",
        field="sum",
    )
