"""Sums: installments that make up the award, and out of which purse each fen comes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from voluncity.fund.grants.models import Funding, Milestone
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import half_width_digits, words

MOST_INSTALLMENTS, WORDS_MOST = 12, 200
LEAST_YEAR = 2000
LATEST = timedelta(days=365)  # after the end of a project
_REF = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/.]{3,63}")


@dataclass(frozen=True)
class PlanLine:
    """One installment of a proposal; without a milestone it is due when the agreement is signed."""

    fen: int
    milestone: Milestone | None
    due_on: date


@dataclass(frozen=True)
class ReturnPlan:
    """Money that came back, as it is typed in."""

    fen: int
    on: date
    bank_ref: str
    reason: str


class Part(NamedTuple):
    """So much of one purse; no purpose: free of any."""

    purpose_id: int | None
    fen: int


def checked_lines(
    lines: Sequence[PlanLine], *, funding: Funding, wanted_fen: int
) -> tuple[PlanLine, ...]:
    """Return the installments of a proposal that sums up to what is to be planned.

    :raises BadInput: when it does not, or one of them makes no sense.
    """
    if not lines or len(lines) > MOST_INSTALLMENTS:
        raise BadInput(f"请填写 1 到 {MOST_INSTALLMENTS} 期。")
    for place, line in enumerate(lines, start=1):
        if line.fen <= 0:
            raise BadInput(f"第 {place} 行的金额应大于 0，请核对。")
        if line.milestone is not None and line.milestone.funding_id != funding.pk:
            raise BadInput(f"第 {place} 行请选择这个项目的里程碑。")
        first, last = local_date(funding.opened_at), funding.ends_on + LATEST
        if not first <= line.due_on <= last:
            raise BadInput(
                f"第 {place} 行的计划日期应在 {first:%Y-%m-%d}（立项）到 {last:%Y-%m-%d}"
                "（项目结束后一年）之间，请核对。"
            )
    total = sum(line.fen for line in lines)
    if total != wanted_fen:
        off = yuan_text(abs(total - wanted_fen))
        more = "多" if total > wanted_fen else "少"
        raise BadInput(
            f"各期合计 {yuan_text(total)}，应为 {yuan_text(wanted_fen)}，{more}了 {off}，请调整。",
            code="payouts.plan_sum",
        )
    return tuple(lines)


def split(fen: int, there: Sequence[Part]) -> list[Part]:
    """Return out of which purses a payment comes: bound money first, each until it is empty.

    `there` is what is reserved in each purse. Always the same for the same money.

    :raises Refusal: when there is not so much.
    """
    left, parts = fen, []
    order = sorted(there, key=lambda one: (one.purpose_id is None, one.purpose_id or 0))
    for purpose_id, kept in order:
        taken = min(left, kept)
        if taken > 0:
            parts.append(Part(purpose_id, taken))
            left -= taken
    if left:
        raise Refusal(
            f"预留资金不足，还差 {yuan_text(left)}，不能拨付。拨付不能超过立项金额。",
            code="payouts.too_little",
        )
    return parts


def split_back(fen: int, there: Sequence[Part]) -> list[Part]:
    """Return to which purses money goes back: in the opposite order of `split`, free money first.

    `there` is what each purse paid and has not got back.

    :raises Refusal: when the project never got so much.
    """
    left, parts = fen, []
    order = sorted(there, key=lambda one: (one.purpose_id is not None, -(one.purpose_id or 0)))
    for purpose_id, out in order:
        taken = min(left, out)
        if taken > 0:
            parts.append(Part(purpose_id, taken))
            left -= taken
    if left:
        raise Refusal(
            f"这个项目拨付后没有退回的资金比这少 {yuan_text(left)}，请核对金额。",
            code="payouts.never_paid", field="fen",
        )  # fmt: skip
    return parts


def bank_ref(raw: str) -> str:
    """Return the number under which the bank made a payment; letters are capitals.

    :raises BadInput: when it is none.
    """
    ref = re.sub(r"\s", "", half_width_digits(raw)).upper()
    if not _REF.fullmatch(ref):
        raise BadInput("银行流水号是 4 到 64 位字母、数字，请照银行回单填写。", field="bank_ref")
    return ref


def paid_on(day: date, *, after: date, today: date) -> date:
    """Return the day of a bank's slip.

    :raises BadInput: when it lies in the future, or before the money could have moved.
    """
    if day > today:
        raise BadInput("日期不能晚于今天，请核对银行回单。", field="on")
    if day < after:
        raise BadInput(f"日期不能早于 {after:%Y-%m-%d}，请核对银行回单。", field="on")
    return day


def said(raw: str, label: str) -> str:
    """Return a reason as it is stored.

    :raises BadInput: when there is none, or it is too long.
    """
    return words(raw, "words", label, WORDS_MOST)
