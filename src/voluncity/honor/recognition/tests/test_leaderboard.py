"""The leaderboard: opt-in, masked, with one's own place."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from voluncity.city.people import actions as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import Purpose
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.queries import MyPlace, Place
from voluncity.testing.make_people import NOON, make_volunteer, user_of

pytestmark = pytest.mark.django_db
MONTH = f"{localdate():%Y-%m}"


def _with_minutes(name: str, minutes: int, *, shown: bool = True) -> Volunteer:
    volunteer = make_volunteer(name)
    if shown:
        people.give_consent(
            volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=NOON
        )
    actions.add_minutes({(volunteer.pk, MONTH, "proven"): minutes})
    return volunteer


def test_names_are_masked_and_equal_minutes_share_a_place() -> None:
    _with_minutes("王建国", 300)
    _with_minutes("李秀英", 300)
    me = _with_minutes("欧阳娜娜", 120)
    places = queries.leaderboard(month=MONTH, viewer=me)
    region = me.region.name
    assert [(p.rank, p.name, p.minutes, p.is_me) for p in places] == [
        (1, "王*国", 300, False),
        (1, "李*英", 300, False),
        (3, "欧**娜", 120, True),
    ]
    assert places[2] == Place(3, "欧**娜", region, 120, 0, is_me=True)


def test_who_did_not_agree_is_not_shown_but_sees_the_own_place() -> None:
    _with_minutes("王建国", 300)
    shy = _with_minutes("李秀英", 200, shown=False)
    assert [p.name for p in queries.leaderboard(month=MONTH, viewer=shy)] == ["王*国"]
    assert queries.my_place(shy, month=MONTH) == MyPlace(rank=2, minutes=200, is_shown=False)


def test_withdrawing_the_consent_takes_a_name_off_at_once() -> None:
    volunteer = _with_minutes("王建国", 300)
    people.withdraw_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=NOON
    )
    assert queries.leaderboard(month=MONTH, viewer=None) == []


def test_the_page_shows_month_and_all_time(client: Client) -> None:
    volunteer = _with_minutes("王建国", 300)
    actions.add_minutes({(volunteer.pk, "2020-01", "proven"): 600})
    assert "5 小时" in client.get("/honor/").content.decode()
    assert "15 小时" in client.get("/honor/?span=all").content.decode()


def test_an_empty_board_says_how_it_fills(client: Client) -> None:
    assert "榜单还空着" in client.get("/honor/?span=%00nonsense").content.decode()


def test_the_page_never_holds_a_full_name(client: Client) -> None:
    _with_minutes("王建国", 300)
    assert "王建国" not in client.get("/honor/").content.decode()


def test_the_board_asks_as_often_for_thirty_people_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _with_minutes("王建国", 300)
    with django_assert_num_queries(2):
        client.get("/honor/")
    for number in range(29):
        _with_minutes("李秀英", 100 + number)
    cache.clear()
    with django_assert_num_queries(2):
        client.get("/honor/")
    with django_assert_num_queries(1):  # kept for ten seconds: only the consents are asked
        client.get("/honor/")


def test_someone_without_hours_is_told_so(client: Client) -> None:
    client.force_login(user_of(make_volunteer("孙宁")))
    assert "还没有已入账的服务时长" in client.get("/honor/").content.decode()


def test_the_stars_page_shows_the_way_to_the_next_star(client: Client) -> None:
    actions.load_star_tiers()
    client.force_login(user_of(make_volunteer("孙宁")))
    page = client.get("/honor/stars/").content.decode()
    assert "再服务" in page
    assert "100 小时" in page
    assert client.get("/honor/stars/card/").status_code == 200
