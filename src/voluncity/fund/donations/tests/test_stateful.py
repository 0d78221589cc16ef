"""Whatever is given, checked, told twice, asked back and paid back: every fen is where it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, fakes, queries
from voluncity.fund.donations.models import Gift, Order, Refund
from voluncity.fund.donations.states import Channel, GiftState, RefundState
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_donations import gift_plan, licensed_fund, make_order, own_site
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
WHICH, YUAN = st.integers(0, 5), st.integers(1, 90)


class Gifts(RuleBasedStateMachine):
    """One appeal that is paid here, two people at the desk, and beside it what should lie there."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.appeal = own_site(licensed_fund())
        self.people = [make_user("登记人"), make_user("复核人")]
        self.giver = make_user("捐赠人")
        self.held = 0
        self.told: list[tuple[dict[str, str], bytes]] = []

    def pick(self, rows: Any, which: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[which % len(found)] if found else None

    @rule(yuan=YUAN, who=st.integers(0, 1))
    def record(self, yuan: int, who: int) -> None:
        actions.record_gift(
            appeal=self.appeal, plan=gift_plan(str(yuan)), given_at=NOON, event=None, handle="",
            by=self.people[who], at=NOON,
        )  # fmt: skip

    @rule(which=WHICH, who=st.integers(0, 1), books=st.booleans())
    def check(self, which: int, who: int, *, books: bool) -> None:
        gift = self.pick(Gift.objects.all(), which)
        if gift is None:
            return
        may = gift.state in {GiftState.RECORDED, GiftState.HELD}
        may = may and gift.recorded_by_id != self.people[who].pk
        try:
            if books:
                actions.book_gift(gift=gift, by=self.people[who], at=NOON)
                self.held += gift.amount_fen
            else:
                may = may and gift.channel != Channel.WECHAT
                actions.refuse_gift(gift=gift, words="不对", by=self.people[who], at=NOON)
        except Refusal:
            assert not may
        else:
            assert may

    @rule(yuan=YUAN, more=st.sampled_from([0, 0, 0, 1]))
    def pay(self, yuan: int, more: int) -> None:
        order = make_order(self.appeal, self.giver, str(yuan))
        fakes.server().pay(order.trade_no, at=NOON, amount=order.amount_fen + more)
        self.told.append(fakes.server().notice(order.trade_no, at=NOON))

    @rule(which=WHICH)
    def hear(self, which: int) -> None:
        """Hear any of the notifications, in any order, again and again."""
        if not self.told:
            return
        headers, body = self.told[which % len(self.told)]
        if actions.take_notice(headers=headers, body=body, at=NOON) == "done":
            self.held += Gift.objects.order_by("-pk")[0].amount_fen

    @rule(which=WHICH, yuan=YUAN)
    def ask_back(self, which: int, yuan: int) -> None:
        gift = self.pick(Gift.objects.all(), which)
        if gift is None:
            return
        may = gift.state == GiftState.BOOKED and gift.left_fen >= yuan * 100
        try:
            actions.ask_refund(
                gift=gift, amount=str(yuan), reason="申请", by=self.people[0], at=NOON
            )
        except Refusal:
            assert not may
        else:
            assert may

    @rule(which=WHICH, agrees=st.booleans())
    def decide(self, which: int, *, agrees: bool) -> None:
        refund = self.pick(Refund.objects.filter(state=RefundState.ASKED), which)
        if refund is None:
            return
        if not agrees:
            actions.refuse_refund(refund=refund, words="不", by=self.people[1], at=NOON)
            return
        actions.approve_refund(refund=refund, by=self.people[1], at=NOON)
        self.held -= refund.amount_fen
        actions.send_refund(refund=refund, at=NOON)

    @rule(which=WHICH, comes=st.booleans())
    def arrive(self, which: int, *, comes: bool) -> None:
        rows = Refund.objects.filter(state=RefundState.APPROVED, gift__channel=Channel.WECHAT)
        refund = self.pick(rows, which)
        if refund is None:
            return
        state = "SUCCESS" if comes else "ABNORMAL"
        fakes.server().finish_refund(refund.number, at=NOON, state=state)
        for _ in range(2):
            headers, body = fakes.server().refund_notice(refund.number, at=NOON)
            actions.take_notice(headers=headers, body=body, at=NOON)
        self.held += 0 if comes else refund.amount_fen

    @invariant()
    def every_fen_is_where_it_is(self) -> None:
        assert books.available(self.appeal.fund, None) == self.held
        assert queries.faults() == []
        paid = Order.objects.filter(state="paid").count()
        assert Gift.objects.filter(channel=Channel.WECHAT).count() == paid

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


def test_gifts_hold_their_laws_in_any_order() -> None:
    run_state_machine_as_test(
        Gifts,
        settings=settings(
            max_examples=4, stateful_step_count=14, deadline=None, database=None,
            phases=[Phase.generate, Phase.shrink], derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
