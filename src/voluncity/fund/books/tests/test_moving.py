"""Money moves once, stays where it was given for, and never out of an empty purse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.fund.books import actions, queries, rules
from voluncity.fund.books.models import Entry
from voluncity.fund.books.queries import Purse
from voluncity.fund.governance import actions as governance
from voluncity.fund.governance.models import Fund
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.testing.at_once import at_once
from voluncity.testing.make_fund import (
    award,
    give_money,
    make_fund,
    make_posting,
    make_purpose,
    make_resolution,
)
from voluncity.testing.make_people import NOON, TODAY, make_user

pytestmark = pytest.mark.django_db
GIFT: dict[str, Any] = {
    "purpose": None, "amount_fen": 10_000, "key": "gift:1", "source": "gift:1",
    "reason": "爱心捐赠", "at": NOON, "by": None,
}  # fmt: skip


def test_the_same_gift_is_booked_once(fund: Fund) -> None:
    first = actions.receive(fund=fund, **GIFT)
    assert actions.receive(fund=fund, **GIFT) == first
    assert queries.available(fund, None) == 10_000
    assert (first.kind, first.on, first.transfer.key) == ("gift", TODAY, "fund:gift:1")
    assert queries.faults() == []


@pytest.mark.parametrize("other", [{"amount_fen": 20_000}, {"source": "gift:2"}])
def test_a_key_stands_for_one_movement(fund: Fund, other: dict[str, Any]) -> None:
    actions.receive(fund=fund, **GIFT)
    with pytest.raises(Refusal, match="已用于另一笔"):
        actions.receive(fund=fund, **(GIFT | other))
    with pytest.raises(Refusal, match="已用于另一笔"):
        actions.receive(fund=fund, **(GIFT | {"purpose": make_purpose(fund)}))
    with pytest.raises(Refusal, match="已用于另一笔"):
        actions.give_back(fund=fund, **GIFT)
    assert queries.available(fund, None) == 10_000


@pytest.mark.parametrize("fen", [0, -1, rules.MOST_FEN + 1, 1.5, True, "100"])
def test_what_is_no_sum_does_not_move(fund: Fund, fen: Any) -> None:
    with pytest.raises(BadInput, match="金额应大于 0"):
        actions.receive(fund=fund, **(GIFT | {"amount_fen": fen}))
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize("reason", ["", " ", "爱" * 201, "🎉"])
def test_nothing_moves_without_plain_words(fund: Fund, reason: str) -> None:
    with pytest.raises(BadInput):
        actions.receive(fund=fund, **(GIFT | {"reason": reason}))


def test_more_than_is_there_does_not_go_back(fund: Fund) -> None:
    actions.receive(fund=fund, **GIFT)
    back = GIFT | {"key": "back:1", "amount_fen": 10_001}
    with pytest.raises(Refusal, match=r"非限定资金：可用资金不足，不能退还 100\.01 元"):
        actions.give_back(fund=fund, **back)
    actions.give_back(fund=fund, **(back | {"amount_fen": 10_000}))
    assert queries.available(fund, None) == 0
    assert queries.faults() == []


def test_another_funds_purpose_and_resolution_are_refused(fund: Fund) -> None:
    other = make_fund()
    with pytest.raises(Refusal, match="另一个专项基金"):
        actions.receive(fund=fund, **(GIFT | {"purpose": make_purpose(other)}))
    give_money(fund, 500)
    with pytest.raises(Refusal, match="另一个专项基金"):
        _reserve(fund, resolution=make_resolution(other))


def _reserve(fund: Fund, **said: Any) -> Entry:
    usual: dict[str, Any] = {
        "purpose": None, "serves": None, "award": "application:1", "amount_fen": 100,
        "key": "award:1", "reason": "立项", "at": NOON, "by": None,
    }  # fmt: skip
    return actions.reserve(fund=fund, **(usual | said))


def test_money_is_reserved_by_a_resolution_that_holds(fund: Fund) -> None:
    give_money(fund, 500)
    old, new = make_resolution(fund), make_resolution(fund)
    governance.repeal(resolution=old, by_resolution=new, by=fund.made_by, at=NOON)
    with pytest.raises(Refusal, match="已经废止"):
        _reserve(fund, resolution=old)
    assert _reserve(fund, resolution=new).resolution == new


def test_a_grant_is_reserved_paid_returned_and_released(fund: Fund) -> None:
    purpose = make_purpose(fund)
    give_money(fund, 1_000, purpose)
    award(fund, 800, purpose)
    part: dict[str, Any] = {
        "fund": fund, "purpose": purpose, "serves": purpose, "award": "application:1",
        "reason": "第一期", "at": NOON, "by": None,
    }  # fmt: skip
    with pytest.raises(Refusal, match="拨付不能超过立项金额"):
        actions.pay(**part, amount_fen=801, key="pay:1", source="pay:1")
    actions.pay(**part, amount_fen=600, key="pay:1", source="pay:1")
    with pytest.raises(Refusal, match="拨付的资金不足"):
        actions.take_back(**part, amount_fen=601, key="back:1", source="pay:1")
    actions.take_back(**part, amount_fen=100, key="back:1", source="pay:1")
    actions.release(**part, amount_fen=300, key="release:1")
    assert queries.purses(fund) == [
        Purse("非限定", None, 0, 0), Purse("关爱老人", purpose.pk, 500, 0)
    ]  # fmt: skip
    assert queries.paid(fund, "application:1", purpose) == 500
    assert queries.reserved(fund, "application:1", purpose) == 0
    assert queries.faults() == []


# -- Restricted stays restricted -----------------------------------------------------------------


def test_a_restricted_gift_serves_its_purpose_only(fund: Fund) -> None:
    elders, children = make_purpose(fund, "关爱老人"), make_purpose(fund, "关爱儿童")
    give_money(fund, 1_000, elders)
    resolution = make_resolution(fund)
    for serves in (children, None):
        with pytest.raises(Refusal, match="“关爱老人”是限定用途的捐赠"):
            _reserve(fund, purpose=elders, serves=serves, resolution=resolution)
    with pytest.raises(Refusal, match="非限定资金：可用资金不足"):
        _reserve(fund, serves=children, resolution=resolution)
    assert queries.available(fund, elders) == 1_000


def test_the_database_says_so_where_an_action_forgot(
    fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saboteur takes the check out; the constraint undoes the whole movement."""
    elders, children = make_purpose(fund, "关爱老人"), make_purpose(fund, "关爱儿童")
    give_money(fund, 1_000, elders)
    resolution = make_resolution(fund)
    monkeypatch.setattr(rules, "refuse_other_use", lambda *_: None)
    for serves in (children, None):
        with pytest.raises(IntegrityError):
            _reserve(fund, purpose=elders, serves=serves, resolution=resolution)
    assert (queries.available(fund, elders), queries.faults()) == (1_000, [])


