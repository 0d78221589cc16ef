"""The kept figures: what the worker counts, and what pages show of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime, now

from voluncity.city.access.permissions import Role
from voluncity.city.journal import actions as journal
from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Region
from voluncity.doors.portal import tasks
from voluncity.doors.portal.actions import keep_figures
from voluncity.doors.portal.models import FiguresRun, OrganizationFigures, RegionFigures
from voluncity.doors.portal.queries import figures
from voluncity.service.hours import actions as hours
from voluncity.service.projects.states import ActivityState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import EVENING, TICK, make_past_shift, make_posted, make_record
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_project

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_kept_home_figures() -> None:
    cache.clear()


@pytest.fixture
def city() -> Region:
    """A county where 王芳 and 赵敏 served, one whose record was taken back, and one beside it."""
    team = make_organization("桥东志愿服务队")
    make_posted(make_past_shift(team), make_volunteer("王芳"))
    make_record(make_past_shift(team), make_volunteer("赵敏"), in_method=TICK)
    taken_back = make_posted(make_past_shift(team), make_volunteer("钱七"))
    officer = make_user("周正")
    give(officer, Role.CITY_OFFICE, team.region)
    hours.reverse(record_id=taken_back.pk, reason="写错", by=officer, at=EVENING)
    other = make_organization("外队", region=make_region("新华社区", parent=make_county()))
    make_posted(make_past_shift(other), make_volunteer("孙宁", verified=False, region=other.region))
    Volunteer.objects.filter(pk=make_volunteer("李强").pk).update(closed_at=EVENING)
    for organization in (team, team, other):
        make_activity(project=make_project(organization=organization), starts_at=DECEMBER)
    make_activity("还没有开放的活动", starts_at=DECEMBER, state=ActivityState.DRAFT)
    journal.catch_up(at=EVENING)
    return Region.objects.get(code="140100000000")


def _facts(role: Role, scope: Region, *, at: datetime = EVENING) -> dict[str, object]:
    user = make_user("郑督查")
    give(user, role, scope)
    found = figures.of_person(user, at=at)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("140100000000", (4, 3, 2, 240, 240, 240, 1, 3)),
     ("140106000000", (3, 3, 1, 120, 120, 120, 1, 2)),
     ("140107000000", (1, 0, 1, 120, 120, 120, 0, 1))],
)  # fmt: skip
def test_what_is_kept_is_what_a_page_would_count(
    city: Region, code: str, numbers: tuple[int, int, int, int, int, int, int, int]
) -> None:
    scope = Region.objects.get(code=code)
    counted = _facts(Role.SUPERVISOR, scope)
    keep_figures(at=EVENING)
    kept = _facts(Role.SUPERVISOR, scope)
    assert kept == counted
    assert kept["people"] == figures.Figures(*numbers, at=EVENING)


def test_the_hours_of_a_month_are_added_up_by_county(city: Region) -> None:
    keep_figures(at=EVENING)
    assert _facts(Role.CITY_OFFICE, city)["counties"] == [
        {"label": "迎泽区", "value": 2},
        {"label": "杏花岭区", "value": 2},
    ]


def test_a_new_month_begins_with_nothing_even_before_it_is_counted(city: Region) -> None:
    keep_figures(at=EVENING)
    found = _facts(Role.CITY_OFFICE, city, at=DECEMBER)
    assert (found["total_hours"], found["month_hours"], found["counties"]) == (4, 0, [])


def test_the_desk_says_when_its_figures_were_counted(client: Client, city: Region) -> None:
    user = make_user("赵文清")
    give(user, Role.CITY_OFFICE, city)
    client.force_login(user)
    counted_at = now() - timedelta(hours=30)
    keep_figures(at=counted_at)
    make_volunteer("吴刚")
    page = client.get("/desk/").content.decode()
    moment = localtime(counted_at)
    assert f"统计于 {moment:%Y}年{moment.month}月{moment.day}日 {moment:%H:%M}" in page
    assert "3 人已实名" in page
    tasks.keep_figures()
    assert "4 人已实名" in client.get("/desk/").content.decode()


def test_the_home_page_shows_the_kept_figures_with_their_time(client: Client, city: Region) -> None:
    counted_at = now() - timedelta(hours=30)
    keep_figures(at=counted_at)
    make_volunteer("吴刚")
    page = client.get("/").content.decode()
    moment = localtime(counted_at)
    assert f"数字截至 {moment.month}月{moment.day}日 {moment:%H:%M}" in page
    assert "<dd>4<small>人</small></dd>" in page
    assert "<dd>4<small>小时</small></dd>" in page


def test_counting_again_leaves_nothing_of_the_first_time(city: Region) -> None:
    keep_figures(at=EVENING)
    Volunteer.objects.update(closed_at=EVENING)
    keep_figures(at=DECEMBER)
    assert RegionFigures.objects.count() == 0
    assert OrganizationFigures.objects.filter(minutes=120).count() == 2
    assert [(run.pk, run.counted_at, str(run.month)) for run in FiguresRun.objects.all()] == [
        (1, DECEMBER, "2026-12-01")
    ]


def test_counting_asks_as_often_for_thirty_places_as_for_one(city: Region) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            keep_figures(at=EVENING)
        return len(asked)

    count()
    once = count()
    for number in range(29):
        make_volunteer(f"王{number}", region=make_region(f"第{number}社区"))
    assert count() == once


def test_the_desk_asks_as_often_for_thirty_organizations_as_for_one(
    client: Client, city: Region
) -> None:
    user = make_user("赵文清")
    give(user, Role.CITY_OFFICE, city)
    client.force_login(user)
    keep_figures(at=EVENING)
    once = queries_for(client, "/desk/")
    for _ in range(30):
        make_project(organization=make_organization())
        make_volunteer("王芳", region=make_region("新的社区"))
    keep_figures(at=EVENING)
    assert queries_for(client, "/desk/") == once


def test_the_database_refuses_more_verified_people_than_there_are(city: Region) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionFigures.objects.create(region=city, registered=1, verified=2, active=0)
