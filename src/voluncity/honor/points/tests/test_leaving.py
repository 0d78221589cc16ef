"""Points expire, are announced before, go along in a merge, and lapse with the account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voluncity.city.claims import actions as claims
from voluncity.city.claims.states import MergeReason
from voluncity.city.inbox.models import Message
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import Volunteer
from voluncity.city.privacy import actions as privacy
from voluncity.city.privacy import queries as subjects
from voluncity.honor.points import actions, queries
from voluncity.honor.points.models import Lot, Movement
from voluncity.testing.make_people import NOON, make_child, make_user, make_volunteer, user_of
from voluncity.testing.make_points import give_points

pytestmark = pytest.mark.django_db

SOON, LATE = date(2026, 11, 30), date(2027, 12, 31)


@pytest.fixture
def li() -> Volunteer:
    volunteer = make_volunteer("李强")
    give_points(volunteer, 30, expires_on=SOON)
    give_points(volunteer, 70, expires_on=LATE)
    return volunteer


def spend(volunteer: Volunteer, amount: int, key: str = "redemption:1") -> None:
    actions.spend(
        volunteer_id=volunteer.pk, amount=amount, key=key, source=key, reason="兑换", by=None,
        at=NOON,
    )  # fmt: skip


def test_points_are_good_until_the_end_of_their_last_day(li: Volunteer) -> None:
    last = NOON.replace(month=11, day=30)
    assert actions.expire_points(at=last) == 0
    assert actions.expire_points(at=last + timedelta(days=1)) == 1
    assert actions.expire_points(at=last + timedelta(days=1)) == 0
    assert queries.balance(li.pk) == 70
    assert Movement.objects.get().get_kind_display() == "到期"
    assert queries.faults() == []


def test_what_comes_back_late_expires_with_the_next_run(li: Volunteer) -> None:
    spend(li, 30)
    december = NOON + timedelta(days=10)
    assert actions.expire_points(at=december) == 0
    actions.give_back(key="redemption:1", at=december, by=None, reason="退回")
    assert actions.expire_points(at=december) == 1
    assert (queries.balance(li.pk), queries.faults()) == (70, [])


def test_people_are_told_once_before_their_points_expire(li: Volunteer) -> None:
    give_points(make_volunteer("无账号", user=False), 10, expires_on=SOON)
    assert actions.announce_expiry(at=NOON - timedelta(days=30)) == 0
    assert (actions.announce_expiry(at=NOON), actions.announce_expiry(at=NOON)) == (1, 0)
    message = Message.objects.get()
    assert (message.user, message.title) == (li.user, "30 积分将在 11月30日 后到期")


def test_the_guardian_of_a_child_without_an_account_is_told_instead() -> None:
    father = make_user("王建国")
    child = make_child(guardian=father)
    give_points(child, 10, expires_on=SOON)
    grown = make_child("王大满", guardian=father, born_on=date(2000, 5, 1))
    give_points(grown, 10, expires_on=SOON)
    assert (actions.announce_expiry(at=NOON), actions.announce_expiry(at=NOON)) == (1, 0)
    message = Message.objects.get()
    assert (message.user, message.url) == (father, f"/points/of/{child.pk}/")
    assert message.title == "孩子的 10 积分将在 11月30日 后到期"


def merged(loser: Volunteer, winner: Volunteer) -> int:
    done = claims.merge(
        loser_id=loser.pk, winner_id=winner.pk, reason=MergeReason.values[0],
        by=make_user("干部甲"), at=NOON,
    )  # fmt: skip
    return done.pk


def test_a_merge_takes_points_along_and_undoing_it_returns_them(li: Volunteer) -> None:
    wang = make_volunteer("李强")
    give_points(wang, 50)
    merge = merged(li, wang)
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (0, 150)
    catch_up()
    spend(wang, 40)
    assert claims.undo(merge_id=merge, by=make_user("干部乙"), at=NOON) == []
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (100, 10)
    assert queries.faults() == []


def test_what_was_used_up_in_between_is_said_when_a_merge_is_undone(li: Volunteer) -> None:
    wang = make_volunteer("李强")
    merge = merged(li, wang)
    spend(wang, 40)
    said = claims.undo(merge_id=merge, by=make_user("干部乙"), at=NOON)
    assert said == ["合并后已经用掉 40 积分，没有足够的积分可以退回原来的登记。"]
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (60, 0)


def test_points_spent_before_a_merge_come_back_to_the_record_that_stays(li: Volunteer) -> None:
    wang = make_volunteer("李强")
    spend(li, 40)
    merged(li, wang)
    actions.give_back(key="redemption:1", at=NOON, by=None, reason="退回")
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (0, 100)
    assert queries.faults() == []


def test_who_leaves_is_told_and_the_points_lapse(li: Volunteer) -> None:
    user = user_of(li)
    about = subjects.subject(user, ward_id=None)
    privacy.ask_to_close(subject=about, by=user, at=NOON)
    catch_up()
    assert Message.objects.filter(user=user, title="注销后 100 积分失效").exists()
    assert privacy.close_due(at=NOON + timedelta(days=15)) == 1
    catch_up()
    assert queries.balance(li.pk) == 0
    assert set(Lot.objects.values_list("left", flat=True)) == {0}
    assert [one.kind for one in Movement.objects.all()] == ["lapsed"]
    assert queries.faults() == []
