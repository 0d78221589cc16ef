"""Many at once: nothing is asked for, booked or paid twice, and never more than awarded."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from voluncity.fund.books import actions as bookkeeping
from voluncity.fund.books import queries as books
from voluncity.fund.books.models import Entry
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries, rules
from voluncity.fund.payouts.actions import payments
from voluncity.fund.payouts.models import Disbursement, Installment, PaymentList, Return
from voluncity.fund.payouts.states import InstallmentState, ListState, PayState
from voluncity.kernel.clock import local_date
from voluncity.testing import make_payouts as make
from voluncity.testing.at_once import at_once
from voluncity.testing.make_people import NOON, make_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("times", [8, 32])
def test_an_installment_that_many_ask_for_is_asked_for_once(times: int) -> None:
    funding = make.make_ready()
    first, by = funding.installments.get(number=1), make_user("经办")
    marks = [make.handle() for _ in range(times)]
    counted = at_once(
        lambda turn: actions.ask_payment(
            installment=Installment.objects.get(pk=first.pk), handle=marks[turn], by=by, at=NOON
        ),
        times,
    )
    assert counted["done"] == 1
    assert Disbursement.objects.count() == 1
    assert queries.faults() == []


@pytest.mark.parametrize("times", [8, 64])
def test_a_payment_that_many_confirm_is_booked_once(times: int) -> None:
    funding = make.make_ready()
    payment, by = make.make_listed(funding), make_user("出纳")
    at_once(
        lambda turn: actions.confirm_payment(
            payment=Disbursement.objects.get(pk=payment.pk), bank_ref=f"JSB{turn % 2:05d}",
            on=local_date(NOON), by=by, at=NOON,
        ),
        times,
    )  # fmt: skip
    assert Entry.objects.filter(kind="payment").count() == 1
    assert books.paid(funding.fund, funding.award, None) == 1_000_000
    assert queries.faults() == []


def test_two_installments_confirmed_together_share_the_purses_to_the_fen() -> None:
    funding = make.make_ready(500_000, 500_000, 500_000, 500_000)
    waiting = [make.make_listed(funding, number).pk for number in range(1, 5)]
    by = make_user("出纳")
    at_once(
        lambda turn: make.confirm(Disbursement.objects.get(pk=waiting[turn % 4]),
                                  f"JSB{turn % 4:05d}", by=by),
        16,
    )  # fmt: skip
    assert (queries.paid(funding), queries.reserved(funding)) == (2_000_000, 0)
    assert queries.faults() == []


def test_a_list_is_exported_or_cancelled_never_both() -> None:
    for _ in range(4):
        funding = make.make_ready()
        made = make.make_list(make.approve(make.ask(funding)))
        by = make_user("出纳")

        def act(turn: int, pk: int = made.pk, by: Any = by) -> object:
            one = PaymentList.objects.get(pk=pk)
            if turn % 2:
                return actions.cancel_list(payment_list=one, by=by, at=NOON)
            return actions.export_list(payment_list=one, kind="csv", by=by, at=NOON)

        at_once(act, 8)
        made.refresh_from_db()
        lines = set(Disbursement.objects.filter(funding=funding).values_list("state", flat=True))
        assert (made.state, lines) in [
            (ListState.EXPORTED, {PayState.LISTED}), (ListState.CANCELLED, {PayState.APPROVED}),
        ]  # fmt: skip


def test_a_return_that_many_confirm_is_booked_once() -> None:
    funding = make.make_ready()
    make.make_paid(funding)
    money, by = make.enter_return(funding, 400_000), make_user("复核")
    counted = at_once(
        lambda _: actions.confirm_return(money=Return.objects.get(pk=money.pk), by=by, at=NOON), 8
    )
    assert counted["done"] == 1
    assert (queries.returned(funding), Entry.objects.filter(kind="return").count()) == (400_000, 1)


def test_a_plan_and_a_request_never_leave_a_sum_that_is_not_the_award() -> None:
    for _ in range(4):
        funding = make.make_ready()
        plan = make.propose(funding, 1_200_000, 800_000, reason="调整")
        first = funding.installments.get(number=1, plan__number=1)
        clerk, checker, mark = make_user("经办"), make_user("复核"), make.handle()

        def act(turn: int, said: Any = (plan, first, clerk, checker, mark)) -> object:
            plan, first, clerk, checker, mark = said
            if turn % 2:
                return actions.agree_plan(plan=plan, by=checker, at=NOON)
            return actions.ask_payment(installment=first, handle=mark, by=clerk, at=NOON)

        at_once(act, 2)
        assert queries.faults() == []


def _careless_hold(funding_id: int) -> Funding:
    """Read without holding: a saboteur."""
    rows = Funding.objects.select_related("fund", "serves", "organization")
    found: Funding = rows.get(pk=funding_id)
    return found


def _half_a_reserve() -> Funding:
    """Return a project with two open installments and with money for one of them."""
    funding = make.make_ready()
    make.accept(funding, funding.installments.get(number=2).milestone)
    bookkeeping.release(
        fund=funding.fund, purpose=None, serves=funding.serves, award=funding.award,
        amount_fen=1_000_000, key=f"half:{funding.pk}", reason="减半", by=None, at=NOON,
    )  # fmt: skip
    return funding


def _ask_for_both(funding: Funding, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let two ask at once, each having read what is under way before the other writes."""
    counted, meeting = queries.in_flight, Barrier(2)

    def in_flight(one: Funding) -> int:
        found = counted(one)
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=2)
        return found

    monkeypatch.setattr(queries, "in_flight", in_flight)
    by, marks = make_user("经办"), [make.handle(), make.handle()]
    ids = list(funding.installments.order_by("number").values_list("pk", flat=True))
    done = at_once(
        lambda turn: actions.ask_payment(
            installment=Installment.objects.get(pk=ids[turn]), handle=marks[turn], by=by, at=NOON
        ),
        2,
    )["done"]
    monkeypatch.setattr(queries, "in_flight", counted)
    return int(done)


