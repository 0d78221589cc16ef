"""The quick way writes what the careful way would, and nothing when a rival was faster.

Both are let loose on the same situations, and on a rival who acts wholly between what was read and
what is written; each guard has its saboteur.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.journal.models import Entry
from voluncity.city.ledger.models import Account, Transfer
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.honor.points import actions as points_actions
from voluncity.honor.points import queries as points
from voluncity.honor.points.actions.books import city_account
from voluncity.honor.points.models import Lot, Movement, Use
from voluncity.honor.points.rules import SPENT
from voluncity.honor.recognition.models import StarAward
from voluncity.honor.rewards import actions, queries
from voluncity.honor.rewards.actions import quick
from voluncity.honor.rewards.actions.taking import take_carefully
from voluncity.honor.rewards.models import DayStock, Merchant, Offer, Version, Voucher
from voluncity.honor.rewards.states import LimitPeriod, MerchantState, OfferState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.turns import WRITER
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.make_points import give_points
from voluncity.testing.make_rewards import make_offer, make_voucher, take
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
POSTGRES = connection.vendor == "postgresql"
TODAY, DAY = local_date(NOON), timedelta(days=1)
# The rival comes before the transaction of the quick way, inside the test's own one.
WRITE = "SAVEPOINT"


def answer(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def rich(amount: int = 500) -> Volunteer:
    volunteer = make_volunteer()
    user_of(volunteer)
    give_points(volunteer, amount)
    city_account(SPENT)  # the city's first spending opens it, the careful way
    return volunteer


# -- What is written -----------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{}, {"points": 0, "stars": 1}, {"stock": 5, "stock_day": 2}])
def test_a_plain_press_reads_once_and_writes_once(said: dict[str, Any]) -> None:
    version, volunteer = make_offer(**said), rich()
    StarAward.objects.create(
        volunteer=volunteer, stars=1, needed_minutes=6000, minutes=6000, awarded_at=NOON
    )
    take(version, rich() if not version.stars else make_star(), at=NOON)  # the day is begun
    with CaptureQueriesContext(connection) as asked:
        take(version, volunteer)
    # Inside the test's transaction the write gets a savepoint; SQLite goes step by step.
    assert len(asked) <= (4 if POSTGRES else 16)
    assert not any(query["sql"].startswith('UPDATE "') for query in asked)
    assert queries.faults() == []


def make_star() -> Volunteer:
    volunteer = rich()
    StarAward.objects.create(
        volunteer=volunteer, stars=1, needed_minutes=6000, minutes=6000, awarded_at=NOON
    )
    return volunteer


def test_who_is_refused_costs_one_question_and_no_write() -> None:
    version = make_offer(stock=1)
    make_voucher(version, make_volunteer())
    volunteer = rich()
    with CaptureQueriesContext(connection) as asked:
        assert answer(lambda: take(version, volunteer)) == "rewards.sold_out"
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_the_quick_way_needs_no_transaction_around_it() -> None:
    version = make_offer(stock=2)
    for _ in range(2):
        take(version, rich())
    assert (Offer.objects.get().taken, Voucher.objects.count()) == (2, 2)
    assert queries.faults() == []
    assert not WRITER.locked()


# -- Both ways in any situation ------------------------------------------------------------------


class Situation:
    """One offer and one volunteer, as a test wants them."""

    def __init__(self) -> None:
        self.version = make_offer(stock=9)
        self.other = make_offer()
        self.volunteer = make_volunteer()
        self.by = user_of(self.volunteer)
        self.helper = make_user("李娜")
        give_points(self.volunteer, 1)
        city_account(SPENT)

    def become(self, said: dict[str, Any]) -> None:
        """Let everything be as said."""
        self._people(said)
        self._terms(said)
        for turn in said["turns"]:
            self._had(turn, period=said["period"])
        if said["day_taken"] is not None:
            DayStock.objects.create(
                offer_id=self.version.offer_id, day=TODAY, taken=said["day_taken"]
            )
        Merchant.objects.filter(pk=self.version.offer.merchant_id).update(
            state=said["merchant"], reason="停业"
        )
        Organization.objects.filter(pk=self.version.offer.merchant.organization_id).update(
            state=said["organization"]
        )

    def _people(self, said: dict[str, Any]) -> None:
        for amount, days in said["lots"]:
            expires = None if days is None else TODAY + days * DAY
            give_points(self.volunteer, amount, expires_on=expires)
        if said["own_stars"]:
            StarAward.objects.create(
                volunteer=self.volunteer, stars=said["own_stars"], needed_minutes=1, minutes=1,
                awarded_at=NOON,
            )  # fmt: skip
        self.volunteer.identity_state = said["identity"]
        self.volunteer.save(update_fields=["identity_state"])

    def _terms(self, said: dict[str, Any]) -> None:
        said = said | {"stars": said["stars"] or int(not said["points"])}
        names = ("points", "stars", "per_person", "stock_day", "offered_from", "use_days")
        Version.objects.filter(pk=self.version.pk).update(
            limit_period=said["limit_period"], **{name: said[name] for name in names}
        )
        Offer.objects.filter(pk=self.version.offer_id).update(
            state=said["state"], stock=said["stock"], taken=said["taken"],
            current=self.version.pk if said["is_current"] else self.other.pk,
        )  # fmt: skip

    def _had(self, turn: int, *, period: str) -> None:
        Voucher.objects.create(
            handle=f"had-{turn}", version=self.version, offer_id=self.version.offer_id,
            merchant_id=self.version.offer.merchant_id, volunteer=self.volunteer,
            serial=f"{turn:06}", period=period, turn=turn, points=0, taken_on=TODAY, taken_at=NOON,
            taken_by=self.by, use_until=TODAY, give_back_until=TODAY,
        )  # fmt: skip


def left_by(act: Callable[[], object], counted: Counter[str]) -> list[object]:
    """Return the answer and all rows that matter; everything is undone then."""
    with transaction.atomic():
        said = answer(act)
        counted[said] += 1
        rows: list[object] = [
            said,
            list(Voucher.objects.order_by("handle").values_list(
                "handle", "version", "offer", "merchant", "volunteer", "state", "period", "turn",
                "points", "taken_on", "taken_at", "taken_by", "use_until", "give_back_until",
                "paper_number", "reminded_at", "ended_at", "was_returned", "reason",
            )),
            list(Transfer.objects.order_by("key").values_list(
                "unit", "debit", "credit", "amount", "key", "source", "reason", "at", "by",
                "reverses",
            )),
            list(Movement.objects.order_by("key").values_list(
                "volunteer", "kind", "amount", "key", "transfer__key", "source", "reason", "debt",
                "at", "by", "returned_at",
            )),
            list(Use.objects.order_by("movement__key", "lot").values_list(
                "movement__key", "lot", "amount"
            )),
            list(Lot.objects.order_by("pk").values_list("pk", "left")),
            list(Account.objects.order_by("key").values_list("key", "balance")),
            list(Offer.objects.order_by("pk").values_list("pk", "taken")),
            list(DayStock.objects.values_list("offer", "day", "taken")),
            [
                (one.verb, one.actor_id, one.on_behalf_of_id, one.subject_type, one.at, one.data)
                for one in Entry.objects.order_by("pk")
            ],
        ]  # fmt: skip
        transaction.set_rollback(True)
    return rows


USUAL: dict[str, Any] = {
    "lots": [(30, 5), (70, None), (30, 5)],
    "points": 30,
    "stars": 0,
    "own_stars": 0,
    "identity": IdentityState.VERIFIED,
    "per_person": 2,
    "turns": (),
    "period": "2026-11",
    "limit_period": LimitPeriod.MONTH,
    "stock": 9,
    "taken": 2,
    "stock_day": None,
    "day_taken": None,
    "offered_from": TODAY,
    "use_days": 30,
    "state": OfferState.OPEN,
    "is_current": True,
    "merchant": MerchantState.ACTIVE,
    "organization": OrgState.ACTIVE,
    "is_helped": False,
    "handle": "a-new-press",
}
PORTIONS = st.lists(
    st.tuples(st.sampled_from([1, 30, 70, 200]), st.sampled_from([None, 0, 5, 40])), max_size=5
)
ODD: dict[str, st.SearchStrategy[Any]] = {
    "lots": PORTIONS,
    "points": st.sampled_from([0, 1, 71, 130, 131, 300]),
    "stars": st.sampled_from([1, 2]),
    "own_stars": st.sampled_from([1, 2]),
    "identity": st.just(IdentityState.PENDING),
    "per_person": st.sampled_from([1, 3]),
    "turns": st.sampled_from([(1,), (2,), (1, 2), (1, 2, 3)]),
    "period": st.sampled_from(["2026Q4", "all"]),
    "limit_period": st.sampled_from(list(LimitPeriod)),
    "stock": st.sampled_from([None, 2, 3]),
    "taken": st.sampled_from([0, 9]),
    "stock_day": st.sampled_from([1, 3]),
    "day_taken": st.sampled_from([0, 1, 3]),
    "offered_from": st.just(TODAY + DAY),
    "use_days": st.just(1),
    "state": st.just(OfferState.PAUSED),
    "is_current": st.just(False),
    "merchant": st.just(MerchantState.SUSPENDED),
    "organization": st.just(OrgState.SUSPENDED),
    "is_helped": st.just(True),
    "handle": st.just("had-1"),
}


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    """Choose a usual press with up to four things about it that are not."""
    names = draw(st.lists(st.sampled_from(sorted(ODD)), max_size=4, unique=True))
    return USUAL | {name: draw(ODD[name]) for name in names}


@pytest.mark.row("E2")
def test_both_ways_leave_the_same_in_any_situation(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly: Counter[bool] = Counter()

    def counting(*args: Any, **named: Any) -> Voucher | None:
        made = taken(*args, **named)
        quickly[made is not None] += 1
        return made

    taken = quick.taken
    monkeypatch.setattr(quick, "taken", counting)
    with transaction.atomic():
        city, counted = Situation(), Counter[str]()

        @settings(
            max_examples=200, deadline=None, derandomize=True, database=None,
            suppress_health_check=[HealthCheck.too_slow],
        )  # fmt: skip
        @given(situations())
        def alike(said: dict[str, Any]) -> None:
            point = transaction.savepoint()
            city.become(said)
            city.version.refresh_from_db()
            asked: dict[str, Any] = {
                "offer_id": city.version.offer_id, "version_id": city.version.pk,
                "volunteer": city.volunteer, "handle": said["handle"], "at": NOON,
                "by": city.helper if said["is_helped"] else city.by,
            }  # fmt: skip
            first = left_by(lambda: actions.take_offer(**asked), counted)
            assert first == left_by(lambda: take_carefully(**asked), Counter())
            transaction.savepoint_rollback(point)

        alike()
        assert counted["done"] > 15, counted
        assert quickly[True] > 10, quickly
        assert len(counted) > 6, counted
        transaction.set_rollback(True)


# -- A rival between reading and writing ---------------------------------------------------------


def sabotaged(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Take words out of the statements of the database at hand."""
    if POSTGRES:
        monkeypatch.setattr(
            quick, "_AT_ONCE",
            {way: one.without(words) if words in one._texts["postgresql"] else one
             for way, one in quick._AT_ONCE.items()},
        )  # fmt: skip
        return
    for name in ("_PIECE_STEP", "_DAY_STEP"):
        whole = getattr(quick, name)
        if words in whole._texts["sqlite"]:
            monkeypatch.setattr(quick, name, whole.without(words))


