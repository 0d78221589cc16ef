"""Gifts can be taken back for some minutes, keep their last day, and are never earned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from voluncity.city.inbox.models import Message
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import Volunteer
from voluncity.city.policy.models import PolicyNumber
from voluncity.honor.points import actions, queries
from voluncity.honor.points.models import Gift, Lot
from voluncity.honor.points.states import AdjustmentKind
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.make_points import give_points

pytestmark = pytest.mark.django_db

SOON = date(2026, 12, 31)
LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def li() -> Volunteer:
    volunteer = make_volunteer("李强")
    give_points(volunteer, 60, expires_on=SOON)
    give_points(volunteer, 140)
    return volunteer


def give(giver: Volunteer, to: Volunteer | None, amount: int = 80, **more: Any) -> Gift:
    facts: dict[str, Any] = {"key": "1", "by": user_of(giver), "at": NOON} | more
    receiver = to.pk if to else None
    return actions.give(giver=giver, receiver_id=receiver, amount=amount, **facts)


def test_a_gift_arrives_when_it_can_no_longer_be_taken_back(li: Volunteer) -> None:
    wang = make_volunteer("王芳")
    gift = give(li, wang)
    assert give(li, wang) == gift
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (120, 0)
    assert actions.deliver_gifts(at=LATER - timedelta(seconds=1)) == 0
    assert (actions.deliver_gifts(at=LATER), actions.deliver_gifts(at=LATER)) == (1, 0)
    lots = Lot.objects.filter(volunteer=wang).order_by("pk")
    assert list(lots.values_list("amount", "expires_on", "parent__volunteer")) == [
        (60, SOON, li.pk),
        (20, None, li.pk),
    ]
    assert (queries.balance(wang.pk), queries.earned(wang.pk), queries.faults()) == (80, 0, [])
    catch_up()
    assert Message.objects.get(user=wang.user).title == "收到 80 积分"


def test_a_gift_is_taken_back_within_the_minutes_only(li: Volunteer) -> None:
    wang = make_volunteer("王芳")
    gift = give(li, wang)
    with pytest.raises(NotFound):
        actions.revoke_gift(gift_id=gift.pk, giver=wang, by=user_of(wang), at=NOON)
    actions.revoke_gift(gift_id=gift.pk, giver=li, by=user_of(li), at=NOON)
    with pytest.raises(WrongState):
        actions.revoke_gift(gift_id=gift.pk, giver=li, by=user_of(li), at=NOON)
    assert (queries.balance(li.pk), queries.faults()) == (200, [])
    late = give(li, wang, key="2")
    with pytest.raises(WrongState) as refusal:
        actions.revoke_gift(gift_id=late.pk, giver=li, by=user_of(li), at=LATER)
    assert refusal.value.code == "points.gift_is_final"


def test_nobody_gives_more_than_the_limit_in_a_day(li: Volunteer) -> None:
    PolicyNumber.objects.create(key="points.gift_day_most", value=100, valid_from="2026-01-01")
    give(li, None)
    with pytest.raises(BadInput) as refusal:
        give(li, None, 21, key="2")
    assert "今天还可以送 20 分" in refusal.value.sentence
    assert queries.balance(li.pk) == 120
    give(li, None, 20, key="2")


def test_nobody_gives_to_themselves_or_more_than_they_have(li: Volunteer) -> None:
    with pytest.raises(BadInput):
        give(li, li)
    with pytest.raises(Refusal) as refusal:
        give(li, None, 201)
    assert refusal.value.code == "points.too_little"


def test_number_and_name_must_fit_and_nobody_learns_which_was_wrong() -> None:
    wang = make_volunteer("王芳")
    assert actions.find_receiver(volunteer_number=f" {wang.number} ", name="王芳") == wang.pk
    sentences = set()
    for number, name in ((wang.number, "王方"), ("999999999999", "王芳"), ("😀", "王芳")):
        with pytest.raises(BadInput) as refusal:
            actions.find_receiver(volunteer_number=number, name=name)
        sentences.add(refusal.value.sentence)
    assert len(sentences) == 1


def test_who_has_left_receives_nothing_and_the_giver_has_it_back(li: Volunteer) -> None:
    wang = make_volunteer("王芳")
    give(li, wang)
    Volunteer.objects.filter(pk=wang.pk).update(closed_at=NOON)
    assert actions.deliver_gifts(at=LATER) == 1
    assert (Gift.objects.get().state, queries.balance(li.pk)) == ("returned", 200)
    assert queries.faults() == []


# -- The pool, and what the office does by hand --------------------------------------------------


def ask(kind: str, volunteer: Volunteer, amount: int, by: Any) -> Any:
    return actions.ask_adjustment(
        kind=AdjustmentKind(kind),
        volunteer_id=volunteer.pk,
        amount=amount,
        reason="家中失火",
        by=by,
        at=NOON,
    )


def test_the_office_grants_from_the_pool_more_by_two_people(li: Volunteer) -> None:
    give_points(li, 200)
    one, other, wang = make_user("干部甲"), make_user("干部乙"), make_volunteer("王芳")
    PolicyNumber.objects.create(key="points.gift_day_most", value=999, valid_from="2026-01-01")
    give(li, None, 300)
    actions.deliver_gifts(at=LATER)
    assert ask("grant", wang, 150, one).state == "done"
    asked = ask("grant", wang, 100, one)
    assert (asked.state, queries.balance(wang.pk)) == ("waiting", 150)
    with pytest.raises(NotAllowed):
        decide(asked, one)
    decide(asked, other)
    with pytest.raises(WrongState):
        decide(asked, other)
    assert (queries.balance(wang.pk), queries.pool_balance()) == (250, 50)
    pool = queries.pool()
    assert (pool.given, pool.gifts, pool.granted, pool.people) == (300, 1, 250, 1)
    with pytest.raises(Refusal) as refusal:
        ask("grant", make_volunteer("周明"), 51, one)
    assert refusal.value.code == "points.pool_empty"
    assert queries.faults() == []


def decide(asked: Any, by: Any, *, is_approved: bool = True, answer: str = "") -> None:
    actions.decide_adjustment(
        adjustment_id=asked.pk, is_approved=is_approved, answer=answer, by=by, at=NOON
    )


def test_a_correction_takes_two_and_lowers_below_nothing_as_a_debt(li: Volunteer) -> None:
    one, other = make_user("干部甲"), make_user("干部乙")
    asked = ask("lower", li, 230, one)
    assert queries.balance(li.pk) == 200
    decide(asked, other)
    assert (queries.balance(li.pk), queries.owed(li.pk)) == (0, 30)
    decide(ask("raise", li, 50, one), other)
    assert (queries.balance(li.pk), queries.owed(li.pk), queries.faults()) == (20, 0, [])
    catch_up()
    titles = Message.objects.filter(user=li.user).order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["更正扣减 230 积分", "更正补发 50 积分"]


def test_a_correction_is_refused_with_a_reason_or_withdrawn_by_who_asked(li: Volunteer) -> None:
    one, other = make_user("干部甲"), make_user("干部乙")
    asked = ask("raise", li, 50, one)
    with pytest.raises(BadInput):
        decide(asked, other, is_approved=False)
    with pytest.raises(NotAllowed):
        actions.withdraw_adjustment(adjustment_id=asked.pk, by=other, at=NOON)
    decide(asked, other, is_approved=False, answer="没有依据")
    again = ask("raise", li, 50, one)
    actions.withdraw_adjustment(adjustment_id=again.pk, by=one, at=NOON)
    with pytest.raises(WrongState):
        decide(again, other)
    assert queries.balance(li.pk) == 200


def test_nobody_adjusts_their_own_points(li: Volunteer) -> None:
    with pytest.raises(NotAllowed):
        ask("raise", li, 50, user_of(li))
    asked = ask("raise", li, 50, make_user("干部甲"))
    with pytest.raises(NotAllowed):
        decide(asked, user_of(li))
