"""Lists for the bank: made, exported, and every line confirmed or failed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from secrets import token_hex

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.books import actions as books
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import queries, rules
from voluncity.fund.payouts.actions.payments import free_installment, refuse_changed
from voluncity.fund.payouts.actions.steps import (
    TOO_SLOW,
    hold,
    refuse_own,
    refuse_recipient,
    step,
)
from voluncity.fund.payouts.models import Disbursement, Installment, PaymentList, Share
from voluncity.fund.payouts.rules import Answer, Row
from voluncity.fund.payouts.states import (
    LIST_FLOW,
    PAY_FLOW,
    InstallmentState,
    ListState,
    PayState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState

S, L, N = PayState, ListState, InstallmentState
MOST_LINES = 200
_OWN = "这笔拨付是您申请的，请由另一位工作人员确认付款结果。"
FORMATS = {"csv": rules.csv_bytes, "xlsx": rules.xlsx_bytes}


@transaction.atomic
def make_list(
    *, fund: Fund, payment_ids: Sequence[int], handle: str, by: User, at: datetime
) -> PaymentList:
    """Put approved payments on a list for the bank and freeze its rows; same mark, same list.

    :raises BadInput: when none is chosen, or too many.
    :raises Refusal: when one of them cannot be paid any more; it is named.
    """
    first: PaymentList | None = PaymentList.objects.filter(handle=handle).first()
    if first is not None:
        return first
    ids = sorted(set(payment_ids))
    if not ids or len(ids) > MOST_LINES:
        raise BadInput(f"请选择 1 到 {MOST_LINES} 笔拨付。", field="payments")
    chosen = Disbursement.objects.filter(pk__in=ids, funding__fund=fund)
    payments = list(chosen.select_related("payee", "installment", "funding").order_by("pk"))
    if len(payments) != len(ids):
        raise BadInput("请选择这个基金的拨付。", field="payments")
    for funding_id in sorted({one.funding_id for one in payments}):
        funding = hold(funding_id)
        for one in payments:
            if one.funding_id == funding_id:
                refuse_changed(one, funding, at=at)
    made = _freeze(fund, payments, handle=handle, by=by, at=at)
    for place, one in enumerate(payments, start=1):
        step(one, PAY_FLOW, "list", list=made, place=place)
    record("payouts.make_list", made, by=by, at=at, fund=fund.pk, count=made.count,
           fen=made.total_fen)  # fmt: skip
    return made


def _freeze(
    fund: Fund, payments: Sequence[Disbursement], *, handle: str, by: User, at: datetime
) -> PaymentList:
    rows, key = [_row(one) for one in payments], token_hex(16)
    Fund.objects.select_for_update(of=("self",)).get(pk=fund.pk)
    prefix = f"BQ{fund.pk:03d}{local_date(at):%Y%m%d}"
    given = PaymentList.objects.filter(number__startswith=prefix).count()
    made = PaymentList(
        handle=handle, key=key, fund=fund, number=f"{prefix}{given + 1:03d}", count=len(rows),
        total_fen=sum(row.fen for row in rows), made_at=at, made_by=by,
        digest=rules.digest_of(rules.csv_bytes(rows)),
        rows_cipher=personal.seal(json.dumps(rows), bound_to=f"payment_list:{key}"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(TOO_SLOW, code="payouts.was_faster") from error
    return made


def _row(payment: Disbursement) -> Row:
    payee = payment.payee
    number = personal.unseal(payee.number_cipher, bound_to=payee.bound_to)
    what = f"{payment.funding.number} {payment.installment} {payment.funding.title}"
    return Row(payment.number, payee.holder, number, payee.bank, payment.fen, what)


@transaction.atomic
def export_list(
    *, payment_list: PaymentList, kind: str, by: User, at: datetime
) -> tuple[str, bytes]:
    """Return the name and the bytes of a list; each export is journaled, the bytes never change.

    :raises BadInput: for another kind of file.
    :raises WrongState: when the list was cancelled.
    """
    if kind not in FORMATS:
        raise BadInput("请选择 XLSX 或 CSV。", field="kind")
    if payment_list.state != L.DONE:
        for funding_id in _fundings_of(payment_list):
            _refuse_stopped(payment_list, hold(funding_id), at=at)
    held = PaymentList.objects.select_for_update(of=("self",)).get(pk=payment_list.pk)
    if held.state == L.CANCELLED:
        raise WrongState("这份清单已经取消，不能导出。", code="payouts.list_cancelled")
    if held.state == L.MADE:
        step(held, LIST_FLOW, "export", exported_at=at, exported_by=by)
    rows = queries.rows_of(held)
    if rules.digest_of(rules.csv_bytes(rows)) != held.digest:
        raise Refusal("这份清单的内容与校验码不符，请联系管理员。", code="payouts.list_changed")
    record("payouts.export", held, by=by, at=at, fund=held.fund_id, kind=kind)
    return f"拨付清单-{held.number}-{held.digest[:8]}.{kind}", FORMATS[kind](rows)


def _fundings_of(payment_list: PaymentList) -> list[int]:
    ids = payment_list.lines.values_list("funding", flat=True).distinct()
    return sorted(set(ids))


def _refuse_stopped(payment_list: PaymentList, funding: Funding, *, at: datetime) -> None:
    """Refuse to hand out what may not be paid any more, while the bank has not got it."""
    if PaymentList.objects.filter(pk=payment_list.pk, state=L.MADE).exists():
        for one in payment_list.lines.filter(funding=funding):
            refuse_changed(one, funding, at=at)


@transaction.atomic
def cancel_list(*, payment_list: PaymentList, by: User, at: datetime) -> PaymentList:
    """Take a list apart before it was exported; its payments wait for another one.

    :raises WrongState: when somebody has exported it.
    """
    for funding_id in _fundings_of(payment_list):
        hold(funding_id)
    step(payment_list, LIST_FLOW, "cancel", ended_at=at)
    for one in payment_list.lines.order_by("pk"):
        step(one, PAY_FLOW, "unlist", list=None, place=None)
    record("payouts.cancel_list", payment_list, by=by, at=at, fund=payment_list.fund_id)
    return payment_list


# -- What the bank says --------------------------------------------------------------------------


@transaction.atomic
def confirm_payment(
    *, payment: Disbursement, bank_ref: str, on: date, by: User, at: datetime
) -> Disbursement:
    """Book a payment that the bank has made; saying the same again changes nothing.

    :raises NotAllowed: when one asked for it oneself.
    :raises BadInput: when the number or the day makes no sense, or the number stands elsewhere.
    :raises Refusal: when less is reserved; then nothing was written.
    """
    refuse_own(payment.asked_by_id, by, _OWN)
    ref = rules.bank_ref(bank_ref)
    funding = hold(payment.funding_id)
    refuse_recipient(funding, by)
    payment.refresh_from_db()
    if payment.state == S.PAID and payment.bank_ref == ref and payment.paid_on == on:
        return payment
    _refuse_not_exported(payment)
    day = rules.paid_on(on, after=local_date(_list_of(payment).made_at), today=local_date(at))
    if Disbursement.objects.filter(bank_ref=ref).exclude(pk=payment.pk).exists():
        raise BadInput("这个银行流水号已经用于另一笔拨付，请核对。", field="bank_ref")
    step(payment, PAY_FLOW, "confirm", bank_ref=ref, paid_on=day, confirmed_by=by,
         confirmed_at=at)  # fmt: skip
    if not Installment.objects.filter(pk=payment.installment_id, state=N.TAKEN).update(
        state=N.PAID
    ):
        raise WrongState(TOO_SLOW, code="payouts.was_faster")
    _book(payment, funding, by=by, at=at)
    _finish(payment, at=at)
    record("payouts.confirm", payment, by=by, at=at, funding=funding.pk, fen=payment.fen)
    return payment


def _list_of(payment: Disbursement) -> PaymentList:
    if payment.list is None:
        raise WrongState("这笔拨付还没有列入清单。", code="payouts.not_listed")
    return payment.list


def _refuse_not_exported(payment: Disbursement) -> None:
    if payment.state == S.LISTED and _list_of(payment).state == L.MADE:
        raise WrongState(
            "这份清单还没有导出给银行，不能登记付款结果。", code="payouts.not_exported"
        )


def _book(payment: Disbursement, funding: Funding, *, by: User, at: datetime) -> None:
    for place, part in enumerate(rules.split(payment.fen, queries.reserves(funding)), start=1):
        share = Share.objects.create(disbursement=payment, purpose_id=part.purpose_id, fen=part.fen)
        books.pay(
            fund=funding.fund, purpose=share.purpose, serves=funding.serves,
            award=funding.award, amount_fen=part.fen, key=f"payout:{payment.pk}:{place}",
            source=f"payout:{payment.pk}", on=payment.paid_on, by=by, at=at,
            reason=f"拨付 {payment.number}：{funding.number}",
        )  # fmt: skip


def _finish(payment: Disbursement, *, at: datetime) -> None:
    """End a list when its last line has its answer."""
    payment_list = _list_of(payment)
    if not payment_list.lines.filter(state=S.LISTED).exists():
        step(payment_list, LIST_FLOW, "finish", ended_at=at)


@transaction.atomic
def fail_payment(*, payment: Disbursement, words: str, by: User, at: datetime) -> Disbursement:
    """Say that the bank did not pay; the installment can be asked for again.

    :raises NotAllowed: when one asked for it oneself, or is of the organization.
    :raises BadInput: without the bank's reason.
    """
    refuse_own(payment.asked_by_id, by, _OWN)
    reason = rules.said(words, "失败的原因")
    refuse_recipient(hold(payment.funding_id), by)
    payment.refresh_from_db()
    _refuse_not_exported(payment)
    step(payment, PAY_FLOW, "fail", words=reason, confirmed_by=by, confirmed_at=at)
    free_installment(payment)
    _finish(payment, at=at)
    record("payouts.fail", payment, by=by, at=at, funding=payment.funding_id, fen=payment.fen)
    return payment


@transaction.atomic
def take_answers(
    *, payment_list: PaymentList, answers: Sequence[Answer], by: User, at: datetime
) -> tuple[int, int]:
    """Write what the bank said about the lines of a list, all or nothing; return paid, failed.

    Lines that have the same answer already are passed over.

    :raises Refusal: for the first line that cannot be written, with its number.
    """
    lines = {one.pk: one for one in payment_list.lines.select_related("list")}
    # As everywhere: projects are held in one order, so that two who write never wait crosswise.
    for funding_id in sorted({one.funding_id for one in lines.values()}):
        hold(funding_id)
    paid = failed = 0
    for answer in answers:
        payment = lines[answer.payment_id]
        try:
            if answer.bank_ref and answer.on:
                if payment.state != S.PAID or payment.bank_ref != answer.bank_ref:
                    paid += 1
                confirm_payment(
                    payment=payment, bank_ref=answer.bank_ref, on=answer.on, by=by, at=at
                )
            elif payment.state != S.FAILED:
                fail_payment(payment=payment, words=answer.words, by=by, at=at)
                failed += 1
        except Refusal as refusal:
            raise BadInput(
                f"{payment.number}：{refusal.sentence}", field="file", code="payouts.answer"
            ) from refusal
    record("payouts.take_answers", payment_list, by=by, at=at, paid=paid, failed=failed)
    return paid, failed
