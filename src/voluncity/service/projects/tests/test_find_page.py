"""The find page: filters in the address, the list alone for htmx, light and steady."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from voluncity.city.regions.models import Region
from voluncity.service.projects.states import ProjectState
from voluncity.testing.counting import queries_at_first
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_region, make_volunteer
from voluncity.testing.make_projects import (
    MORNING,
    make_activity,
    make_category,
    make_project,
    make_shift,
    make_skill,
)

pytestmark = pytest.mark.django_db
FIND = "/find/"


@pytest.fixture(autouse=True)
def city() -> Region:
    """Let there be a city: the page offers its counties."""
    return make_region()


def _words(page: str) -> str:
    """Return what a person reads: no tags, one blank between words."""
    body = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _read(client: Client, *, status: int = 200, htmx: str = "", **query: Any) -> str:
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    answer = client.get(FIND, query, headers=headers)
    assert answer.status_code == status
    return _words(answer.content.decode())


def _activities(count: int, **fields: Any) -> None:
    project = make_project(skills=[make_skill()])
    for number in range(count):
        activity = make_activity(
            f"活动{number:03}号",
            project=project,
            starts_at=MORNING + timedelta(hours=number),
            **fields,
        )
        make_shift(activity=activity)
        make_shift(activity=activity)


def test_a_card_says_what_when_where_who_and_how_many(client: Client) -> None:
    team = make_organization("汾河志愿服务队")
    make_shift(name="引导岗", project=make_project(organization=team), address="汾河公园东门")
    words = _read(client)
    for part in (
        "周二文明引导",
        "2030年3月5日 周二 09:00–11:00",
        "汾河公园东门",
        "汾河志愿服务队",
        "还有 10 个名额",
    ):
        assert part in words
    assert "1 场活动" in words


def test_full_ones_are_shown_as_full(client: Client) -> None:
    make_shift(capacity=3, taken=3)
    assert "已满，可候补" in _read(client)
    assert "没有符合条件的活动" in _read(client, free="on")


def test_two_characters_find_and_the_search_is_kept_in_the_field(client: Client) -> None:
    make_shift(name="岗", project=make_project("文明交通劝导"))
    answer = client.get(FIND, {"q": "交通"})
    assert "周二文明引导" in _words(answer.content.decode())
    assert 'value="交通"' in answer.content.decode()
    assert "没有符合条件的活动" in _read(client, q="义诊")


@pytest.mark.parametrize(
    "query",
    ["%", "_", "'", '"', "\\", "🙂", "\x00", "义", "NEAR(", "-- ;", "*", "^", "长" * 100, "<b>"],
)
def test_odd_searches_find_nothing_and_break_nothing(client: Client, query: str) -> None:
    make_shift()
    words = _read(client, q=query)
    assert "没有符合条件的活动" in words or "1 场活动" in words


def test_searches_are_not_markup(client: Client) -> None:
    page = client.get(FIND, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": "长" * 200}, "搜索最多 100 个字，现在有 200 个字"),
        ({"when": "someday"}, "请从列表中选择。"),
        ({"day": "2026-02-30"}, "日期写法不对"),
        ({"day": "abc"}, "日期写法不对"),
        ({"part": "noon"}, "请从列表中选择。"),
        ({"category": "abc"}, "请从列表中选择。"),
        ({"category": 10**30}, "请从列表中选择。"),
        ({"skill": "-1"}, "请从列表中选择。"),
        ({"region": "404"}, "请从列表中选择。"),
        ({"km": "7"}, "请从列表中选择。"),
        ({"sort": "random"}, "请从列表中选择。"),
        ({"lat": "x", "lng": "112"}, "纬度应是 -90 到 90 之间的数"),
        ({"lat": "37", "lng": "999"}, "经度应是 -180 到 180 之间的数"),
        ({"lat": "nan", "lng": "nan"}, "纬度应是 -90 到 90 之间的数"),
        ({"lat": "1e999", "lng": "0"}, "纬度应是 -90 到 90 之间的数"),
    ],
)
def test_a_wrong_filter_says_so_and_filters_nothing(
    client: Client, query: dict[str, Any], sentence: str
) -> None:
    make_shift()
    words = _read(client, status=422, **query)
    assert sentence in words
    assert "周二文明引导" in words


def test_full_width_dates_are_understood(client: Client) -> None:
    make_shift()
    assert "1 场活动" in _read(client, day="２０３０-０３-０５")


def test_htmx_gets_the_list_alone_and_a_short_address(client: Client) -> None:
    make_shift()
    answer = client.get(
        FIND,
        {"q": "", "when": "", "part": "morning", "sort": "", "page": "1"},
        headers={"HX-Request": "true", "HX-Target": "results"},
    )
    page = answer.content.decode()
    assert page.lstrip().startswith('<section id="results"')
    assert answer["HX-Push-Url"] == "/find/?part=morning"
    assert "HX-Request" in answer["Vary"]


def test_more_of_the_list_comes_in_its_place(client: Client) -> None:
    _activities(12)
    first = _read(client, sort="soon")
    assert "活动009号" in first
    assert "活动010号" not in first
    assert "再看一些" in first
    more = _read(client, sort="soon", page=2, htmx="more")
    assert "活动010号" in more
    assert "活动009号" not in more
    assert "已经到底了" in more
    assert "12 场活动" not in more  # the cards only


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999999999999999999", "99"])
def test_odd_page_numbers_show_a_page(client: Client, page: str) -> None:
    make_shift()
    assert "周二文明引导" in _read(client, page=page)


def test_an_empty_list_says_what_to_loosen(client: Client) -> None:
    skill = make_skill()
    make_shift()
    words = _read(client, q="交通", skill=skill.pk, when="today", free="on")
    assert "没有符合条件的活动 去掉一个条件再看看： 交通 急救 今天 只看有名额的" in words
    page = client.get(FIND, {"q": "交通", "when": "today"}).content.decode()
    assert 'data-loosen="q" href="?when=today"' in page


def test_a_city_without_activities_says_to_come_back(client: Client) -> None:
    assert "现在没有正在招募的活动" in _read(client)


def test_distance_without_a_place_is_said(client: Client) -> None:
    make_shift(lat=37.87, lng=112.55)
    assert "还不知道您在哪里" in _read(client, km="3")
    words = _read(client, km="3", lat="37.871", lng="112.55")
    assert "还不知道您在哪里" not in words
    assert "110 米" in words


def test_the_person_is_told_why(client: Client) -> None:
    skill = make_skill()
    volunteer = make_volunteer(skills=[skill])
    make_shift(project=make_project(skills=[skill]))
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    assert "用得上您的急救技能" in _read(client)


@pytest.mark.parametrize("is_known", [False, True])
def test_thirty_activities_cost_as_many_queries_as_one(client: Client, *, is_known: bool) -> None:
    if is_known:
        volunteer = make_volunteer(skills=[make_skill()], intentions=[make_category()])
        assert volunteer.user is not None
        client.force_login(volunteer.user)
    client.get(FIND)  # what is kept per process
    query = {"q": "活动", "part": "morning"}
    _activities(1)
    first, again = (queries_at_first(client, FIND, query) for _ in range(2))  # anew, then unchanged
    assert (first <= 20, again <= 6) == (True, True)
    _activities(29)
    assert [queries_at_first(client, FIND, query) for _ in range(2)] == [first, again]


def test_the_page_is_light(client: Client) -> None:
    for number in range(14):
        make_category(f"kind-{number}", f"服务类型{number}")
    for number in range(60):
        make_skill(f"skill-{number}", f"专长名称{number}")
    _activities(30)
    assert len(client.get(FIND).content) < 45_000  # before compression; CSS and JS come to 30 kB


def test_elder_mode_keeps_the_kinds_folded(client: Client) -> None:
    make_category()
    client.cookies["elder"] = "1"
    words = _read(client)
    assert words.index("更多条件") < words.index("文明引导")


def test_only_reading_is_possible(client: Client) -> None:
    assert client.post(FIND).status_code == 405


@pytest.mark.parametrize("state", ProjectState.values)
def test_a_project_is_public_from_its_publication_on(client: Client, state: str) -> None:
    project = make_project(state=state)
    public = state in {"published", "running", "summarized", "closed"}
    answer = client.get(reverse("projects:detail", args=[project.pk]))
    assert answer.status_code == (200 if public else 404)


def test_a_project_tells_its_seven_fields_risks_conditions_and_activities(client: Client) -> None:
    project = make_project(min_age=18, max_age=65, skills=[make_skill()], members_only=True)
    make_shift(activity=make_activity(project=project), capacity=10, taken=4)
    make_activity("往期活动", project=project, starts_at=MORNING.replace(year=2026, month=1))
    words = _words(client.get(reverse("projects:detail", args=[project.pk])).content.decode())
    seven = (
        "游园市民 服务类型 文明引导 服务时长 每次 2 小时 志愿者人数 20 人 资金保障 本单位工作经费"
    )
    for part in ("汾河公园文明引导", seven, "12 次", "户外活动，注意防暑和路滑。", "18–65 周岁"):
        assert part in words
    for part in ("急救", "仅限", "周二文明引导", "已报名 4 / 10 人"):
        assert part in words
    assert "往期活动" not in words


def test_an_unknown_project_is_not_found(client: Client) -> None:
    assert client.get("/projects/404/").status_code == 404
    assert client.get(f"/projects/{10**30}/").status_code == 404
