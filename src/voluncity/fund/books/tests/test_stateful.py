"""Whatever is given, reserved, paid, returned and released in whatever order, its laws hold."""

from __future__ import annotations

from collections import Counter
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

from voluncity.fund.books import actions, queries
from voluncity.fund.books.states import EntryKind as K
from voluncity.fund.governance.models import Purpose
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_fund import make_fund, make_purpose, make_resolution
from voluncity.testing.make_people import NOON

pytestmark = pytest.mark.django_db
FEN, WHOSE, KEYS = st.integers(1, 60), st.integers(0, 2), st.integers(0, 30)
# From which place of a purse to which one each kind moves; "" lies outside.
WAYS = {
    K.GIFT: ("", "free"), K.REFUND: ("free", ""), K.RESERVE: ("free", "kept"),
    K.RELEASE: ("kept", "free"), K.PAYMENT: ("kept", "paid"), K.RETURN: ("paid", "kept"),
}  # fmt: skip
Facts = tuple[str, int, int, int]


class Grants(RuleBasedStateMachine):
    """Two purposes and free money, one project; beside it a plain model of what is where."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.fund = make_fund()
        self.purposes: list[Purpose | None] = [
            None, make_purpose(self.fund, "关爱老人"), make_purpose(self.fund, "关爱儿童")
        ]  # fmt: skip
        self.resolution = make_resolution(self.fund)
        self.model: Counter[tuple[int, str]] = Counter()
        self.known: dict[str, Facts] = {}

    def move(self, kind: K, whose: int, serves: int, fen: int, number: int) -> None:
        key, facts = f"key:{number}", (str(kind), whose, serves, fen)
        source, target = WAYS[kind]
        is_there = not source or self.model[whose, source] >= fen
        is_right = whose in {0, serves}
        is_again = self.known.get(key) == facts
        wanted = is_again or (key not in self.known and is_there and is_right)
        try:
            self.act(kind, self.purposes[whose], self.purposes[serves], fen, key)
        except Refusal:
            assert not wanted
            return
        assert wanted
        if not is_again:
            self.known[key] = facts
            self.model[whose, source] -= fen
            self.model[whose, target] += fen

    def act(
        self, kind: K, purpose: Purpose | None, serves: Purpose | None, fen: int, key: str
    ) -> None:
        said: dict[str, Any] = {
            "fund": self.fund, "purpose": purpose, "amount_fen": fen, "key": key, "reason": "试",
            "at": NOON, "by": None,
        }  # fmt: skip
        grant: dict[str, Any] = {"serves": serves, "award": "application:1"}
        match kind:
            case K.GIFT:
                actions.receive(**said, source="gift:1")
            case K.REFUND:
                actions.give_back(**said, source="gift:1")
            case K.RESERVE:
                actions.reserve(**said, **grant, resolution=self.resolution)
            case K.RELEASE:
                actions.release(**said, **grant)
            case K.PAYMENT:
                actions.pay(**said, **grant, source="pay:1")
            case _:
                actions.take_back(**said, **grant, source="pay:1")

    @rule(whose=WHOSE, fen=FEN, number=KEYS)
    def receive(self, whose: int, fen: int, number: int) -> None:
        self.move(K.GIFT, whose, whose, fen * 2, number)

    @rule(whose=WHOSE, fen=FEN, number=KEYS)
    def give_back(self, whose: int, fen: int, number: int) -> None:
        if self.model[whose, ""] + fen <= 0:  # of one source no more than it gave
            self.move(K.REFUND, whose, whose, fen, number)

    @rule(whose=WHOSE, serves=WHOSE, fen=FEN, number=KEYS)
    def reserve(self, whose: int, serves: int, fen: int, number: int) -> None:
        self.move(K.RESERVE, whose, serves, fen, number)

    @rule(
        kind=st.sampled_from([K.PAYMENT, K.RETURN, K.RELEASE]),
        whose=WHOSE, serves=WHOSE, fen=FEN, number=KEYS,
    )  # fmt: skip
    def go_on(self, kind: K, whose: int, serves: int, fen: int, number: int) -> None:
        self.move(kind, whose, serves, fen, number)

    @invariant()
    def purses_are_what_the_model_says(self) -> None:
        held = {one.purpose_id: (one.available, one.reserved) for one in queries.purses(self.fund)}
        assert held == {
            one.pk if one else None: (self.model[place, "free"], self.model[place, "kept"])
            for place, one in enumerate(self.purposes)
        }

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert queries.faults() == []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


def walk(machine: type[Grants]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_laws_of_a_funds_money_hold_in_any_order() -> None:
    walk(Grants)


class CarelessGrants(Grants):
    """The same walk by who takes the money of whoever has any: a saboteur."""

    def act(
        self, kind: K, purpose: Purpose | None, serves: Purpose | None, fen: int, key: str
    ) -> None:
        super().act(kind, serves, serves, fen, key)


def test_money_taken_out_of_another_purse_is_caught() -> None:
    with pytest.raises(AssertionError):
        walk(CarelessGrants)