def beside(rival: Callable[[Version], object], **said: Any) -> str:
    """Take an offer while a rival does something to it in the worst moment."""
    version = make_offer(**said)
    make_voucher(version, make_volunteer())  # a day that is begun
    volunteer = rich(100)
    with rival_before(WRITE, lambda: rival(version)):
        said_ = answer(lambda: take(version, volunteer))
    assert points.balance(volunteer.pk) == (0 if said_ == "done" else 100)
    return said_


def pause(version: Version) -> None:
    Offer.objects.filter(pk=version.offer_id).update(state=OfferState.PAUSED)


def suspend(version: Version) -> None:
    Merchant.objects.filter(pk=version.offer.merchant_id).update(
        state=MerchantState.SUSPENDED, reason="停业"
    )


def freeze(version: Version) -> None:
    Organization.objects.filter(pk=version.offer.merchant.organization_id).update(
        state=OrgState.SUSPENDED
    )


def change_terms(version: Version) -> None:
    Offer.objects.filter(pk=version.offer_id).update(current=make_offer().pk)


def fill_the_day(version: Version) -> None:
    DayStock.objects.filter(offer=version.offer_id).update(taken=2)


GUARDS = [
    (pause, "rewards.not_open", "AND o.state = 'open'", {}),
    (suspend, "rewards.not_open", "AND m.state = 'active'", {}),
    (freeze, "rewards.not_open", "AND g.state = 'active'", {}),
    (change_terms, "rewards.terms_changed", "AND o.current_id = %(version)s", {}),
    (fill_the_day, "rewards.day_sold_out", "AND d.taken < %(stock_day)s" if POSTGRES
     else "AND taken < %(stock_day)s", {"stock_day": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("rival", "code", "words", "said"), GUARDS)
def test_what_changed_in_this_moment_is_seen(
    rival: Callable[[Version], object], code: str, words: str, said: dict[str, Any]
) -> None:
    assert words
    assert beside(rival, **said) == code


@pytest.mark.parametrize(("rival", "code", "words", "said"), GUARDS)
def test_the_saboteur_without_the_guard_gives_what_may_not_be_given(
    rival: Callable[[Version], object],
    code: str,
    words: str,
    said: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert code
    sabotaged(monkeypatch, words)
    assert beside(rival, **said) == "done"


def test_the_last_piece_goes_to_the_rival() -> None:
    version, rival = make_offer(stock=1), rich()
    with rival_before(WRITE, lambda: take(version, rival)):
        assert answer(lambda: take(version, rich())) == "rewards.sold_out"
    assert Offer.objects.get().taken == Voucher.objects.get().turn == 1


def test_points_that_went_in_this_moment_are_not_spent_twice() -> None:
    version, other, volunteer = make_offer(), make_offer(), rich(100)
    with rival_before(WRITE, lambda: take(other, volunteer)):
        assert answer(lambda: take(version, volunteer)) == "points.too_little"
    assert points.balance(volunteer.pk) == 0
    assert queries.faults() == []


def test_points_that_were_given_away_in_this_moment_come_from_what_is_left() -> None:
    """Two portions: the first goes meanwhile, so the second one pays."""
    version, volunteer = make_offer(), rich(100)
    give_points(volunteer, 100, expires_on=TODAY + DAY)

    def rival() -> None:
        points_actions.give(
            giver=volunteer, receiver_id=None, amount=60, key="g", by=user_of(volunteer), at=NOON
        )

    with rival_before(WRITE, rival):
        take(version, volunteer)
    assert points.balance(volunteer.pk) == 40
    lefts = Lot.objects.filter(volunteer=volunteer).order_by("pk").values_list("left", flat=True)
    assert list(lefts) == [40, 0]


def test_of_two_presses_of_one_person_in_one_moment_one_pays() -> None:
    version, volunteer = make_offer(), rich()
    with rival_before(WRITE, lambda: take(version, volunteer, handle="another")):
        assert answer(lambda: take(version, volunteer)) == "rewards.limit"
    other = rich()
    with rival_before(WRITE, lambda: take(version, other, handle="one-press")):
        assert take(version, other, handle="one-press") == Voucher.objects.get(handle="one-press")
    assert (points.balance(volunteer.pk), points.balance(other.pk)) == (400, 400)


def test_books_that_are_not_whole_stop_the_quick_way() -> None:
    """An account that says more than its portions hold: nothing is written, the fault is loud."""
    version, volunteer = make_offer(), rich(100)
    Lot.objects.filter(volunteer=volunteer).update(left=50)
    with pytest.raises(ValueError, match="hold 50 less"):
        take(version, volunteer)
    assert Voucher.objects.count() == 0
