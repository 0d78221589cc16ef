"""Amounts move once, never mix units, never fall below zero, and are undone, not edited."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from voluncity.city.journal.append_only import remove_sql
from voluncity.city.ledger import queries
from voluncity.city.ledger.actions import (
    MOST,
    Order,
    open_account,
    open_accounts,
    reverse,
    transfer,
    transfer_many,
)
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db


def account(key: str = "minutes:volunteer:1:proven", unit: Unit = Unit.MINUTES) -> Account:
    return open_account(key=key, unit=unit, holder=key.split(":", 1)[1])


def source_account(unit: Unit = Unit.MINUTES) -> Account:
    return open_account(key=f"{unit}:issued", unit=unit, holder="city", keeps_balance=False)


def move(debit: Account, credit: Account, amount: int = 60, **more: Any) -> Transfer:
    facts: dict[str, Any] = {
        "key": "record:1",
        "source": "record:1",
        "reason": "志愿服务",
        "at": NOON,
        "by": None,
    }
    return transfer(debit=debit, credit=credit, amount=amount, **(facts | more))


def code_of(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        act(*args, **more)
    return refusal.value.code


def test_minutes_move_from_the_issuer_to_a_volunteer() -> None:
    who = make_user("李强")
    made = move(source_account(), account(), 90, by=who)
    assert (made.amount, made.unit, made.by_id) == (90, "minutes", who.pk)
    assert queries.balance("minutes:volunteer:1:proven") == 90
    assert queries.balance("minutes:issued") == -90
    assert queries.balances("volunteer:1:proven") == {"minutes:volunteer:1:proven": 90}
    assert queries.balance("minutes:nobody") == 0
    assert queries.book_faults() == []


def test_the_same_key_moves_once_and_gives_the_first_transfer_again() -> None:
    issuer, mine = source_account(), account()
    first = move(issuer, mine)
    assert move(issuer, mine, reason="再点一次") == first
    assert queries.balance(mine.key) == 60
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 61},
        {"source": "record:2"},
        {"credit": "minutes:volunteer:2:proven"},
    ],
)
def test_a_key_of_another_movement_is_refused(other: dict[str, Any]) -> None:
    issuer = source_account()
    move(issuer, account())
    facts = {"debit": issuer, "credit": account(), "amount": 60} | other
    if isinstance(facts["credit"], str):
        facts["credit"] = account(facts["credit"])
    assert code_of(move, **facts) == "ledger.key_reused"
    assert queries.balance("minutes:volunteer:1:proven") == 60


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0, "ledger.amount_not_positive"),
        (-60, "ledger.amount_not_positive"),
        (MOST + 1, "ledger.amount_too_large"),
        (10**30, "ledger.amount_too_large"),
    ],
)
def test_an_amount_that_makes_no_sense_is_refused(amount: int, code: str) -> None:
    assert code_of(move, source_account(), account(), amount) == code


def test_units_never_mix() -> None:
    assert code_of(move, source_account(Unit.POINTS), account()) == "ledger.unit_mismatch"


def test_an_account_cannot_pay_itself() -> None:
    assert code_of(move, account(), account()) == "ledger.same_account"


def test_nobody_spends_more_than_they_have_and_nothing_is_half_done() -> None:
    mine, shop = account("points:volunteer:1", Unit.POINTS), account("points:shop:1", Unit.POINTS)
    move(source_account(Unit.POINTS), mine, 100)
    assert code_of(move, mine, shop, 101, key="buy:1") == "ledger.too_little"
    assert (queries.balance(mine.key), queries.balance(shop.key)) == (100, 0)
    assert not Transfer.objects.filter(key="buy:1").exists()
    # Also where the shop's account comes first in the order in which rows are touched.
    assert code_of(move, shop, mine, 1, key="buy:2") == "ledger.too_little"
    move(mine, shop, 100, key="buy:3")
    assert (queries.balance(mine.key), queries.balance(shop.key)) == (0, 100)


def test_a_reversal_is_the_opposite_and_the_wrong_one_stays() -> None:
    first = move(source_account(), account())
    back = reverse(transfer_id=first.pk, reason="多记了", at=NOON, by=None)
    assert (back.debit_id, back.credit_id, back.amount, back.reverses_id) == (
        first.credit_id,
        first.debit_id,
        60,
        first.pk,
    )
    assert queries.balance("minutes:volunteer:1:proven") == 0
    assert reverse(transfer_id=first.pk, reason="又点一次", at=NOON, by=None) == back
    assert Transfer.objects.count() == 2
    assert queries.book_faults() == []


def test_what_was_spent_cannot_be_reversed() -> None:
    mine, shop = account("points:volunteer:1", Unit.POINTS), account("points:shop:1", Unit.POINTS)
    given = move(source_account(Unit.POINTS), mine, 100)
    move(mine, shop, 50, key="buy:1")
    again = {"transfer_id": given.pk, "reason": "多发了", "at": NOON, "by": None}
    assert code_of(reverse, **again) == "ledger.too_little"
    assert queries.balance(mine.key) == 50


def test_a_reversal_is_not_reversed_and_nothing_is_reversed_twice() -> None:
    issuer, mine = source_account(), account()
    first = move(issuer, mine)
    back = reverse(transfer_id=first.pk, reason="多记了", at=NOON, by=None)
    facts: dict[str, Any] = {"reason": "反悔", "at": NOON, "by": None}
    assert code_of(reverse, transfer_id=back.pk, **facts) == "ledger.is_reversal"
    move(issuer, mine, key="record:2")
    other_key = {"reverses": first, "key": "reverse:again"}
    assert code_of(move, mine, issuer, **other_key) == "ledger.already_reversed"
    with pytest.raises(NotFound):
        reverse(transfer_id=10**9, **facts)


def test_an_account_keeps_its_kind() -> None:
    mine = account()
    assert account() == mine
    with pytest.raises(ValueError, match="exists with another"):
        open_account(key=mine.key, unit=Unit.POINTS, holder=mine.holder)


def test_many_movements_are_made_together_or_not_at_all() -> None:
    issuer = source_account()
    holders = {f"minutes:volunteer:{n}:proven": f"volunteer:{n}" for n in (1, 2)}
    opened = open_accounts(holders=holders, unit=Unit.MINUTES)
    assert open_accounts(holders=holders, unit=Unit.MINUTES) == opened
    one, two = opened.values()
    orders = [
        Order(issuer, one, 60, "record:1", "record:1"),
        Order(issuer, two, 30, "record:2", "record:2"),
        Order(issuer, one, 30, "record:3", "record:3"),
    ]
    facts: dict[str, Any] = {"reason": "志愿服务", "at": NOON, "by": None}
    assert [made.amount for made in transfer_many(orders, **facts)] == [60, 30, 30]
    assert (queries.balance(one.key), queries.balance(two.key)) == (90, 30)

    again = [Order(issuer, two, 5, "record:4", "record:4"), orders[0]]
    assert code_of(transfer_many, again, **facts) == "ledger.key_reused"
    assert queries.balance(two.key) == 30
    with pytest.raises(ValueError, match="contra accounts only"):
        transfer_many([Order(one, two, 5, "record:5", "record:5")], **facts)
    assert queries.book_faults() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transfer SET amount = amount + 1",
        "UPDATE ledger_transfer SET reason = 'x'",
        "DELETE FROM ledger_transfer",
    ],
)
def test_the_database_refuses_to_change_a_movement(statement: str) -> None:
    move(source_account(), account())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("changes", [{"balance": -1}, {"balance": 5, "keeps_balance": False}])
def test_the_database_refuses_balances_that_cannot_be(changes: dict[str, Any]) -> None:
    mine = account()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=mine.pk).update(**changes)


# -- The books name whoever changed them -------------------------------------------------------


def without_guards(statement: str) -> None:
    with connection.cursor() as cursor:
        for one in remove_sql(connection.vendor, "ledger_transfer"):
            cursor.execute(one)
        cursor.execute(statement)


def faults() -> list[str]:
    return [fault for fault in queries.book_faults() if "guard" not in fault]


def test_a_changed_balance_is_named() -> None:
    move(source_account(), account())
    Account.objects.filter(key="minutes:volunteer:1:proven").update(balance=600)
    assert faults() == ["ledger: account minutes:volunteer:1:proven says 600, its transfers say 60"]


def test_a_changed_amount_is_named() -> None:
    move(source_account(), account())
    without_guards("UPDATE ledger_transfer SET amount = 70")
    assert faults() == ["ledger: account minutes:volunteer:1:proven says 60, its transfers say 70"]
    assert "no_update" in queries.book_faults()[0]


def test_a_mixed_unit_is_named() -> None:
    made = move(source_account(), account())
    without_guards("UPDATE ledger_transfer SET unit = 'points'")
    assert faults() == [f"ledger: transfer {made.pk} mixes units"]


def test_a_reversal_that_is_no_opposite_is_named() -> None:
    issuer, mine, other = source_account(), account(), account("minutes:volunteer:2:proven")
    first = move(issuer, mine)
    back = reverse(transfer_id=first.pk, reason="多记了", at=NOON, by=None)
    without_guards(f"UPDATE ledger_transfer SET debit_id = {other.pk} WHERE id = {back.pk}")  # noqa: S608 -- our own words
    assert f"ledger: transfer {back.pk} is not the opposite of {first.pk}" in faults()


def test_a_reversed_reversal_is_named() -> None:
    issuer, mine = source_account(), account()
    first = move(issuer, mine)
    back = reverse(transfer_id=first.pk, reason="多记了", at=NOON, by=None)
    again = move(issuer, mine, key="record:9", reverses=back, source=back.source)
    assert faults() == [f"ledger: transfer {again.pk} reverses a reversal"]
