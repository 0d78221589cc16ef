"""The home page and the small pages around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.template import engines
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import make_region, make_volunteer, user_of
from voluncity.testing.make_projects import make_activity, make_shift
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db
NINE = [
    "加入志愿者", "登录", "项目发布", "志愿微心愿", "志愿动态",
    "志愿风采", "志愿微课堂", "志愿排行榜", "回馈激励",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_kept_figures() -> None:
    cache.clear()


def _page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_home_shows_the_nine_modules_of_kangbashi(client: Client) -> None:
    page = _page(client)
    assert [name for name in NINE if name not in page] == []


def test_every_module_is_a_link(client: Client) -> None:
    page = _page(client)
    assert page.count('<a class="tile"') == len(NINE) == 9
    assert 'href=""' not in page


def test_every_module_link_of_the_home_page_answers(client: Client) -> None:
    make_region()
    page = _page(client)
    links = {part.split('"')[0] for part in page.split('<a class="tile" href="')[1:]}
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_home_greets_a_volunteer_by_name_and_offers_the_card(client: Client) -> None:
    volunteer = make_volunteer("陈晓红")
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    page = _page(client)
    assert "陈晓红，您好" in page
    assert "志愿者卡" in page
    assert "加入志愿者" not in page


def test_home_leads_first_to_a_place_that_waits_for_an_answer(client: Client) -> None:
    volunteer = make_volunteer("陈晓红")
    start = now() + timedelta(days=1)
    kept = make_signup(
        shift=make_shift(activity=make_activity(starts_at=start), starts_at=start),
        volunteer=volunteer, state=SignupState.OFFERED, at=now(),
    )  # fmt: skip
    client.force_login(user_of(volunteer))
    page = _page(client)
    assert page.index("有一个名额等您答复") < page.index("九大功能模块")
    assert f'href="/me/signups/{kept.pk}/offer/"' in page
    Signup.objects.filter(pk=kept.pk).update(offered_until=now() - timedelta(minutes=1))
    assert "等您答复" not in _page(client)


def test_home_asks_as_often_for_thirty_activities_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    start = now() + timedelta(days=1)
    make_shift(activity=make_activity(starts_at=start))
    _page(client)  # figures are counted and kept
    with django_assert_num_queries(2):
        _page(client)
    for _ in range(29):
        make_shift(activity=make_activity(starts_at=start))
    with django_assert_num_queries(2):
        _page(client)


def test_home_says_when_its_figures_were_counted(client: Client) -> None:
    assert "数字截至" in _page(client)


def test_a_full_activity_is_not_offered_on_the_home_page(client: Client) -> None:
    full = make_activity("已经报满的活动", starts_at=now() + timedelta(days=1))
    make_shift(activity=full, capacity=3, taken=3)
    assert "已经报满的活动" not in _page(client)


def test_elder_mode_is_kept_and_switched_off_again(client: Client) -> None:
    client.post("/elder/", {"elder": "1", "next": "/privacy/"})
    assert 'class="elder"' in _page(client)
    client.post("/elder/", {"elder": "0", "next": "/"})
    assert 'class="elder"' not in _page(client)


def test_elder_mode_offers_the_telephone_on_the_page(client: Client) -> None:
    client.cookies["elder"] = "1"
    assert "打电话" in _page(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_elder_switch_never_leads_to_another_site(client: Client, target: str) -> None:
    assert client.post("/elder/", {"elder": "1", "next": target})["Location"] == "/"


def test_an_unknown_elder_size_switches_it_off(client: Client) -> None:
    answer = client.post("/elder/", {"elder": "999", "next": "/"})
    assert answer.cookies["elder"].value == ""


def test_the_privacy_page_says_what_why_how_long_and_how_protected(client: Client) -> None:
    page = _page(client, "/privacy/")
    for word in ("证件类型和号码", "用途", "保存多久", "怎样保护", "您的权利"):
        assert word in page


def test_big_numbers_are_written_in_groups_of_three() -> None:
    source = "{% load humanize %}{{ n|intcomma }}"
    assert engines["django"].from_string(source).render({"n": 1234567}) == "1,234,567"