def test_two_who_ask_at_once_never_ask_for_more_than_is_reserved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    funding = _half_a_reserve()
    assert _ask_for_both(funding, monkeypatch) == 1
    assert queries.in_flight(funding) == queries.reserved(funding) == 1_000_000


def test_without_the_hold_two_who_ask_at_once_ask_for_more_than_is_reserved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The saboteur: whoever only reads the project counts the same money as somebody else."""
    monkeypatch.setattr(payments, "hold", _careless_hold)
    funding = _half_a_reserve()
    assert _ask_for_both(funding, monkeypatch) == 2
    assert queries.in_flight(funding) == 2_000_000 > queries.reserved(funding)


def test_where_nothing_else_holds_the_table_refuses_a_second_payment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(payments, "hold", _careless_hold)
    monkeypatch.setattr(queries, "missing", lambda *_, **__: [])
    funding = make.make_ready()
    first, by = funding.installments.get(number=1), make_user("经办")
    marks = [make.handle() for _ in range(8)]

    def ask(turn: int) -> object:
        Installment.objects.filter(pk=first.pk).update(state=InstallmentState.OPEN)
        return actions.ask_payment(installment=first, handle=marks[turn], by=by, at=NOON)

    # The saboteur took every other guard away: only the constraint is left.
    counted = at_once(ask, 8)
    assert counted["done"] <= 1
    assert Disbursement.objects.filter(installment=first).count() == 1


def test_a_careless_confirmation_books_twice_and_the_check_of_the_books_names_it() -> None:
    def careless(payment: Disbursement, *, at: datetime, by: Any) -> None:
        funding = _careless_hold(payment.funding_id)
        for turn in range(2):
            for part in rules.split(payment.fen, queries.reserves(funding)):
                bookkeeping.pay(
                    fund=funding.fund, purpose=None, serves=funding.serves, award=funding.award,
                    amount_fen=part.fen, key=f"payout:{payment.pk}:{turn}:careless",
                    source=f"payout:{payment.pk}", reason="粗心", at=at, by=by,
                )  # fmt: skip

    payment = make.make_listed(make.make_ready())
    careless(payment, at=NOON, by=None)
    assert any(payment.number in sentence for sentence in queries.faults())
