"""Whatever comes in whatever order: stock, limits, points and sheets stay right, also in races."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.people.models import Volunteer
from voluncity.honor.points import queries as points
from voluncity.honor.rewards import actions, queries
from voluncity.honor.rewards.models import Offer, Redemption, Sheet, Shop, Version, Voucher
from voluncity.honor.rewards.states import COUNTING, VoucherState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.testing.at_once import at_once
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_points import give_points
from voluncity.testing.make_rewards import make_merchant, make_offer, make_voucher, take

S = VoucherState
CLIENTS = 64
PIECES = 5


class City:
    """One merchant with three pieces and two on a day, two volunteers who can pay for four."""

    def __init__(self) -> None:
        region = make_region()
        self.volunteers = [make_volunteer(name, region=region) for name in ("甲", "乙")]
        for one in self.volunteers:
            give_points(one, 400)
        self.merchant = make_merchant()
        self.version = make_offer(
            self.merchant, stock=3, stock_day=2, per_person=2, use_days=3, limit_period="month"
        )
        self.shop: Shop = self.merchant.shops.get()
        self.clerk, self.officer = make_user("店员"), make_user("办事员")
        self.at: datetime = NOON

    def do(self, verb: str, who: int) -> None:
        volunteer = self.volunteers[who]
        acts: dict[str, Callable[[], Any]] = {
            "take": lambda: take(self.version, volunteer, at=self.at),
            "redeem": lambda: actions.redeem(
                voucher_id=self._newest(volunteer).pk, shop=self.shop, by=self.clerk, at=self.at
            ),
            "undo": lambda: self._undo(volunteer, is_office=False),
            "undo_late": lambda: self._undo(volunteer, is_office=True),
            "back": lambda: actions.give_voucher_back(
                voucher=self._newest(volunteer), by=user_of(volunteer), at=self.at
            ),
            "wait": self._wait,
            "month": lambda: self._wait(32),
            "settle": self._settle,
            "suspend": lambda: actions.suspend_merchant(
                merchant=self._merchant(), words="停业", by=self.officer, at=self.at
            ),
            "resume": lambda: actions.resume_merchant(
                merchant=self._merchant(), by=self.officer, at=self.at
            ),
        }
        try:
            with transaction.atomic():
                acts[verb]()
        except (Refusal, Voucher.DoesNotExist, Redemption.DoesNotExist, Sheet.DoesNotExist):
            return

    def _newest(self, volunteer: Volunteer) -> Voucher:
        found: Voucher = (
            Voucher.objects.select_related("volunteer").filter(volunteer=volunteer).latest("pk")
        )
        return found

    def _merchant(self) -> Any:
        self.merchant.refresh_from_db()
        return self.merchant

    def _undo(self, volunteer: Volunteer, *, is_office: bool) -> None:
        last = Redemption.objects.filter(voucher__volunteer=volunteer).latest("pk")
        by = self.officer if is_office else self.clerk
        actions.undo(redemption=last, words="弄错了", by=by, at=self.at, is_office=is_office)

    def _wait(self, days: int = 2) -> None:
        self.at += timedelta(days=days)
        today = local_date(self.at)
        actions.keep_terms(today=today, at=self.at)
        actions.draw_sheets(today=today, at=self.at)

    def _settle(self) -> None:
        sheet = Sheet.objects.exclude(state="closed").latest("pk")
        if sheet.state == "drawn":
            sheet = actions.confirm_sheet(
                sheet=sheet, seen=sheet.version, by=self.clerk, at=self.at
            )
        actions.close_sheet(sheet=sheet, seen=sheet.version, by=self.officer, at=self.at)

    def check(self) -> None:
        offer = Offer.objects.get(pk=self.version.offer_id)
        held = Voucher.objects.filter(state__in=COUNTING)
        assert offer.taken == held.count() <= 3
        for one in self.volunteers:
            paid = Voucher.objects.filter(volunteer=one, was_returned=False)
            assert points.balance(one.pk) == 400 - 100 * paid.count()
        assert queries.faults() == []


VERBS = [
    "take", "take", "take", "redeem", "redeem", "undo", "undo_late", "back", "wait", "month",
    "settle", "settle", "suspend", "resume",
]  # fmt: skip


@pytest.mark.row("E2")
@pytest.mark.django_db
@settings(
    max_examples=8, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 1)), min_size=5, max_size=14))
def test_any_order_of_steps_keeps_stock_limits_points_and_sheets(
    steps: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        city = City()
        for verb, who in steps:
            city.do(verb, who)
        city.check()
        transaction.set_rollback(True)


# -- Truly side by side --------------------------------------------------------------------------


def take_look_then_write(version: Version, volunteer: Volunteer) -> None:
    """Saboteur: see that a piece is left, and count it a moment later whatever happened since."""
    offer = Offer.objects.get(pk=version.offer_id)
    if offer.is_sold_out:
        raise Refusal("已经兑完了。", code="rewards.sold_out")
    time.sleep(0.01)
    Offer.objects.filter(pk=offer.pk).update(taken=offer.taken + 1)


def redeem_look_then_write(voucher: Voucher) -> None:
    """Saboteur: see that a voucher is good, and hand over a moment later whatever happened."""
    if Voucher.objects.get(pk=voucher.pk).state != S.TAKEN:
        raise Refusal("已经用过了。", code="rewards.used")
    time.sleep(0.01)
    Voucher.objects.filter(pk=voucher.pk).update(state=S.REDEEMED)


def racers() -> list[Volunteer]:
    region = make_region()
    found = [make_volunteer(region=region) for _ in range(CLIENTS)]
    for one in found:
        give_points(one, 100)
    return found


@pytest.mark.row("E3")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_64_who_want_five_pieces_five_get_one_and_pay() -> None:
    people, version = racers(), make_offer(stock=PIECES)
    got = at_once(lambda number: take(version, people[number]), CLIENTS)
    assert got == {"done": PIECES, "rewards.sold_out": CLIENTS - PIECES}
    assert sum(points.balance(one.pk) for one in people) == 100 * (CLIENTS - PIECES)
    assert queries.faults() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_looks_and_then_writes_oversells() -> None:
    people, version = [make_volunteer() for _ in range(2)] * 32, make_offer(stock=PIECES)
    got = at_once(lambda number: take_look_then_write(version, people[number]), CLIENTS)
    assert got["done"] > PIECES


@pytest.mark.row("E3")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_64_times_spends_points_once() -> None:
    """Half of the presses are the same press, the others try to have a second piece."""
    volunteer = make_volunteer()
    give_points(volunteer, 10_000)
    version = make_offer()
    got = at_once(
        lambda number: take(version, volunteer, handle="same" if number % 2 else f"other-{number}"),
        CLIENTS,
    )
    assert set(got) <= {"done", "rewards.limit", "rewards.busy"}
    assert (Voucher.objects.count(), points.balance(volunteer.pk)) == (1, 9_900)
    assert queries.faults() == []


@pytest.mark.row("E3")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_64_clerks_one_hands_over() -> None:
    version = make_offer()
    voucher = make_voucher(version, make_volunteer())
    shop, clerks = version.shops.get(), [make_user(f"店员{number}") for number in range(8)]
    got = at_once(
        lambda number: actions.redeem(
            voucher_id=voucher.pk, shop=shop, by=clerks[number % 8], at=NOON
        ),
        CLIENTS,
    )
    assert got == {"done": 1, "rewards.used": CLIENTS - 1}
    assert Redemption.objects.count() == 1
    assert queries.faults() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_looks_and_then_hands_over_does_it_twice() -> None:
    voucher = make_voucher(make_offer(), make_volunteer())
    assert at_once(lambda _: redeem_look_then_write(voucher), CLIENTS)["done"] > 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_use_giving_back_and_lapsing_in_one_moment_leave_one_truth() -> None:
    volunteer, officer = make_volunteer(), make_user("办事员")
    version = make_offer()
    voucher = make_voucher(version, volunteer)
    shop = version.shops.get()

    def act(number: int) -> None:
        read = Voucher.objects.select_related("volunteer").get(pk=voucher.pk)
        if number % 3 == 0:
            actions.redeem(voucher_id=read.pk, shop=shop, by=officer, at=NOON)
        elif number % 3 == 1:
            actions.give_voucher_back(voucher=read, by=user_of(volunteer), at=NOON)
        else:
            actions.keep_terms(today=local_date(NOON) + timedelta(days=60), at=NOON)

    at_once(act, 12)
    voucher.refresh_from_db()
    returned = voucher.state != S.REDEEMED
    assert points.balance(volunteer.pk) == (100 if returned else 0)
    assert queries.faults() == []