def test_what_moved_is_never_changed_and_never_deleted(fund: Fund) -> None:
    entry = give_money(fund, 100)
    for change in ("UPDATE books_entry SET kind = 'interest'", "DELETE FROM books_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Entry.objects.get() == entry


# -- Never below nothing -------------------------------------------------------------------------


def _spend_at_once(fund: Fund, spend: Callable[[int], object]) -> int:
    give_money(fund, 300)
    at_once(spend, 6)
    account = Account.objects.get(key=rules.purse(fund, None).key)
    return account.balance


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_spend_no_more_than_there_is() -> None:
    fund = make_fund()

    def spend(number: int) -> None:
        actions.give_back(
            fund=fund, **(GIFT | {"amount_fen": 100, "key": f"back:{number}", "source": "gift:x"})
        )

    assert _spend_at_once(fund, spend) == 0
    assert Entry.objects.filter(kind="refund").count() == 3


def test_who_looks_first_and_spends_then_is_stopped_by_the_database(fund: Fund) -> None:
    """The saboteur writes without asking again: the purse would be below nothing."""
    give_money(fund, 300)
    purse = Account.objects.get(key=rules.purse(fund, None).key)
    actions.give_back(fund=fund, **(GIFT | {"amount_fen": 250, "key": "back:1"}))
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=purse.pk).update(balance=purse.balance - 600)


# -- The books prove themselves ------------------------------------------------------------------


def test_a_transfer_behind_the_books_back_is_found(fund: Fund) -> None:
    give_money(fund, 100)
    purse = Account.objects.get(key=rules.purse(fund, None).key)
    out = ledger.open_account(
        key="fen:elsewhere", unit=Unit.FEN, holder="elsewhere", keeps_balance=False
    )
    moved = ledger.transfer(
        debit=purse, credit=out, amount=40, key="x", source="x", reason="x", at=NOON, by=None
    )
    assert queries.faults() == [
        f"基金账目：转账 {moved.pk} 没有说明用途", f"基金 {fund.pk} 的余额与账目合计不符",
    ]  # fmt: skip


def test_more_given_back_than_given_is_found(fund: Fund) -> None:
    give_money(fund, 500)
    actions.give_back(fund=fund, **(GIFT | {"amount_fen": 100, "key": "b", "source": "gift:none"}))
    assert queries.faults() == [f"基金 {fund.pk}：gift:none 退还的比捐赠的多"]


def test_an_entry_that_says_something_else_than_its_transfer_is_found(fund: Fund) -> None:
    give_money(fund, 500)
    gift = give_money(fund, 100)
    moved = ledger.transfer(
        debit=gift.transfer.credit, credit=gift.transfer.debit, amount=30, key="y",
        source=gift.transfer.source, reason="x", at=NOON, by=None,
    )  # fmt: skip
    wrong = Entry.objects.create(transfer=moved, fund=fund, kind="management", on=TODAY)
    assert f"基金账目 {wrong.pk} 的账户与用途不符" in queries.faults()


def test_a_posting_that_says_another_sum_than_its_entry_is_found(fund: Fund) -> None:
    give_money(fund, 10_000)
    posting = actions.book(posting=make_posting(fund), by=make_user("会计"), at=NOON)
    assert queries.faults() == []
    type(posting).objects.filter(pk=posting.pk).update(amount_fen=1)
    assert queries.faults() == [f"基金手工账目 {posting.pk} 与入账的不符"]
