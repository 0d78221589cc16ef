"""Take an offer: a piece, points and a voucher, all or nothing; it ends used, back, or lapsed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import queries as points
from voluncity.honor.recognition.models import StarAward
from voluncity.honor.rewards import actions, queries
from voluncity.honor.rewards.models import Merchant, Offer, Shop, Version, Voucher
from voluncity.honor.rewards.states import LimitPeriod
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.testing.make_people import NOON, make_child, make_user, make_volunteer, user_of
from voluncity.testing.make_points import give_points
from voluncity.testing.make_rewards import make_offer, make_terms, take

pytestmark = pytest.mark.django_db
TODAY = local_date(NOON)
DAY = timedelta(days=1)


def refused(code: str, version: Version, volunteer: Volunteer) -> None:
    before = (Voucher.objects.count(), points.balance(volunteer.pk), taken(version))
    with pytest.raises(Refusal) as refusal:
        take(version, volunteer)
    assert refusal.value.code == code
    assert (Voucher.objects.count(), points.balance(volunteer.pk), taken(version)) == before


def taken(version: Version) -> int:
    return Offer.objects.get(pk=version.offer_id).taken


@pytest.mark.row("E2")
def test_points_become_a_voucher_with_the_terms_as_they_were_told(
    haircut: Version, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    told = (voucher.points, voucher.use_until, voucher.give_back_until, voucher.state)
    assert told == (100, TODAY + 29 * DAY, TODAY + 7 * DAY, "taken")
    assert (points.balance(volunteer.pk), taken(haircut)) == (400, 1)
    assert queries.faults() == []


def test_the_same_press_twice_is_one_voucher(haircut: Version, volunteer: Volunteer) -> None:
    first, again = (take(haircut, volunteer, handle="one-press") for _ in range(2))
    assert first == again
    assert (points.balance(volunteer.pk), taken(haircut)) == (400, 1)


def test_another_persons_press_is_not_answered_with_the_voucher(
    haircut: Version, volunteer: Volunteer
) -> None:
    take(haircut, volunteer, handle="one-press")
    with pytest.raises(Refusal, match="请刷新页面"):
        take(haircut, make_volunteer(), handle="one-press")


def test_one_is_the_limit_for_a_person_in_its_period(
    merchant: Merchant, volunteer: Volunteer
) -> None:
    version = make_offer(merchant, points=10, per_person=2, limit_period=LimitPeriod.MONTH)
    take(version, volunteer)
    take(version, volunteer)
    refused("rewards.limit", version, volunteer)
    next_month = NOON + 10 * DAY
    assert take(version, volunteer, at=next_month).period == "2026-12"


def test_who_has_too_few_points_gets_nothing_and_pays_nothing(haircut: Version) -> None:
    poor = make_volunteer()
    give_points(poor, 99)
    refused("points.too_little", haircut, poor)


def test_stars_are_asked_for(merchant: Merchant, volunteer: Volunteer) -> None:
    version = make_offer(merchant, points=0, stars=2)
    refused("rewards.stars", version, volunteer)
    StarAward.objects.create(
        volunteer=volunteer, stars=2, needed_minutes=6000, minutes=6000, awarded_at=NOON
    )
    assert take(version, volunteer).points == 0


def test_who_is_not_verified_takes_nothing(haircut: Version) -> None:
    refused("rewards.not_verified", haircut, make_volunteer(verified=False))


def test_the_last_piece_is_the_last(merchant: Merchant, volunteer: Volunteer) -> None:
    version = make_offer(merchant, stock=1)
    take(version, volunteer)
    late = make_volunteer()
    give_points(late, 100)
    refused("rewards.sold_out", version, late)


def test_a_day_has_its_own_stock(merchant: Merchant, volunteer: Volunteer) -> None:
    version = make_offer(merchant, points=1, per_person=9, stock_day=2)
    take(version, volunteer)
    take(version, volunteer)
    refused("rewards.day_sold_out", version, volunteer)
    assert take(version, volunteer, at=NOON + DAY).taken_on == TODAY + DAY


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"offered_from": TODAY + DAY}, "rewards.too_early"),
        ({"offered_from": TODAY - 9 * DAY, "offered_until": TODAY - DAY}, "rewards.over"),
    ],
)
def test_outside_its_time_nothing_is_taken(
    merchant: Merchant, volunteer: Volunteer, said: dict[str, object], code: str
) -> None:
    version = make_offer(merchant, at=NOON - 9 * DAY, **said)
    refused(code, version, volunteer)


def test_a_paused_offer_and_a_suspended_merchant_give_nothing(
    haircut: Version, merchant: Merchant, volunteer: Volunteer
) -> None:
    by = make_user("办事员")
    offer = actions.pause_offer(offer=haircut.offer, by=by, at=NOON)
    refused("rewards.not_open", haircut, volunteer)
    actions.resume_offer(offer=offer, by=by, at=NOON)
    actions.suspend_merchant(merchant=merchant, words="停业整顿", by=by, at=NOON)
    refused("rewards.not_open", haircut, volunteer)


def test_terms_that_changed_meanwhile_are_read_again_first(
    haircut: Version, merchant: Merchant, volunteer: Volunteer
) -> None:
    by = merchant.applied_by
    dearer = actions.change_offer(
        offer=haircut.offer, terms=make_terms(merchant, points=300), photo=None, by=by, at=NOON
    )
    assert take(haircut, volunteer).points == 100  # not reviewed yet: the old terms hold
    actions.submit_offer(version=dearer, by=by, at=NOON)
    actions.publish_offer(version=dearer, by=make_user("审核人"), at=NOON)
    other = make_volunteer()
    give_points(other, 300)
    refused("rewards.terms_changed", haircut, other)
    assert take(dearer, other).points == 300


def test_the_last_shop_of_a_voucher_stays_until_it_is_used(
    haircut: Version, merchant: Merchant, shop: Shop, volunteer: Volunteer
) -> None:
    by = merchant.applied_by
    voucher = take(haircut, volunteer)
    actions.end_offer(offer=haircut.offer, by=by, at=NOON)
    with pytest.raises(WrongState, match="还有 1 张兑出的券只能在这家门店使用"):
        actions.close_shop(shop=shop, by=by, at=NOON)
    actions.redeem(voucher_id=voucher.pk, shop=shop, by=make_user("店员"), at=NOON)
    actions.close_shop(shop=shop, by=by, at=NOON)


def test_terms_whose_shops_have_closed_are_not_published(merchant: Merchant, shop: Shop) -> None:
    by = merchant.applied_by
    version = actions.write_offer(
        merchant=merchant, terms=make_terms(merchant), photo=None, by=by, at=NOON
    )
    actions.submit_offer(version=version, by=by, at=NOON)
    actions.close_shop(shop=shop, by=by, at=NOON)
    with pytest.raises(WrongState, match="适用的门店都停用了"):
        actions.publish_offer(version=version, by=make_user("审核人"), at=NOON)


def test_a_guardian_takes_for_a_child_with_the_points_of_the_child(haircut: Version) -> None:
    guardian = make_volunteer("李娜")
    child = make_child(guardian=user_of(guardian))
    give_points(child, 100)
    voucher = take(haircut, child, by=user_of(guardian))
    assert (voucher.volunteer, voucher.taken_by) == (child, user_of(guardian))
    assert list(queries.vouchers_for(user_of(guardian), on=TODAY)) == [voucher]


# -- Ends ----------------------------------------------------------------------------------------


@pytest.mark.row("E2")
def test_what_is_given_back_in_time_returns_points_piece_and_turn(
    haircut: Version, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    actions.give_voucher_back(voucher=voucher, by=user_of(volunteer), at=NOON + 7 * DAY)
    assert (points.balance(volunteer.pk), taken(haircut)) == (500, 0)
    assert take(haircut, volunteer).pk != voucher.pk
    assert queries.faults() == []


def test_after_its_day_nothing_is_given_back(haircut: Version, volunteer: Volunteer) -> None:
    voucher = take(haircut, volunteer)
    with pytest.raises(Refusal, match="以后不能再退还"):
        actions.give_voucher_back(voucher=voucher, by=user_of(volunteer), at=NOON + 8 * DAY)


@pytest.mark.parametrize(("returns", "left"), [(True, 500), (False, 400)])
def test_a_voucher_lapses_after_its_last_day_as_was_told_before(
    merchant: Merchant, volunteer: Volunteer, returns: bool, left: int
) -> None:
    voucher = take(make_offer(merchant, returns_points=returns, use_days=3), volunteer)
    actions.keep_terms(today=voucher.use_until, at=NOON + 2 * DAY)
    voucher.refresh_from_db()
    assert (voucher.state, voucher.reminded_at) == ("taken", NOON + 2 * DAY)
    actions.keep_terms(today=voucher.use_until + DAY, at=NOON + 3 * DAY)
    voucher.refresh_from_db()
    assert (voucher.state, points.balance(volunteer.pk)) == ("lapsed", left)
    assert queries.faults() == []


def test_what_ends_while_its_shop_is_suspended_returns_the_points(
    merchant: Merchant, volunteer: Volunteer
) -> None:
    voucher = take(make_offer(merchant, returns_points=False, use_days=3), volunteer)
    by = make_user("办事员")
    actions.suspend_merchant(merchant=merchant, words="停业整顿", by=by, at=NOON)
    actions.keep_terms(today=voucher.use_until + DAY, at=NOON + 3 * DAY)
    assert points.balance(volunteer.pk) == 500


def test_vouchers_of_a_merchant_who_leaves_are_called_back_and_people_told(
    haircut: Version, merchant: Merchant, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    actions.end_merchant(merchant=merchant, words="店铺转让", by=merchant.applied_by, at=NOON)
    actions.keep_terms(today=TODAY, at=NOON)
    voucher.refresh_from_db()
    assert (voucher.state, points.balance(volunteer.pk)) == ("recalled", 500)
    catch_up(at=NOON)
    titles = set(user_of(volunteer).inbox_messages.values_list("title", flat=True))
    assert "兑换券已收回" in titles


def test_taking_asks_few_questions(
    haircut: Version, volunteer: Volunteer, django_assert_max_num_queries: object
) -> None:
    take(haircut, volunteer)
    other = make_volunteer()
    give_points(other, 100)
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        take(haircut, other)
