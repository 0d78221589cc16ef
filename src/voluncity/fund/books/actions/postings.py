"""Movements by hand: one writes them, another one books them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.books import rules
from voluncity.fund.books.actions.writing import move, undo
from voluncity.fund.books.models import Entry, Posting
from voluncity.fund.books.states import BY_HAND, ONLY_FREE, POSTING_FLOW, EntryKind, PostingState
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words

S = PostingState


@dataclass(frozen=True)
class PostingPlan:
    """What moved, when and why."""

    kind: str
    purpose: Purpose | None
    amount_fen: int
    on: date
    reason: str


@transaction.atomic
def propose(
    *, fund: Fund, plan: PostingPlan, proof: Checked | None, handle: str, by: User, at: datetime
) -> Posting:
    """Write a movement down for another one to book; the same mark again returns the first.

    :raises BadInput: at the field that is wrong.
    """
    said = _checked(fund, plan, at)
    posting = Posting(fund=fund, handle=handle, made_at=at, made_by=by, **said)
    return _keep(posting, proof, by=by, at=at)


def _checked(fund: Fund, plan: PostingPlan, at: datetime) -> dict[str, Any]:
    if plan.kind not in BY_HAND:
        raise BadInput("请选择收支类别。", field="kind")
    if plan.kind in ONLY_FREE and plan.purpose is not None:
        raise BadInput("这类收支只能记在非限定资金。", field="purpose")
    if plan.purpose is not None and plan.purpose.fund_id != fund.pk:
        raise BadInput("请选择本基金的资助方向。", field="purpose")
    _refuse_day(fund, plan.on, at)
    return {
        "kind": plan.kind, "purpose": plan.purpose, "amount_fen": rules.amount(plan.amount_fen),
        "on": plan.on, "reason": words(plan.reason, "reason", "事由", rules.POSTING_MOST),
    }  # fmt: skip


def _refuse_day(fund: Fund, on: date, at: datetime) -> None:
    if on > local_date(at):
        raise BadInput("发生日期不能晚于今天。", field="on")
    if on < fund.founded_on:
        raise BadInput("发生日期不能早于基金设立的日期。", field="on")


def _keep(posting: Posting, proof: Checked | None, *, by: User, at: datetime) -> Posting:
    first = Posting.objects.filter(handle=posting.handle, fund=posting.fund).first()
    if first is not None:
        return first  # type: ignore[no-any-return]  # the scoped manager is untyped
    if proof is not None:
        posting.proof = files.store(proof, subject=f"fund:{posting.fund_id}", by=by, at=at)
    try:
        with transaction.atomic():
            posting.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "这笔账目刚刚已经登记过，请刷新页面查看。", code="books.posted_already"
        ) from error
    record(
        "books.propose", ("books_posting", posting.pk), by=by, at=at, fund=posting.fund_id,
        kind=str(posting.kind), amount=posting.amount_fen, undoes=posting.undoes_id,
    )  # fmt: skip
    return posting


@transaction.atomic
def propose_undoing(
    *, posting: Posting, reason: str, on: date, handle: str, by: User, at: datetime
) -> Posting:
    """Propose to undo what was booked by mistake; both stay in the books.

    :raises BadInput: when there is no reason, or the day lies before the mistake.
    :raises Refusal: when it is being undone already.
    :raises WrongState: when it is not booked.
    """
    if posting.state != S.BOOKED or posting.undoes_id is not None:
        raise WrongState("只有已经入账的收支才能冲正。", code="wrong_state.undo")
    _refuse_day(posting.fund, on, at)
    if on < posting.on:
        raise BadInput("冲正日期不能早于原来的日期。", field="on")
    opposite = Posting(
        fund=posting.fund, handle=handle, kind=posting.kind, purpose=posting.purpose,
        amount_fen=posting.amount_fen, on=on, undoes=posting, made_at=at, made_by=by,
        reason=words(reason, "reason", "冲正原因", rules.POSTING_MOST),
    )  # fmt: skip
    return _keep(opposite, None, by=by, at=at)


@transaction.atomic
def book(*, posting: Posting, by: User, at: datetime) -> Posting:
    """Book what somebody else has written.

    :raises NotAllowed: when one has written it oneself.
    :raises Refusal: when there is not so much money.
    :raises WrongState: when it was dealt with meanwhile.
    """
    _hold(posting, "book", by)
    entry = _moved(posting, by=by, at=at)
    _finish(posting, S.BOOKED, by=by, at=at, entry=entry)
    record(
        "books.check", ("books_posting", posting.pk), by=by, at=at, fund=posting.fund_id,
        entry=entry.pk,
    )  # fmt: skip
    return posting


def _moved(posting: Posting, *, by: User, at: datetime) -> Entry:
    if posting.undoes is not None and posting.undoes.entry is not None:
        return undo(entry=posting.undoes.entry, reason=posting.reason, on=posting.on, at=at, by=by)
    return move(
        EntryKind(posting.kind), fund=posting.fund, purpose=posting.purpose,
        serves=posting.purpose, amount_fen=posting.amount_fen, key=f"posting:{posting.pk}",
        source=f"posting:{posting.pk}", reason=posting.reason, at=at, by=by, on=posting.on,
    )  # fmt: skip


@transaction.atomic
def reject(*, posting: Posting, remark: str, by: User, at: datetime) -> Posting:
    """Send back what somebody else has written.

    :raises BadInput: when there is no reason.
    :raises NotAllowed: when one has written it oneself.
    :raises WrongState: when it was dealt with meanwhile.
    """
    said = words(remark, "remark", "退回原因", rules.REASON_MOST)
    _hold(posting, "reject", by)
    _finish(posting, S.REJECTED, by=by, at=at, remark=said)
    record("books.reject", ("books_posting", posting.pk), by=by, at=at, fund=posting.fund_id)
    return posting


@transaction.atomic
def withdraw(*, posting: Posting, by: User, at: datetime) -> Posting:
    """Take back what one has written oneself.

    :raises NotAllowed: when somebody else has written it.
    :raises WrongState: when it was dealt with meanwhile.
    """
    if posting.made_by_id != by.pk:
        raise NotAllowed("只有登记人可以撤回，请改为退回。")
    POSTING_FLOW.after("withdraw", posting.state)
    _finish(posting, S.WITHDRAWN, by=by, at=at)
    record("books.withdraw", ("books_posting", posting.pk), by=by, at=at, fund=posting.fund_id)
    return posting


def _hold(posting: Posting, verb: str, by: User) -> None:
    """Hold the row: whoever comes second waits, and then finds it dealt with."""
    if posting.made_by_id == by.pk:
        raise NotAllowed("登记和复核不能是同一个人，请另一位同事复核。", code="books.own_posting")
    POSTING_FLOW.after(verb, posting.state)
    waiting = Posting.objects.filter(pk=posting.pk, state=S.PROPOSED)
    if not waiting.update(reason=F("reason")):
        raise WrongState("这笔账目刚刚有人办理了，请刷新页面查看。", code="books.was_faster")


def _finish(posting: Posting, state: PostingState, *, by: User, at: datetime, **more: Any) -> None:
    waiting = Posting.objects.filter(pk=posting.pk, state=S.PROPOSED)
    if not waiting.update(state=state, checked_by=by, checked_at=at, **more):
        raise WrongState("这笔账目刚刚有人办理了，请刷新页面查看。", code="books.was_faster")
    posting.refresh_from_db()
