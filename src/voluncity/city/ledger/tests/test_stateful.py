"""Whatever is done to the ledger in whatever order, its laws hold."""

from __future__ import annotations

from collections import Counter
from secrets import token_hex
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

from voluncity.city.ledger import queries
from voluncity.city.ledger.actions import open_account, reverse, transfer
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_people import NOON

AMOUNTS = st.integers(1, 100)
PEOPLE = st.integers(0, 2)
KEYS = st.integers(0, 12)


class Books(RuleBasedStateMachine):
    """Issue, spend and reverse points; beside it a plain model of what should be there."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.issuer = open_account(
            key="points:issued", unit=Unit.POINTS, holder="city", keeps_balance=False
        )
        self.shop = open_account(key="points:shop", unit=Unit.POINTS, holder="shop")
        self.people = [
            open_account(key=f"points:volunteer:{n}", unit=Unit.POINTS, holder=f"volunteer:{n}")
            for n in range(3)
        ]
        self.known: dict[str, tuple[int, int, int]] = {}
        self.made: list[Transfer] = []
        self.reversed: set[int] = set()
        self.model: Counter[int] = Counter()

    transfer = staticmethod(transfer)

    def move(self, debit: Account, credit: Account, amount: int, key: str) -> None:
        facts = (debit.pk, credit.pk, amount)
        has_enough = not debit.keeps_balance or self.model[debit.pk] >= amount
        wanted = self.known.get(key, facts) == facts and (key in self.known or has_enough)
        try:
            made = self.transfer(
                debit=debit, credit=credit, amount=amount, key=key,
                source="test:1", reason="试", at=NOON, by=None,
            )  # fmt: skip
        except Refusal:
            assert not wanted
            return
        assert wanted
        if key not in self.known:
            self.known[key] = facts
            self.made.append(made)
            self.count(debit, credit, amount)

    def count(self, debit: Account, credit: Account, amount: int) -> None:
        self.model[debit.pk] -= amount
        self.model[credit.pk] += amount

    @rule(who=PEOPLE, amount=AMOUNTS, key=KEYS)
    def issue(self, who: int, amount: int, key: int) -> None:
        self.move(self.issuer, self.people[who], amount, f"key:{key}")

    @rule(who=PEOPLE, amount=AMOUNTS, key=KEYS)
    def spend(self, who: int, amount: int, key: int) -> None:
        self.move(self.people[who], self.shop, amount, f"key:{key}")

    @rule(place=st.integers(0, 30))
    def undo(self, place: int) -> None:
        if not self.made:
            return
        first = self.made[place % len(self.made)]
        takes_from = first.credit
        has_enough = not takes_from.keeps_balance or self.model[takes_from.pk] >= first.amount
        is_new = first.pk not in self.reversed
        try:
            reverse(transfer_id=first.pk, reason="退", at=NOON, by=None)
        except Refusal:
            assert is_new
            assert not has_enough
            return
        assert has_enough or not is_new
        if is_new:
            self.reversed.add(first.pk)
            self.count(first.credit, first.debit, first.amount)

    @invariant()
    def balances_are_what_the_transfers_say(self) -> None:
        assert queries.book_faults() == []
        kept = Account.objects.filter(keeps_balance=True).values_list("pk", "balance")
        assert dict(kept) == {pk: self.model[pk] for pk, _ in kept}

    @invariant()
    def everything_adds_up_to_zero_and_nobody_is_below_it(self) -> None:
        keys = Account.objects.values_list("key", flat=True)
        assert sum(queries.balance(key) for key in keys) == 0
        assert not Account.objects.filter(balance__lt=0).exists()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


def walk(machine: type[Books]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to find a fault is enough; the smallest takes a minute
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_the_laws_of_the_ledger_hold_in_any_order() -> None:
    walk(Books)


def careless(*, debit: Account, credit: Account, amount: int, key: str, **facts: Any) -> Transfer:
    """Move without asking whether the key is new or the account has enough: a saboteur."""
    made = Transfer.objects.create(
        unit=debit.unit, debit=debit, credit=credit, amount=amount, key=f"{key}:{token_hex(4)}",
        **facts,
    )  # fmt: skip
    for account, sign in ((debit, -1), (credit, 1)):
        if account.keeps_balance:
            account.refresh_from_db()
            account.balance = max(0, account.balance + sign * amount)
            account.save(update_fields=["balance"])
    return made


class CarelessBooks(Books):
    """The same walk over the saboteur."""

    transfer = staticmethod(careless)


@pytest.mark.django_db
def test_a_ledger_without_keys_and_guards_is_caught() -> None:
    with pytest.raises(AssertionError):
        walk(CarelessBooks)
