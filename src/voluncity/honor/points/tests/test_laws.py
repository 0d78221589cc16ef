"""Whatever happens in whatever order: portions, accounts, debts and the ledger agree."""

from __future__ import annotations

from datetime import date, timedelta
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

from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger import queries as books
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import actions, queries
from voluncity.honor.points.actions.books import account_of, city_account
from voluncity.honor.points.models import Earning, Gift, Movement
from voluncity.honor.points.queries.happenings import Happening
from voluncity.honor.points.rules import CONTRA, ISSUED, SPENT
from voluncity.honor.points.states import AdjustmentKind, GiftState, Ground
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer
from voluncity.testing.make_points import make_rules

PEOPLE = st.integers(0, 2)
AMOUNTS = st.integers(1, 90)
START = date(2026, 11, 1)


class Points(RuleBasedStateMachine):
    """Three volunteers and two officers; beside them a plain model of what was spent."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        region = make_region()
        self.people = [make_volunteer(n, region=region, user=False) for n in ("甲", "乙", "丙")]
        self.one, self.other = make_user("干部甲"), make_user("干部乙")
        make_rules(hour_points=10, day_most=120, month_most=400, expiry_years=0)
        self.at = NOON
        self.number = 0
        self.spent: dict[str, int] = {}
        self.joined: dict[str, Any] | None = None

    def key(self) -> str:
        self.number += 1
        return f"redemption:{self.number}"

    def who(self, number: int) -> Volunteer:
        """Return a volunteer; the third is the first while the two are merged."""
        return self.people[0 if self.joined is not None and number == 2 else number]

    @rule(who=PEOPLE, record=st.integers(1, 6), minutes=st.integers(30, 600))
    def earn(self, who: int, record: int, minutes: int) -> None:
        source = f"record:{who}{record}"
        happening = Happening(
            source, Ground.HOURS, self.people[who].pk, START + timedelta(days=record % 3),
            minutes=minutes,
        )  # fmt: skip
        actions.settle({source: happening}, at=self.at)

    @rule(who=PEOPLE, record=st.integers(1, 6))
    def reverse(self, who: int, record: int) -> None:
        actions.settle({f"record:{who}{record}": None}, at=self.at)

    def take(self, volunteer: Volunteer, amount: int, key: str) -> None:
        actions.spend(
            volunteer_id=volunteer.pk, amount=amount, key=key, source=key, reason="兑换",
            by=None, at=self.at,
        )  # fmt: skip

    @rule(who=PEOPLE, amount=AMOUNTS)
    def spend(self, who: int, amount: int) -> None:
        key, has = self.key(), queries.balance(self.who(who).pk)
        try:
            self.take(self.who(who), amount, key)
        except Refusal:
            assert has < amount
            return
        assert has >= amount
        self.spent[key] = amount

    @rule(place=st.integers(0, 30))
    def give_back(self, place: int) -> None:
        if self.spent:
            key = sorted(self.spent)[place % len(self.spent)]
            actions.give_back(key=key, at=self.at, by=None, reason="退回")
            self.spent[key] = 0

    @rule(who=PEOPLE, to=st.integers(0, 3), amount=AMOUNTS)
    def give(self, who: int, to: int, amount: int) -> None:
        giver = self.who(who)
        receiver = None if to == 3 else self.who(to).pk
        try:
            with transaction.atomic():
                actions.give(
                    giver=giver, receiver_id=receiver, amount=amount, key=self.key(),
                    by=self.one, at=self.at,
                )  # fmt: skip
        except Refusal:
            return

    @rule()
    def revoke(self) -> None:
        if gift := Gift.objects.filter(state=GiftState.HELD, final_at__gt=self.at).first():
            actions.revoke_gift(gift_id=gift.pk, giver=self.owner(gift), by=self.one, at=self.at)

    def owner(self, gift: Gift) -> Volunteer:
        return self.people[0] if self.joined and gift.giver == self.people[2] else gift.giver

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        actions.deliver_gifts(at=self.at)

    @rule(days=st.integers(10, 50))
    def expire(self, days: int) -> None:
        self.at += timedelta(days=days)
        actions.expire_points(at=self.at)
        assert actions.expire_points(at=self.at) == 0

    @rule(who=PEOPLE, kind=st.sampled_from(list(AdjustmentKind)), amount=AMOUNTS)
    def adjust(self, who: int, kind: AdjustmentKind, amount: int) -> None:
        try:
            with transaction.atomic():
                asked = actions.ask_adjustment(
                    kind=kind, volunteer_id=self.who(who).pk, amount=amount, reason="核对",
                    by=self.one, at=self.at,
                )  # fmt: skip
                if asked.decided_at is None:
                    actions.decide_adjustment(
                        adjustment_id=asked.pk, is_approved=True, answer="", by=self.other,
                        at=self.at,
                    )  # fmt: skip
        except Refusal:
            assert kind is AdjustmentKind.GRANT

    @rule()
    def merge_or_part(self) -> None:
        winner, loser = self.people[0], self.people[2]
        facts: dict[str, Any] = {
            "loser_id": loser.pk, "winner_id": winner.pk, "by_id": self.one.pk, "at": self.at,
        }  # fmt: skip
        self.at += timedelta(seconds=1)
        if self.joined is None:
            self.joined = actions.join_records(**facts)
            Volunteer.objects.filter(pk=loser.pk).update(merged_into=winner, closed_at=self.at)
        else:
            Volunteer.objects.filter(pk=loser.pk).update(merged_into=None, closed_at=None)
            actions.part_records(**facts, records=[loser.pk], kept=self.joined)
            self.joined = None

    @invariant()
    def everything_agrees(self) -> None:
        assert queries.faults() == []
        assert books.book_faults() == []
        live = Movement.objects.filter(key__in=self.spent, returned_at=None)
        kept = {key: amount for key, amount in self.spent.items() if amount}
        assert dict(live.values_list("key", "amount")) == kept
        assert books.balance(SPENT) == sum(kept.values())

    @invariant()
    def the_caps_hold(self) -> None:
        for who in self.people:
            days: dict[date, int] = {}
            for one in Earning.objects.filter(done_by=who):
                days[one.earned_on] = days.get(one.earned_on, 0) + one.points
            assert max(days.values(), default=0) <= 120
            assert sum(days.values()) <= 400

    @invariant()
    def everything_adds_up_to_zero(self) -> None:
        people = sum(queries.balance(one.pk) for one in self.people)
        contra = sum(books.balance(key) for key in CONTRA)
        assert people + queries.pool_balance() + contra == 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


def walk(machine: type[Points]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=5,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to find a fault is enough; the smallest takes a minute
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.row("E1")
@pytest.mark.django_db
def test_the_laws_of_points_hold_in_any_order() -> None:
    walk(Points)


class Careless(Points):
    """A saboteur: what is earned is spent without a look at the portions."""

    def take(self, volunteer: Volunteer, amount: int, key: str) -> None:
        ledger.transfer(
            debit=account_of(volunteer.pk), credit=city_account(SPENT), amount=amount,
            key=key, source=key, reason="兑换", at=self.at, by=None,
        )  # fmt: skip

    @rule(who=PEOPLE)
    def issue(self, who: int) -> None:
        ledger.transfer(
            debit=city_account(ISSUED), credit=account_of(self.who(who).pk), amount=5,
            key=self.key(), source="record:0", reason="漏记", at=self.at, by=None,
        )  # fmt: skip


@pytest.mark.django_db
def test_saboteur_who_moves_points_without_portions_is_caught() -> None:
    with pytest.raises((AssertionError, Refusal, ValueError)):
        walk(Careless)
