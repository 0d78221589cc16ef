"""Settle the money, close, add what is to be known afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.archiving import ask_archives
from voluncity.fund.closings.actions.objecting import evaluators
from voluncity.fund.closings.actions.steps import (
    hold,
    hold_project,
    note,
    refuse_own,
    said,
    step,
)
from voluncity.fund.closings.actions.writing import refuse_open_reports
from voluncity.fund.closings.models import Addendum, Closing, Objection, Settlement
from voluncity.fund.closings.rules import LONG_MOST, REASON_MOST
from voluncity.fund.closings.states import CLOSING_FLOW, ClosingState
from voluncity.fund.governance.models import Resolution
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.payouts import actions as payouts
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.kernel.text import words as clean_words

C = ClosingState


@transaction.atomic
def close(
    *,
    closing: Closing,
    resolution: Resolution | None = None,
    words: str = "",
    seen: int,
    by: User,
    at: datetime,
) -> Closing:
    """Settle the money and close: from now on nothing of it changes.

    Its archives are asked for; whoever calls lets a worker make them.

    :raises BadInput: when money is left that no resolution explains.
    :raises NotAllowed: when one evaluated it oneself, or belongs to the organization.
    :raises WrongState: when an objection or its time is open, or somebody was faster.
    """
    CLOSING_FLOW.after("close", closing.state)
    refuse_own(closing.funding, by)
    _refuse_evaluators(closing, by)
    hold(closing, seen)
    refuse_pending(closing, at=at)
    funding = hold_project(closing.funding)
    _settle(funding, resolution, words, by=by, at=at)
    step(closing, "close", by=by, at=at, closed_at=at, closed_by=by)
    grants.close(funding=funding_now(funding), by=by, at=at)
    ask_archives(closing=closing, by=by, at=at)
    return closing


def _refuse_evaluators(closing: Closing, by: User) -> None:
    published = set(closing.results.values_list("made_by", flat=True))
    if by.pk in evaluators(closing) | published:
        raise NotAllowed(
            "评分或公布结果的人不能办理结项，请由另一位同事办理。", code="closings.own_result"
        )


def refuse_pending(closing: Closing, *, at: datetime) -> None:
    """Let nothing be closed while the organization may still speak or waits for an answer.

    :raises WrongState: when it does.
    """
    sentence = pending(closing, at=at)
    if sentence:
        raise WrongState(sentence, code="closings.pending")


def pending(closing: Closing, *, at: datetime) -> str:
    """Return what has to be waited for before the closing, as a sentence."""
    objection = Objection.objects.filter(closing=closing).first()
    if objection is not None:
        return "" if objection.answered_at else "组织提出的异议还没有答复。"
    result = closing.result
    if closing.taken_at is None and result is not None and local_date(at) <= result.object_until:
        return (
            f"异议期限到 {result.object_until:%Y-%m-%d}，"
            "过了这一天，或者受资助方认可评估结果以后再结项。"
        )
    return ""


@transaction.atomic
def settle(
    *,
    funding: Funding,
    resolution: Resolution | None = None,
    words: str = "",
    by: User | None,
    at: datetime,
) -> Settlement:
    """Settle the money of a project that was terminated or cancelled.

    :raises BadInput: when money is left that no resolution explains.
    :raises WrongState: when it goes on, is settled already, or reports or payments are open.
    """
    if by is not None:
        refuse_own(funding, by)
    held = hold_project(funding)
    if held.state not in {FundingState.TERMINATED, FundingState.CANCELLED}:
        raise WrongState(
            "只有已终止或已取消的项目在这里结清，其他项目在结项时结清。", code="closings.goes_on"
        )
    if Settlement.objects.filter(funding=held).exists():
        raise WrongState("这个项目的资金已经结清。", code="closings.settled")
    made = _settle(held, resolution, words, by=by, at=at)
    record("closings.settle", ("funding", held.pk), by=by, at=at, released=made.released_fen)
    return made


def _settle(
    funding: Funding, resolution: Resolution | None, words: str, *, by: User | None, at: datetime
) -> Settlement:
    """Write down what was paid, spent, returned and is left; release what was not paid."""
    refuse_open_reports(funding)
    now = queries.balance(funding)
    left = now.to_return
    text = clean_words(
        words, "words", "说明", REASON_MOST, long=True, wanted=bool(left and resolution)
    )
    if left and resolution is None:
        raise BadInput(
            f"还有余款 {yuan_text(left)}：已拨付 {yuan_text(now.paid)}，"
            f"认可支出 {yuan_text(now.spent)}，已退回 {yuan_text(now.returned)}。"
            "请先办理退回，或选择同意留用的决议并说明。",
            code="closings.remainder",
            field="resolution",
        )
    if resolution is not None and (
        resolution.fund_id != funding.fund_id or resolution.repealed_by_id
    ):
        raise BadInput("请选择这个基金现行有效的决议。", field="resolution")
    released = payouts.release_rest(funding=funding, reason=f"结清 {funding.number}", by=by, at=at)
    grants.settle(funding=funding, at=at)
    try:
        with transaction.atomic():
            return Settlement.objects.create(
                funding=funding, paid_fen=now.paid, spent_fen=now.counted, own_fen=now.own,
                returned_fen=now.returned, remainder_fen=left, released_fen=released,
                resolution=resolution if left else None, words=text if left else "",
                made_at=at, made_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState("这个项目的资金已经结清。", code="closings.settled") from error


def funding_now(funding: Funding) -> Funding:
    """Return a project as it is now."""
    found: Funding = Funding.objects.select_related("fund", "organization").get(pk=funding.pk)
    return found


@transaction.atomic
def add_addendum(*, closing: Closing, words: str, handle: str, by: User, at: datetime) -> Addendum:
    """Note what has to be known about a closing that is over; the archive is made anew beside it.

    The same mark again returns the first.
    :raises BadInput: without words.
    :raises WrongState: when it is not closed.
    """
    first: Addendum | None = Addendum.objects.filter(handle=handle).first()
    if first is not None:
        return first
    refuse_own(closing.funding, by)
    text = said(words, "补充说明", most=LONG_MOST)
    if closing.state != C.CLOSED:
        raise WrongState("还没有结项，请直接办理，不用补充说明。", code="closings.goes_on")
    try:
        with transaction.atomic():
            made = Addendum.objects.create(
                handle=handle, closing=closing, number=closing.addenda.count() + 1, words=text,
                made_at=at, made_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState("刚刚有人补充过，请刷新页面。", code="closings.was_faster") from error
    note(closing, "addend", by=by, at=at, words=text)
    ask_archives(closing=closing, by=by, at=at)
    return made
