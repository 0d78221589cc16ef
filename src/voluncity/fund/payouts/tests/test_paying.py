"""Money goes out once, to a verified account, after two agreed, and never more than awarded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.journal.models import Entry as JournalEntry
from voluncity.fund.books import queries as books
from voluncity.fund.books.models import Entry
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Installment
from voluncity.fund.payouts.rules import PlanLine
from voluncity.fund.payouts.states import InstallmentState, PayState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing import make_payouts as make
from voluncity.testing.make_fund import give_money, make_fund, make_purpose, make_resolution
from voluncity.testing.make_grants import fresh, make_funding
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
S, N = PayState, InstallmentState


def test_a_payment_goes_from_the_reserve_into_the_books(funding: Funding) -> None:
    paid = make.make_paid(funding)
    assert (paid.state, paid.fen) == (S.PAID, 1_000_000)
    entry = Entry.objects.get(kind="payment")
    assert (entry.award, entry.transfer.amount, entry.transfer.source) == (
        funding.award, 1_000_000, f"payout:{paid.pk}",
    )  # fmt: skip
    assert books.paid(funding.fund, funding.award, None) == queries.paid(funding) == 1_000_000
    assert queries.reserved(funding) == 1_000_000
    assert Installment.objects.get(pk=paid.installment_id).state == N.PAID
    assert queries.faults() == []


def test_whoever_asked_neither_approves_nor_confirms(funding: Funding) -> None:
    clerk = make_user("经办小李")
    payment = make.ask(funding, by=clerk)
    with pytest.raises(NotAllowed, match="另一位"):
        make.approve(payment, by=clerk)
    make.export(make.make_list(make.approve(payment)))
    payment.refresh_from_db()
    with pytest.raises(NotAllowed, match="另一位"):
        make.confirm(payment, by=clerk)
    with pytest.raises(NotAllowed):
        actions.fail_payment(payment=payment, words="户名不符", by=clerk, at=NOON)
    assert Entry.objects.filter(kind="payment").count() == 0


def test_an_installment_waits_for_its_milestone(funding: Funding) -> None:
    second = funding.installments.get(number=2)
    with pytest.raises(Refusal, match="等里程碑“培训志愿者 30 人”验收"):
        actions.ask_payment(installment=second, handle=make.handle(), by=make_user("甲"), at=NOON)
    assert make.ask(funding, 2).state == S.ASKED


def test_nothing_is_asked_for_without_a_verified_account() -> None:
    funding = make_funding()
    make.make_plan(funding)
    make.enter(funding)
    with pytest.raises(Refusal, match="收款账户"):
        make.ask(funding)


def test_a_project_that_stands_still_is_not_paid(funding: Funding) -> None:
    payment = make.ask(funding)
    held = fresh(funding)
    grants.suspend(funding=held, words="等说明", seen=held.edition, by=make_user("官员"), at=NOON)
    with pytest.raises(Refusal, match="已暂停"):
        make.approve(payment)
    second = funding.installments.get(number=2)
    with pytest.raises(Refusal, match="已暂停"):
        actions.ask_payment(installment=second, handle=make.handle(), by=make_user("甲"), at=NOON)


def test_what_was_listed_before_the_project_stood_still_is_not_exported(funding: Funding) -> None:
    payment = make.approve(make.ask(funding))
    made, held = make.make_list(payment), fresh(funding)
    grants.suspend(funding=held, words="等说明", seen=held.edition, by=make_user("官员"), at=NOON)
    with pytest.raises(Refusal, match="已暂停"):
        make.export(made)
    actions.cancel_list(payment_list=made, by=make_user("出纳"), at=NOON)
    payment.refresh_from_db()
    assert (payment.state, payment.list) == (S.APPROVED, None)


def test_an_installment_is_asked_for_once(funding: Funding) -> None:
    first = funding.installments.get(number=1)
    make.ask(funding)
    with pytest.raises(Refusal, match="拨付办理中"):
        actions.ask_payment(installment=first, handle=make.handle(), by=make_user("甲"), at=NOON)


def test_the_same_mark_asks_once(funding: Funding) -> None:
    first, mark, by = funding.installments.get(number=1), make.handle(), make_user("甲")
    one = actions.ask_payment(installment=first, handle=mark, by=by, at=NOON)
    assert actions.ask_payment(installment=first, handle=mark, by=by, at=NOON) == one


def test_confirming_again_changes_nothing_and_another_number_is_refused(funding: Funding) -> None:
    payment = make.make_listed(funding)
    make.confirm(payment, "JSB0001")
    make.confirm(payment, "JSB0001")
    with pytest.raises(WrongState):
        make.confirm(payment, "JSB0002")
    assert Entry.objects.filter(kind="payment").count() == 1


def test_a_number_of_the_bank_stands_for_one_payment(funding: Funding) -> None:
    make.confirm(make.make_listed(funding, 1), "JSB0001")
    second = make.make_listed(funding, 2)
    with pytest.raises(BadInput, match="已经用于另一笔"):
        make.confirm(second, "JSB0001")
    assert Disbursement.objects.get(pk=second.pk).state == S.LISTED


def test_the_day_of_the_slip_is_not_in_the_future(funding: Funding) -> None:
    payment = make.make_listed(funding)
    for day, sentence in ((1, "不能晚于今天"), (-1, "不能早于")):
        with pytest.raises(BadInput, match=sentence):
            actions.confirm_payment(
                payment=payment, bank_ref="JSB0001", on=local_date(NOON) + timedelta(days=day),
                by=make_user("出纳"), at=NOON,
            )  # fmt: skip


def test_a_failed_payment_goes_back_and_is_paid_again(funding: Funding) -> None:
    payment = make.make_listed(funding)
    actions.fail_payment(payment=payment, words="户名不符", by=make_user("出纳"), at=NOON)
    assert payment.list is not None
    assert (payment.state, payment.words, payment.list.state) == (S.FAILED, "户名不符", "done")
    again = make.make_paid(funding)
    assert again.pk != payment.pk
    assert queries.paid(funding) == 1_000_000
    assert queries.faults() == []


def test_what_is_not_exported_is_neither_confirmed_nor_failed(funding: Funding) -> None:
    payment = make.approve(make.ask(funding))
    make.make_list(payment)
    payment.refresh_from_db()
    with pytest.raises(WrongState, match="还没有导出"):
        make.confirm(payment)
    with pytest.raises(WrongState, match="还没有导出"):
        actions.fail_payment(payment=payment, words="户名不符", by=make_user("出纳"), at=NOON)


def test_a_request_is_sent_back_or_withdrawn_and_asked_for_again(funding: Funding) -> None:
    payment = make.ask(funding)
    actions.refuse_payment(payment=payment, words="缺少协议", by=make_user("复核"), at=NOON)
    again = make.approve(make.ask(funding))
    actions.withdraw_payment(payment=again, words="先等一等", by=make_user("经办"), at=NOON)
    assert make.ask(funding).state == S.ASKED
    assert queries.in_flight(funding) == 1_000_000
    assert queries.faults() == []


def test_bound_money_goes_first_and_every_fen_is_somewhere() -> None:
    fund = make_fund()
    elders = make_purpose(fund)
    sources = ((None, 1_400_001), (elders.pk, 599_999))
    funding = make_funding(fund=fund, sources=sources, serves_id=elders.pk)
    make.make_account(funding)
    make.make_plan(funding, 700_001, 1_299_999)
    first, second = make.make_paid(funding, 1), make.make_paid(funding, 2)
    assert [(one.purpose_id, one.fen) for one in first.shares.all()] == [
        (elders.pk, 599_999), (None, 100_002),
    ]  # fmt: skip
    assert [(one.purpose_id, one.fen) for one in second.shares.all()] == [(None, 1_299_999)]
    assert queries.reserved(funding) == 0
    assert queries.faults() == []


def test_a_project_that_ends_withdraws_what_the_bank_has_not_got(funding: Funding) -> None:
    payment, held = make.approve(make.ask(funding)), fresh(funding)
    grants.terminate(
        funding=held, resolution=make_resolution(funding.fund, "终止"), words="不再实施。",
        seen=held.edition, by=make_user("官员"), at=NOON,
    )  # fmt: skip
    assert actions.end_requests_of(funding_id=funding.pk, at=NOON) == 1
    payment.refresh_from_db()
    assert payment.state == S.WITHDRAWN
    released = actions.release_rest(funding=funding, reason="终止", by=None, at=NOON)
    assert (released, queries.reserved(funding)) == (2_000_000, 0)
    assert actions.release_rest(funding=funding, reason="终止", by=None, at=NOON) == 0


def test_nothing_is_released_under_a_payment_that_the_bank_has(funding: Funding) -> None:
    make.make_listed(funding)
    with pytest.raises(Refusal, match="还有拨付没有办结"):
        actions.release_rest(funding=funding, reason="终止", by=None, at=NOON)


# -- Plans ---------------------------------------------------------------------------------------


def test_a_plan_adds_up_to_the_award_to_the_fen() -> None:
    funding = make_funding()
    with pytest.raises(BadInput, match=r"少了 0\.01 元"):
        make.propose(funding, 1_000_000, 999_999)
    with pytest.raises(BadInput, match="多了"):
        make.propose(funding, 1_000_000, 1_000_001)


def test_whoever_proposed_a_plan_does_not_agree_to_it() -> None:
    clerk = make_user("经办小李")
    plan = make.propose(make_funding(), by=clerk)
    with pytest.raises(NotAllowed, match="另一位"):
        actions.agree_plan(plan=plan, by=clerk, at=NOON)


def test_a_plan_is_changed_only_for_what_is_not_paid(funding: Funding) -> None:
    paid = make.make_paid(funding)
    with pytest.raises(BadInput, match="应为 10,000 元"):
        make.propose(funding, reason="调整")
    with pytest.raises(BadInput, match="为什么调整"):
        make.propose(funding, 400_000, 600_000)
    make.make_plan(funding, 400_000, 600_000, reason="分两次拨付")
    live = funding.installments.filter(state__in=["open", "taken", "paid"])
    assert [(one.number, one.fen, one.state) for one in live] == [
        (1, 1_000_000, "paid"), (2, 400_000, "open"), (3, 600_000, "open"),
    ]  # fmt: skip
    assert live.get(number=1).pk == paid.installment_id
    assert queries.faults() == []


def test_a_plan_that_was_overtaken_by_a_payment_is_not_agreed_to(funding: Funding) -> None:
    plan = make.propose(funding, 500_000, 1_500_000, reason="调整")
    make.ask(funding)
    with pytest.raises(WrongState, match="重新提出"):
        actions.agree_plan(plan=plan, by=make_user("复核"), at=NOON)
    assert [one.state for one in funding.installments.filter(plan__number=1)] == ["taken", "open"]


def test_a_plan_names_milestones_of_its_own_project() -> None:
    funding, other = make_funding(), make_funding(title="别的项目")
    line = PlanLine(2_000_000, other.milestones.first(), local_date(NOON))
    with pytest.raises(BadInput, match="这个项目的里程碑"):
        actions.propose_plan(
            funding=funding, lines=[line], reason="", handle=make.handle(), by=make_user("甲"),
            at=NOON,
        )  # fmt: skip


def test_a_project_that_is_not_signed_has_no_plan() -> None:
    with pytest.raises(WrongState, match="签署协议以后"):
        make.propose(make_funding("agreeing"))


# -- What comes back -----------------------------------------------------------------------------


def test_money_that_comes_back_is_booked_by_another(funding: Funding) -> None:
    clerk = make_user("经办小李")
    make.make_paid(funding)
    money = make.enter_return(funding, 300_000, by=clerk)
    with pytest.raises(NotAllowed):
        actions.confirm_return(money=money, by=clerk, at=NOON)
    actions.confirm_return(money=money, by=make_user("复核"), at=NOON)
    with pytest.raises(WrongState):
        actions.confirm_return(money=money, by=make_user("复核二"), at=NOON)
    assert (queries.paid(funding), queries.returned(funding)) == (1_000_000, 300_000)
    assert books.paid(funding.fund, funding.award, None) == 700_000
    assert queries.reserved(funding) == 1_300_000
    assert queries.faults() == []


def test_no_more_comes_back_than_went_out(funding: Funding) -> None:
    make.make_paid(funding)
    make.enter_return(funding, 600_000)
    with pytest.raises(BadInput, match="不超过 4,000 元"):
        make.enter_return(funding, 400_001)


def test_a_bounced_payment_is_paid_again(funding: Funding) -> None:
    payment = make.make_paid(funding)
    money = actions.enter_bounce(
        payment=payment, plan=make.return_plan(0, reason="账户已销户"), proof=None,
        handle=make.handle(), by=make_user("经办"), at=NOON,
    )  # fmt: skip
    actions.confirm_return(money=money, by=make_user("复核"), at=NOON)
    payment.refresh_from_db()
    assert (payment.state, money.fen, queries.paid(funding)) == (S.BOUNCED, 1_000_000, 0)
    assert queries.faults() == []
    make.make_paid(funding)
    assert (queries.paid(funding), queries.returned(funding)) == (1_000_000, 0)
    assert queries.faults() == []


def test_what_came_back_goes_first_into_the_purse_that_paid_last() -> None:
    fund = make_fund()
    elders = make_purpose(fund)
    funding = make_funding(
        fund=fund, sources=((None, 1_500_000), (elders.pk, 500_000)), serves_id=elders.pk
    )
    make.make_account(funding)
    make.make_plan(funding, 800_000, 1_200_000)
    make.make_paid(funding)
    money = make.enter_return(funding, 350_000)
    actions.confirm_return(money=money, by=make_user("复核"), at=NOON)
    assert [(one.purpose_id, one.fen) for one in money.shares.all()] == [
        (None, 300_000), (elders.pk, 50_000),
    ]  # fmt: skip
    assert queries.faults() == []


def test_a_gift_of_money_beside_does_not_make_an_award_larger(funding: Funding) -> None:
    give_money(funding.fund, 5_000_000)
    make.make_paid(funding, 1)
    make.make_paid(funding, 2)
    with pytest.raises(BadInput):
        make.propose(funding, 1, reason="再拨一点")
    assert queries.paid(funding) == funding.awarded_fen


def test_what_is_recorded_names_no_number_and_no_name(funding: Funding) -> None:
    make.make_paid(funding)
    words = "".join(
        str(one.data) for one in JournalEntry.objects.filter(verb__startswith="payouts.")
    )
    assert make.NUMBER not in words
    assert funding.recipient not in words
