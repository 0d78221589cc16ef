"""Sixty-four who spend one balance in one moment spend it once."""

from __future__ import annotations

from threading import Barrier

import pytest
from django.db import transaction

from voluncity.city.journal.models import Entry
from voluncity.city.ledger import queries as books
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import actions, queries
from voluncity.honor.points.models import Lot, Movement
from voluncity.honor.points.queries.happenings import Happening
from voluncity.honor.points.states import Ground
from voluncity.kernel.refusals import Refusal
from voluncity.testing.at_once import at_once
from voluncity.testing.make_people import NOON, make_volunteer
from voluncity.testing.make_points import give_points, make_rules

CLIENTS, PRICE, ENOUGH_FOR = 64, 10, 7


def spend(volunteer: Volunteer, number: int) -> None:
    actions.spend(
        volunteer_id=volunteer.pk, amount=PRICE, key=f"redemption:{number}",
        source=f"redemption:{number}", reason="兑换", by=None, at=NOON,
    )  # fmt: skip


@pytest.mark.row("E1")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_64_who_spend_one_balance_in_one_moment_as_many_succeed_as_it_is_enough_for() -> None:
    li = make_volunteer("李强")
    for portion in (33, 22, 15):
        give_points(li, portion)
    got = at_once(lambda number: spend(li, number), CLIENTS)
    assert got == {"done": ENOUGH_FOR, "points.too_little": CLIENTS - ENOUGH_FOR}
    assert (queries.balance(li.pk), Movement.objects.count()) == (0, ENOUGH_FOR)
    assert Entry.objects.filter(verb="points.spend").count() == ENOUGH_FOR
    assert (queries.faults(), books.book_faults()) == ([], [])
    _one_redemption_many_times(li)
    _spending_while_hours_are_reversed(li)


def _one_redemption_many_times(li: Volunteer) -> None:
    """Send one redemption 64 times: it is paid once and comes back once."""
    give_points(li, 100)
    assert at_once(lambda _: spend(li, CLIENTS), CLIENTS) == {"done": CLIENTS}
    assert queries.balance(li.pk) == 90
    back = at_once(
        lambda _: actions.give_back(key=f"redemption:{CLIENTS}", at=NOON, by=None, reason="退"), 6
    )
    assert (back, queries.balance(li.pk), queries.faults()) == ({"done": 6}, 100, [])


def _spending_while_hours_are_reversed(li: Volunteer) -> None:
    """Reverse what was earned while it is spent: it is owed, or the spending is refused."""
    make_rules()
    for number in range(3):
        one = Happening(f"record:{number}", Ground.HOURS, li.pk, NOON.date(), minutes=600)
        actions.settle({one.source: one}, at=NOON)

    def act(number: int) -> None:
        if number % 2:
            actions.spend(
                volunteer_id=li.pk, amount=130, key=f"late:{number}", source="reward:1",
                reason="兑换", by=None, at=NOON,
            )  # fmt: skip
        else:
            actions.settle({f"record:{number // 2}": None}, at=NOON)

    at_once(act, 6)
    assert (queries.faults(), books.book_faults()) == ([], [])
    assert queries.earned(li.pk) == 0


def careless(volunteer: Volunteer, number: int, meet: Barrier) -> None:
    """Saboteur: see that there is enough, and write a moment later."""
    with transaction.atomic():
        enough = queries.balance(volunteer.pk) >= PRICE
        meet.wait()
        if not enough:
            raise Refusal("积分不够。", code="points.too_little")
        Movement.objects.create(
            volunteer=volunteer, kind="spent", amount=PRICE, key=f"redemption:{number}",
            transfer=Lot.objects.all()[number].transfer, source="", reason="", at=NOON,
        )  # fmt: skip


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_checks_and_then_writes_overspends() -> None:
    li = make_volunteer("李强")
    for _ in range(6):
        give_points(li, 5)
    meet = Barrier(6)
    got = at_once(lambda number: careless(li, number, meet), 6)
    assert got == {"done": 6}
    assert queries.faults() != []
