"""Many hands at one account at once, on a database where they truly run side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.models import F

from voluncity.city.journal import queries as journal
from voluncity.city.journal.actions import feed_reader, record, seal_entries
from voluncity.city.journal.models import Cursor, Entry
from voluncity.city.ledger import queries
from voluncity.city.ledger.actions import open_account, transfer
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_people import NOON

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HANDS = 6  # each holds a connection; the pool of one process has eight


def at_once(act: Callable[[int], object], times: int = HANDS) -> list[object]:
    """Run it in so many threads that start together; give what each returned or raised."""
    start = Barrier(times)

    def hand(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(hand, range(times)))


def accounts(balance: int) -> tuple[Account, Account]:
    mine = open_account(key="points:volunteer:1", unit=Unit.POINTS, holder="volunteer:1")
    shop = open_account(key="points:shop:1", unit=Unit.POINTS, holder="shop:1")
    issuer = open_account(key="points:issued", unit=Unit.POINTS, holder="city", keeps_balance=False)
    spend(issuer, mine, balance, "start")
    return mine, shop


def spend(debit: Account, credit: Account, amount: int, key: str) -> Transfer:
    return transfer(
        debit=debit, credit=credit, amount=amount, key=key, source="order:1", reason="兑换",
        at=NOON, by=None,
    )  # fmt: skip


def test_six_spend_what_is_enough_for_three() -> None:
    mine, shop = accounts(30)
    results = at_once(lambda n: spend(mine, shop, 10, f"order:{n}").amount)
    assert sorted(map(str, results)) == ["10"] * 3 + ["ledger.too_little"] * 3
    assert (queries.balance(mine.key), queries.balance(shop.key)) == (0, 30)
    assert queries.book_faults() == []


def test_one_order_that_is_sent_six_times_is_paid_once() -> None:
    mine, shop = accounts(30)
    results = at_once(lambda _: spend(mine, shop, 10, "order:1").pk)
    assert len(set(results)) == 1
    assert queries.balance(mine.key) == 20


def test_two_who_pay_each_other_do_not_block_each_other() -> None:
    mine, shop = accounts(1000)
    spend(mine, shop, 500, "half")

    def pay(number: int) -> int:
        pair = (mine, shop) if number % 2 else (shop, mine)
        return sum(spend(*pair, 1, f"pay:{number}:{step}").amount for step in range(10))

    assert at_once(pay) == [10] * HANDS
    assert (queries.balance(mine.key), queries.balance(shop.key)) == (500, 500)


def test_a_spender_that_checks_and_then_writes_is_caught() -> None:
    """The saboteur: the same race with read-then-write overspends."""
    mine, shop = accounts(30)
    meet = Barrier(HANDS)

    def careless(number: int) -> int:
        with transaction.atomic():
            enough = Account.objects.get(pk=mine.pk).balance >= 10
            meet.wait()
            if not enough:
                raise Refusal("余额不足。", code="ledger.too_little")
            Transfer.objects.create(
                unit="points", debit=mine, credit=shop, amount=10, key=f"order:{number}",
                source="order:1", reason="兑换", at=NOON,
            )  # fmt: skip
            Account.objects.filter(pk=shop.pk).update(balance=F("balance") + 10)
        return 10

    assert at_once(careless) == [10] * HANDS
    assert queries.book_faults() != []


def test_two_sealers_give_every_entry_one_number() -> None:
    for number in range(60):
        record("people.register", ("volunteer", number), by=None, at=NOON)

    def seal(_: int) -> int:
        return sum(iter(lambda: seal_entries(limit=7), 0))

    assert sum(map(int, map(str, at_once(seal)))) == 60
    numbers = Entry.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, 61))
    assert journal.chain_faults() == []


def test_two_workers_feed_a_reader_every_entry_once() -> None:
    for number in range(60):
        record("people.register", ("volunteer", number), by=None, at=NOON)
    seal_entries()
    open_account(key="meals:read", unit=Unit.MEALS, holder="reader")

    def read(entries: list[Entry]) -> None:
        Account.objects.filter(key="meals:read").update(balance=F("balance") + len(entries))

    def feed(_: int) -> int:
        return sum(iter(lambda: feed_reader("a.reader", read, limit=7), 0))

    assert sum(map(int, map(str, at_once(feed)))) == 60
    assert Account.objects.get(key="meals:read").balance == 60
    assert Cursor.objects.get(reader="a.reader").position == 60
