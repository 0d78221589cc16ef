"""Whatever is asked, paid, failed, returned, stopped and ended in whatever order, the laws hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from voluncity.fund.books import actions as books
from voluncity.fund.books import queries as purses
from voluncity.fund.books.models import Entry
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.states import FundingState
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Installment, PaymentList, Return
from voluncity.fund.payouts.states import (
    IN_FLIGHT,
    InstallmentState,
    ListState,
    PayState,
    ReturnKind,
    ReturnState,
)
from voluncity.kernel.refusals import Refusal
from voluncity.testing import make_payouts as make
from voluncity.testing.make_fund import make_fund, make_purpose, make_resolution
from voluncity.testing.make_grants import fresh, make_funding
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
AWARD, BOUND = 2_000_000, 700_001
WHICH, FEN = st.integers(0, 5), st.integers(1, 900_000)
S = PayState


class Money(RuleBasedStateMachine):
    """One project out of two purses; beside it a plain model of what is where."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        fund = make_fund()
        self.purpose = make_purpose(fund)
        sources = ((None, AWARD - BOUND), (self.purpose.pk, BOUND))
        self.funding = make_funding(fund=fund, sources=sources, serves_id=self.purpose.pk)
        self.clerk, self.checker = make_user("经办"), make_user("复核")
        self.third = make_user("出纳")
        make.make_account(self.funding)
        make.make_plan(self.funding, 600_000, 500_000, 899_999, 1)
        self.resolution = make_resolution(fund, "终止")
        self.out = self.returned = self.released = 0

    def one_of(self, rows: Any, which: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[which % len(found)] if found else None

    def payments(self, *states: str) -> Any:
        return Disbursement.objects.filter(funding=self.funding, state__in=states)

    def tries(self, act: Any, wanted: bool) -> bool:
        try:
            with transaction.atomic():
                act()
        except Refusal:
            assert not wanted
            return False
        assert wanted
        return True

    @property
    def runs(self) -> bool:
        return bool(fresh(self.funding).state == FundingState.RUNNING)

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        milestone = self.one_of(self.funding.milestones.filter(state="planned"), which)
        if milestone is not None and self.runs:
            make.accept(self.funding, milestone)

    @rule(which=WHICH)
    def ask(self, which: int) -> None:
        one = self.one_of(
            Installment.objects.filter(funding=self.funding).exclude(
                state__in=[InstallmentState.DROPPED, InstallmentState.PROPOSED]
            ),
            which,
        )
        ready = one.milestone is None or one.milestone.is_accepted
        wanted = self.runs and ready and one.state == InstallmentState.OPEN
        self.tries(
            lambda: actions.ask_payment(
                installment=one, handle=make.handle(), by=self.clerk, at=NOON
            ),
            wanted,
        )

    @rule(which=WHICH, is_good=st.booleans())
    def decide(self, which: int, is_good: bool) -> None:
        payment = self.one_of(self.payments(S.ASKED), which)
        if payment is None:
            return
        if is_good:
            self.tries(lambda: make.approve(payment, by=self.checker), self.runs)
        else:
            actions.refuse_payment(payment=payment, words="缺材料", by=self.checker, at=NOON)

    @rule()
    def list_all(self) -> None:
        payments = list(self.payments(S.APPROVED))
        if payments:
            self.tries(lambda: make.make_list(*payments, by=self.third), self.runs)

    @rule(is_out=st.booleans())
    def hand_out(self, is_out: bool) -> None:
        made = PaymentList.objects.filter(fund=self.funding.fund, state=ListState.MADE).first()
        if made is None:
            return
        if is_out:
            self.tries(lambda: make.export(made), self.runs)
        else:
            actions.cancel_list(payment_list=made, by=self.third, at=NOON)

    @rule(which=WHICH, times=st.integers(1, 2))
    def confirm(self, which: int, times: int) -> None:
        payment = self.one_of(self.payments(S.LISTED), which)
        if payment is None:
            return
        wanted = payment.list.state == ListState.EXPORTED
        if self.tries(lambda: self.book(payment, times), wanted):
            self.out += payment.fen

    def book(self, payment: Disbursement, times: int) -> None:
        for _ in range(times):  # said twice is booked once
            make.confirm(payment, f"JSB{payment.pk:08d}", by=self.third)

    @rule(which=WHICH, times=st.integers(1, 2))
    def pay_straight(self, which: int, times: int) -> None:
        """Take one installment all the way, so that walks get far in few steps."""
        ready = Installment.objects.filter(funding=self.funding, state=InstallmentState.OPEN)
        one = self.one_of(ready, which)
        if one is None or not self.runs:
            return
        make.accept(self.funding, one.milestone)
        payment = make.approve(
            actions.ask_payment(installment=one, handle=make.handle(), by=self.clerk, at=NOON),
            by=self.checker,
        )
        make.export(make.make_list(payment, by=self.third))
        payment.refresh_from_db()
        self.book(payment, times)
        self.out += payment.fen

    @rule(which=WHICH)
    def fail(self, which: int) -> None:
        payment = self.one_of(self.payments(S.LISTED), which)
        if payment is not None:
            self.tries(
                lambda: actions.fail_payment(
                    payment=payment, words="户名不符", by=self.third, at=NOON
                ),
                payment.list.state == ListState.EXPORTED,
            )

    @rule(which=WHICH)
    def bounce(self, which: int) -> None:
        payment = self.one_of(self.payments(S.PAID).filter(returns=None), which)
        if payment is None:
            return
        waiting = queries.returning(self.funding)
        wanted = payment.fen <= self.out - self.returned - waiting
        self.tries(
            lambda: actions.enter_bounce(
                payment=payment, plan=make.return_plan(0), proof=None, handle=make.handle(),
                by=self.clerk, at=NOON,
            ),
            wanted,
        )  # fmt: skip

    @rule(fen=FEN)
    def give_back(self, fen: int) -> None:
        left = self.out - self.returned - queries.returning(self.funding)
        self.tries(lambda: make.enter_return(self.funding, fen, by=self.clerk), fen <= left)

    @rule(which=WHICH, is_there=st.booleans())
    def confirm_return(self, which: int, is_there: bool) -> None:
        rows = Return.objects.filter(funding=self.funding, state=ReturnState.ENTERED)
        money = self.one_of(rows, which)
        if money is None:
            return
        if not is_there:
            actions.refuse_return(money=money, words="没有到账", by=self.checker, at=NOON)
            return
        wanted = self.may_book(money)
        if self.tries(
            lambda: actions.confirm_return(money=money, by=self.checker, at=NOON), wanted
        ):
            if money.kind == ReturnKind.BOUNCED:
                self.out -= money.fen
            else:
                self.returned += money.fen

    def may_book(self, money: Return) -> bool:
        """Whether each purse of a bounced payment has not got its part back otherwise."""
        if money.kind == ReturnKind.UNUSED or money.disbursement is None:
            return True
        outs = {part.purpose_id: part.fen for part in queries.outs(self.funding)}
        return all(outs[one.purpose_id] >= one.fen for one in money.disbursement.shares.all())

    @rule()
    def suspend_or_resume(self) -> None:
        held = fresh(self.funding)
        said: dict[str, Any] = {
            "funding": held, "words": "等说明", "seen": held.edition, "by": self.checker,
            "at": NOON,
        }  # fmt: skip
        if held.state == FundingState.RUNNING:
            grants.suspend(**said)
        elif held.state == FundingState.SUSPENDED:
            grants.resume(**said)

    @precondition(lambda self: self.out > 0)
    @rule(lucky=st.integers(0, 5))
    def terminate(self, lucky: int) -> None:
        held = fresh(self.funding)
        if lucky or held.state not in (FundingState.RUNNING, FundingState.SUSPENDED):
            return
        grants.terminate(
            funding=held, resolution=self.resolution, words="不再实施。", seen=held.edition,
            by=self.checker, at=NOON,
        )  # fmt: skip
        actions.end_requests_of(funding_id=held.pk, at=NOON)

    @rule()
    def release(self) -> None:
        if fresh(self.funding).state != FundingState.TERMINATED:
            return
        flying = queries.in_flight(self.funding) or queries.returning(self.funding)
        kept = queries.reserved(self.funding)
        if self.tries(
            lambda: actions.release_rest(funding=self.funding, reason="终止", by=None, at=NOON),
            not flying,
        ):
            self.released += kept

    @invariant()
    def the_ledger_is_what_the_rows_say(self) -> None:
        funding = self.funding
        assert (queries.paid(funding), queries.returned(funding)) == (self.out, self.returned)
        outs = sum(part.fen for part in queries.outs(funding))
        assert outs == self.out - self.returned
        assert queries.reserved(funding) + outs + self.released == AWARD
        assert self.out <= AWARD
        assert all(part.fen >= 0 for part in [*queries.reserves(funding), *queries.outs(funding)])
        flying = self.payments(*IN_FLIGHT)
        if fresh(funding).state != FundingState.TERMINATED:
            assert sum(one.fen for one in flying) <= queries.reserved(funding)

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert queries.faults() == []
        assert purses.faults() == []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


def walk(machine: type[Money], examples: int = 7) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_laws_of_a_projects_money_hold_in_any_order() -> None:
    walk(Money)


class Careless(Money):
    """The same walk by who books a payment again when it is confirmed again: a saboteur."""

    def book(self, payment: Disbursement, times: int) -> None:
        super().book(payment, times)
        entry = Entry.objects.filter(transfer__source=f"payout:{payment.pk}").first()
        assert entry is not None
        if purses.reserved(self.funding.fund, self.funding.award, entry.purpose):
            books.pay(
                fund=self.funding.fund, purpose=entry.purpose, serves=self.purpose,
                award=self.funding.award, amount_fen=1, key=f"again:{payment.pk}",
                source=f"payout:{payment.pk}", reason="再付一次", at=NOON, by=None,
            )  # fmt: skip


def test_a_payment_that_is_booked_twice_is_caught() -> None:
    with pytest.raises(AssertionError):
        walk(Careless)
