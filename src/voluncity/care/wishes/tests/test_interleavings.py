"""Whatever comes in whatever order: one claimant always, minutes exactly once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.care.wishes import actions, queries
from voluncity.care.wishes.models import Claim, Wish
from voluncity.care.wishes.states import REACHED, ClaimState, WishState
from voluncity.city.ledger.models import Transfer
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.testing.at_once import at_once
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_wishes import make_decision, make_done_wish, make_open_wish

S = WishState
HANDS = 6  # each holds a connection; the pool of one process has eight
CLIENTS = 64  # come in the same moment, and as many are served at once as there are connections
ROUNDS = 3


class City:
    """One wish, its wisher, two volunteers, two officers."""

    def __init__(self) -> None:
        self.wisher = make_user("李桂香")
        region = make_region()
        self.volunteers = [make_volunteer(name, region=region) for name in ("甲", "乙")]
        self.one, self.other = make_user("干部甲"), make_user("干部乙")
        self.wish = make_open_wish(self.wisher, by=self.one)
        self.at = NOON

    def fresh(self) -> Wish:
        found: Wish = Wish.objects.select_related("user", "transfer", "kind").get(pk=self.wish.pk)
        return found

    def do(self, verb: str, who: int) -> None:
        wish, volunteer = self.fresh(), self.volunteers[who]
        officer, me = (self.one, self.other)[who], user_of(volunteer)
        acts: dict[str, Callable[[], Any]] = {
            "claim": lambda: actions.claim_wish(
                wish_id=wish.pk, volunteer=volunteer, by=me, at=self.at,
                promised_on=(self.at + timedelta(days=1)).date(),
            ),
            "release": lambda: actions.release_claim(wish=wish, words="来不了", by=me, at=self.at),
            "finish": lambda: actions.finish_wish(
                wish=wish, words="做好了", photo=None, by=me, at=self.at
            ),
            "complete": lambda: actions.complete_wish(
                wish=wish, by=(self.wisher, me)[who], at=self.at, words="好了"
            ),
            "deny": lambda: actions.deny_wish(
                wish=wish, words="没好", by=self.wisher, at=self.at
            ),
            "withdraw": lambda: actions.withdraw_wish(wish=wish, by=self.wisher, at=self.at),
            "remove": lambda: actions.remove_wish(wish=wish, words="下架", by=officer, at=self.at),
            "amend": lambda: actions.amend_wish(
                wish=wish, decision=make_decision(wish), by=self.one, at=self.at
            ),
            "ask": lambda: actions.ask_reversal(wish=wish, words="不实", by=officer, at=self.at),
            "decide": lambda: actions.decide_reversal(
                wish=wish, is_granted=True, by=officer, at=self.at
            ),
            "wait": self._wait,
            "leave": lambda: actions.leave(
                user_id=None, volunteer_ids=[volunteer.pk], at=self.at
            ),
        }  # fmt: skip
        try:
            with transaction.atomic():
                acts[verb]()
        except Refusal:
            return

    def _wait(self) -> None:
        self.at += timedelta(days=2)
        actions.keep_terms(at=self.at)

    def check(self) -> None:
        wish = self.fresh()
        held = wish.claims.filter(state__in=[ClaimState.LIVE, ClaimState.COMPLETED])
        assert held.count() == (wish.claimed_by_id is not None)
        moved = Transfer.objects.filter(source=wish.source)
        assert moved.filter(reverses=None).count() == (wish.state in REACHED)
        assert moved.exclude(reverses=None).count() == (wish.state == S.REVOKED)
        entered = sum(people.minutes_of(one.pk).entered for one in self.volunteers)
        assert entered == (90 if wish.state == S.COMPLETED else 0)
        assert queries.faults() == []


VERBS = [
    "claim", "claim", "claim", "release", "finish", "finish", "complete", "complete", "deny",
    "withdraw", "remove", "amend", "ask", "decide", "wait", "leave",
]  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 1)), min_size=4, max_size=14))
def test_any_order_of_steps_keeps_one_claimant_and_its_minutes(
    steps: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        city = City()
        for verb, who in steps:
            city.do(verb, who)
            city.check()
        transaction.set_rollback(True)


# -- Truly side by side --------------------------------------------------------------------------


Claiming = Callable[..., object]


def claim_look_then_write(
    *, wish_id: int, volunteer: Volunteer, by: User, at: datetime, **_: object
) -> None:
    """Saboteur: see that the wish is open, and write a moment later whatever happened since."""
    if Wish.objects.get(pk=wish_id).state != S.OPEN:
        raise Refusal("已被认领。", code="wishes.taken")
    time.sleep(0.01)
    Wish.objects.filter(pk=wish_id).update(state=S.CLAIMED, claimed_by=by, version=F("version") + 1)


def raced(claim: Claiming, *, rounds: int = ROUNDS) -> list[Counter[str]]:
    """Let 64 volunteers claim one wish in the same moment, some rounds; say what they got."""
    region, officer = make_region(), make_user("干部甲")
    racers = [make_volunteer(region=region) for _ in range(CLIENTS)]
    got = []
    for wish in [make_open_wish(by=officer) for _ in range(rounds)]:

        def ask(number: int, wish: Wish = wish) -> object:
            volunteer = racers[number]
            return claim(
                wish_id=wish.pk, volunteer=volunteer, by=user_of(volunteer), at=NOON,
                promised_on=(NOON + timedelta(days=3)).date(),
            )  # fmt: skip

        got.append(at_once(ask, CLIENTS))
    return got


@pytest.mark.row("F1")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_64_who_claim_in_one_moment_one_gets_the_wish() -> None:
    for got in raced(actions.claim_wish):
        assert got["done"] == 1, got
        assert set(got) <= {"done", "wishes.taken", "wishes.was_faster"}
    held = Wish.objects.filter(state=S.CLAIMED).values_list("pk", "claimed_by")
    claims = Claim.objects.filter(state=ClaimState.LIVE).values_list("wish", "user")
    assert (len(held), sorted(claims)) == (ROUNDS, sorted(held))
    assert queries.faults() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_looks_and_then_writes_gives_one_wish_to_several() -> None:
    """Without the conditional update several go on; only the constraint holds the last line."""
    [got] = raced(claim_look_then_write, rounds=1)
    assert got["done"] > 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_confirmations_in_one_moment_post_the_minutes_once() -> None:
    volunteer = make_volunteer()
    officers: list[User] = [make_user(f"干部{number}") for number in range(HANDS)]
    wish = make_done_wish(volunteer)

    def confirm(number: int) -> None:
        actions.complete_wish(
            wish=Wish.objects.select_related("user", "transfer").get(pk=wish.pk),
            by=officers[number], at=NOON, words="电话核实",
        )  # fmt: skip

    got = at_once(confirm, HANDS)
    assert got["done"] == 1, got
    assert people.minutes_of(volunteer.pk).entered == 90
    assert Transfer.objects.filter(source=wish.source).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_release_confirmation_and_withdrawal_in_one_moment_leave_one_truth() -> None:
    for _ in range(ROUNDS):
        volunteer = make_volunteer()
        wish = make_done_wish(volunteer)
        assert wish.user is not None
        wisher, me = wish.user, user_of(volunteer)

        def act(number: int, wish: Wish = wish, wisher: User = wisher, me: User = me) -> None:
            read = Wish.objects.select_related("user", "transfer").get(pk=wish.pk)
            if number % 3 == 0:
                actions.complete_wish(wish=read, by=wisher, at=NOON)
            elif number % 3 == 1:
                actions.deny_wish(wish=read, words="没好", by=wisher, at=NOON)
            else:
                actions.release_claim(wish=read, words="来不了", by=me, at=NOON)

        at_once(act, HANDS)
        assert queries.faults() == []
        state = Wish.objects.get(pk=wish.pk).state
        entered = people.minutes_of(volunteer.pk).entered
        assert entered == (90 if state == S.COMPLETED else 0)
