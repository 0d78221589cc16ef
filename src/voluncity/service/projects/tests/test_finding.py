"""What is found, in which order, and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import FreeTime, Volunteer
from voluncity.city.people.states import DayPart
from voluncity.service.projects.models import Activity
from voluncity.service.projects.queries import Filters, days_of, find, finding
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_county, make_region, make_volunteer
from voluncity.testing.make_projects import (
    make_activity,
    make_category,
    make_course,
    make_project,
    make_shift,
    make_skill,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOME = (37.870, 112.550)
KILOMETER = 0.009  # degrees of latitude


def _names(viewer: Volunteer | None = None, **filters: Any) -> list[str]:
    return [card.activity.name for card in find(Filters(**filters), viewer=viewer, at=NOON).cards]


def _activity(name: str, *, after: timedelta = DAY, **fields: Any) -> Activity:
    """Make an open activity with one shift of ten places, some time after NOON."""
    taken = fields.pop("taken", 0)
    activity = make_activity(name, starts_at=NOON + after, **fields)
    make_shift(activity=activity, taken=taken)
    return activity


pytestmark = pytest.mark.django_db


def test_only_what_can_be_signed_up_for_is_found() -> None:
    _activity("可报名")
    _activity("草稿", state=ActivityState.DRAFT)
    _activity("已取消", state=ActivityState.CANCELLED)
    _activity("已开始", after=-HOUR)
    _activity("项目未发布", project=make_project(state=ProjectState.APPROVED))
    _activity("项目已结项", project=make_project(state=ProjectState.CLOSED))
    paused = make_project(organization=make_organization(state=OrgState.SUSPENDED))
    _activity("组织暂停", project=paused)
    assert _names() == ["可报名"]


@pytest.mark.parametrize(
    ("when", "names"),
    [
        ("today", ["今晚"]),
        ("tomorrow", ["周三"]),
        ("weekend", ["周六", "周日"]),
        ("week", ["今晚", "周三", "周六", "周日"]),
        ("2026-11-30", ["下周一"]),
        ("2027-01-01", []),
    ],
)
def test_days(when: str, names: list[str]) -> None:
    for name, after in (
        ("今晚", 7 * HOUR),  # 19:00 of Tuesday
        ("周三", DAY),
        ("周六", 4 * DAY),
        ("周日", 5 * DAY + 11 * HOUR),  # 23:00
        ("下周一", 6 * DAY - 12 * HOUR),  # 00:00
    ):
        _activity(name, after=after)
    assert _names(when=when, sort="soon") == names


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 24), (date(2026, 11, 28), date(2026, 11, 29))),  # Tuesday
        (date(2026, 11, 28), (date(2026, 11, 28), date(2026, 11, 29))),  # Saturday
        (date(2026, 11, 29), (date(2026, 11, 29), date(2026, 11, 29))),  # Sunday
    ],
)
def test_the_weekend_is_this_one(today: date, days: tuple[date, date]) -> None:
    assert days_of("weekend", today) == days


@pytest.mark.parametrize(
    ("part", "names"),
    [("morning", ["上午", "零点"]), ("afternoon", ["下午"]), ("evening", ["晚上"])],
)
def test_parts_of_the_day_are_local(part: str, names: list[str]) -> None:
    _activity("上午", after=DAY - HOUR)  # 11:00
    _activity("下午", after=DAY)  # 12:00
    _activity("晚上", after=DAY + 6 * HOUR)  # 18:00
    _activity("零点", after=DAY + 12 * HOUR)
    assert _names(part=part, sort="soon") == names


def test_skill_category_and_region() -> None:
    skill, health = make_skill(), make_category("health", "医疗健康")
    county = make_county()
    _activity("急救", project=make_project(skills=[skill]))
    _activity("健康", project=make_project(category=health))
    _activity("杏花岭", region=make_region("坝陵桥社区", parent=county))
    assert _names(skill_id=skill.pk) == ["急救"]
    assert _names(category_id=health.pk) == ["健康"]
    assert _names(region_path=county.path) == ["杏花岭"]
    assert _names(skill_id=10**30) == []


def test_words_and_filters_narrow_together() -> None:
    _activity("路口执勤", after=DAY)
    _activity("路口清洁", after=9 * DAY)
    assert _names(q="路口", when="tomorrow") == ["路口执勤"]


def test_full_ones_come_last_and_can_be_left_out() -> None:
    _activity("已满", after=HOUR, taken=10)
    _activity("有位", after=9 * DAY)
    assert _names() == ["有位", "已满"]
    assert _names(free_only=True) == ["有位"]


def test_distance_filters_exactly_and_orders() -> None:
    for km in (5, 1, 2.99, 3.02):
        _activity(f"{km} 公里", lat=HOME[0] + km * KILOMETER * 0.999, lng=HOME[1])
    _activity("不知道在哪")
    here: Any = {"lat": HOME[0], "lng": HOME[1]}
    assert _names(within_km=3, sort="near", **here) == ["1 公里", "2.99 公里"]
    assert _names(sort="near", **here) == [
        "1 公里",
        "2.99 公里",
        "3.02 公里",
        "5 公里",
        "不知道在哪",
    ]


def test_without_coordinates_the_middle_of_the_region_counts() -> None:
    region = make_region("坞城社区")
    region.lat, region.lng = HOME
    region.save(update_fields=["lat", "lng"])
    _activity("社区清洁", region=region)
    found = find(
        Filters(lat=HOME[0] + 2 * KILOMETER, lng=HOME[1], within_km=3), viewer=None, at=NOON
    )
    assert [card.reasons[0] for card in found.cards] == ["约 2 公里"]


def test_the_order_explains_itself() -> None:
    skill, category = make_skill(), make_category()
    viewer = make_volunteer(skills=[skill], intentions=[category])
    FreeTime.objects.create(volunteer=viewer, weekday=1, part=DayPart.EVENING)
    region = viewer.region
    region.lat, region.lng = HOME
    region.save(update_fields=["lat", "lng"])
    activity = make_activity(
        "义诊",
        project=make_project(skills=[skill]),
        starts_at=NOON + 7 * DAY + 7 * HOUR,  # Tuesday 19:00
        lat=HOME[0] + 1.2 * KILOMETER,
        lng=HOME[1],
    )
    make_shift(activity=activity)
    (card,) = find(Filters(), viewer=viewer, at=NOON).cards
    assert card.reasons == (
        "约 1.2 公里",
        "合您周二晚上的空闲",
        "用得上您的急救技能",
        "您想参加的文明引导",
    )
    (card,) = find(Filters(lat=HOME[0], lng=HOME[1]), viewer=viewer, at=NOON).cards
    assert card.reasons[0] == "1.2 公里"


def test_what_suits_the_person_comes_first() -> None:
    skill = make_skill()
    viewer = make_volunteer(skills=[skill], born_on=date(2011, 1, 1))
    FreeTime.objects.create(volunteer=viewer, weekday=2, part=DayPart.AFTERNOON)
    _activity("合时间又合技能", project=make_project(skills=[skill]), after=8 * DAY)
    _activity("合时间", after=8 * DAY)
    _activity("早些", after=3 * DAY)
    _activity("晚些", after=12 * DAY)
    _activity("要成年", project=make_project(min_age=18), after=DAY)
    _activity("已满", after=DAY, taken=10)
    assert _names(viewer) == ["合时间又合技能", "合时间", "早些", "晚些", "要成年", "已满"]
    assert _names(viewer, sort="soon")[:2] == ["要成年", "已满"]


def test_the_best_shift_of_an_activity_is_shown() -> None:
    viewer = make_volunteer()
    FreeTime.objects.create(volunteer=viewer, weekday=4, part=DayPart.AFTERNOON)
    activity = make_activity("一周执勤", starts_at=NOON + DAY, ends_at=NOON + 9 * DAY)
    for days in (1, 3, 8):
        make_shift(activity=activity, starts_at=NOON + days * DAY)
    (card,) = find(Filters(), viewer=viewer, at=NOON).cards
    assert (card.shift.starts_at, card.others) == (NOON + 3 * DAY, 2)
    (card,) = find(Filters(when="tomorrow"), viewer=viewer, at=NOON).cards
    assert (card.shift.starts_at, card.others) == (NOON + DAY, 0)


def test_a_free_shift_is_shown_before_a_full_one_that_suits() -> None:
    activity = make_activity("执勤", starts_at=NOON + DAY, ends_at=NOON + 9 * DAY)
    make_shift(activity=activity, taken=10)
    free = make_shift(activity=activity, starts_at=NOON + 2 * DAY)
    (card,) = find(Filters(), viewer=None, at=NOON).cards
    assert (card.shift.pk, card.is_full) == (free.pk, False)


def test_conditions_are_said_on_the_card() -> None:
    project = make_project(members_only=True, course=make_course(), min_age=18, max_age=65)
    _activity("有条件", project=project)
    (card,) = find(Filters(), viewer=None, at=NOON).cards
    assert card.conditions == ["仅限成员", "须完成应急救护培训", "18–65 周岁"]


def test_the_number_of_candidates_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "CANDIDATES", 2)
    for days in (3, 1, 2):
        _activity(f"{days} 天后", after=days * DAY)
    found = find(Filters(), viewer=None, at=NOON)
    assert [card.activity.name for card in found.cards] == ["1 天后", "2 天后"]
    assert found.is_cut


def test_the_nearest_candidates_are_taken_when_asked_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "CANDIDATES", 1)
    _activity("先到期但远", after=DAY, lat=HOME[0] + 1, lng=HOME[1])
    _activity("近", after=5 * DAY, lat=HOME[0], lng=HOME[1])
    assert _names(sort="near", lat=HOME[0], lng=HOME[1]) == ["近"]


def test_another_project_comes_before_the_repetitions_of_one() -> None:
    weekly = make_project("每天都有的巡防")
    for days in (1, 2, 3):
        _activity(f"巡防第 {days} 天", after=days * DAY, project=weekly)
    _activity("周末故事会", after=6 * DAY)
    assert _names() == ["巡防第 1 天", "周末故事会", "巡防第 2 天", "巡防第 3 天"]
    assert _names(sort="soon")[-1] == "周末故事会"
