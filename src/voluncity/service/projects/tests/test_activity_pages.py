"""The desk's pages of an activity: rows of shifts, moves, foreign ids."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from voluncity.city.journal.models import Entry
from voluncity.city.regions.models import Region
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.projects.tests.cast import Cast
from voluncity.testing.counting import queries_at_first
from voluncity.testing.make_people import make_region
from voluncity.testing.make_projects import MORNING, make_activity, make_project, make_shift
from voluncity.testing.make_stations import make_station
from voluncity.testing.pages import as_, words


def _chain(region: Region) -> list[int]:
    codes = region.path.strip("/").split("/")[2:]  # from the county down
    return [Region.objects.get(code=code).pk for code in codes]


def _row(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "name": "引导岗", "day": "2030-03-05", "begins": "09:00", "ends": "11:00", "capacity": "10",
    } | changes  # fmt: skip
    return {f"shifts-{number}-{name}": value for name, value in row.items()}


def _form(cast: Cast, *rows: dict[str, Any], initial: int = 0, **changes: Any) -> dict[str, Any]:
    data = {
        "name": "周二文明引导",
        "leader": cast.leader.pk,
        "region": _chain(cast.team.region),
        "address": "汾河公园东门",
        "save": "1",
        "shifts-TOTAL_FORMS": str(len(rows)),
        "shifts-INITIAL_FORMS": str(initial),
    } | changes
    for number, row in enumerate(rows):
        data |= _row(number, **row)
    return data


def _new(cast: Cast, *rows: dict[str, Any], **changes: Any) -> Any:
    project = make_project(organization=cast.team)
    url = reverse("projects:desk_activity_new", args=[project.pk])
    return as_(cast.leader).post(url, _form(cast, *rows, **changes))


def test_an_activity_with_two_shifts_is_kept(cast: Cast) -> None:
    night = {"name": "夜班", "begins": "22:00", "ends": "02:00", "overnight": "on"}
    answer = _new(cast, {}, night, {"name": "", "day": "", "begins": "", "ends": ""})
    activity = Activity.objects.get()
    assert answer["Location"] == f"/desk/projects/activities/{activity.pk}/"
    assert [(s.name, s.starts_at, s.ends_at - s.starts_at) for s in activity.shifts.all()] == [
        ("引导岗", MORNING, activity.shifts.all()[0].ends_at - MORNING),
        ("夜班", MORNING.replace(hour=14), MORNING.replace(hour=18) - MORNING.replace(hour=14)),
    ]
    assert (activity.state, activity.region, activity.created_by) == (
        ActivityState.DRAFT,
        cast.team.region,
        cast.leader,
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"ends": "08:00"}, "结束时间必须晚于开始时间"),
        ({"ends": "09:00"}, "结束时间必须晚于开始时间"),
        ({"ends": "10:00", "overnight": "on"}, "一个班次最长 24 小时"),
        ({"capacity": "-5"}, "名额应为 1 到 10,000 之间的整数"),
        ({"capacity": "0"}, "名额应为 1 到 10,000 之间的整数"),
        ({"capacity": "十"}, "名额应为 1 到 10,000 之间的整数"),
        ({"capacity": ""}, "请填写名额。"),
        ({"day": "2031-01-01"}, "班次要在项目日期"),
        ({"day": "5 March"}, "日期写法不对"),
        ({"begins": "25:00"}, "时间写法不对"),
        ({"begins": ""}, "请填写开始。"),
        ({"name": ""}, "请填写岗位。"),
        ({"name": "岗" * 41}, "岗位最多 40 个字"),
        ({"name": "岗🙂"}, "岗位不能使用表情符号"),
        ({"shift_id": "abc"}, "班次与活动不符"),
    ],
)
def test_each_wrong_shift_answers_with_its_sentence(
    cast: Cast, row: dict[str, Any], sentence: str
) -> None:
    answer = _new(cast, {"name": "第一个岗"}, row)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert (Activity.objects.count(), Shift.objects.count()) == (0, 0)


def test_full_width_times_and_numbers_are_understood(cast: Cast) -> None:
    _new(cast, {"begins": "０９：００", "ends": "１１：００", "capacity": "１２"})
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.capacity) == (MORNING, 12)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "请填写活动名称。"),
        ({"address": ""}, "请填写地点。"),
        ({"address": "址" * 121}, "地点最多 120 个字"),
        ({"region": ""}, "请选择所在区划。"),
        ({"region": "404"}, "这个区划不在本市或已经停用"),
        ({"leader": ""}, "请选择活动负责人。"),
        ({"leader": "404"}, "请从列表中选择。"),
        ({"lat": "91", "lng": "0"}, "纬度应是 -90 到 90 之间的数"),
        ({"lat": "北", "lng": "0"}, "纬度应是 -90 到 90 之间的数"),
        ({"lat": "37.8"}, "经度和纬度要么都填"),
        ({"station": "404"}, "请从列表中选择。"),
        ({"shifts-TOTAL_FORMS": "x"}, "班次"),
        ({"shifts-TOTAL_FORMS": "0"}, "请至少安排一个班次。"),
        ({"shifts-TOTAL_FORMS": "100000"}, "60"),
    ],
)
def test_each_wrong_field_answers_with_its_sentence(
    cast: Cast, changes: dict[str, Any], sentence: str
) -> None:
    answer = _new(cast, {}, **changes)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert Activity.objects.count() == 0


def test_a_leader_of_another_organization_cannot_be_chosen(cast: Cast) -> None:
    assert _new(cast, {}, leader=cast.stranger.pk).status_code == 422
    assert Activity.objects.count() == 0


def test_a_station_gives_the_place(cast: Cast) -> None:
    station = make_station(
        "迎泽公园站", organization=cast.team, region=make_region("桥头社区"),
        address="迎泽大街 1 号", lat=37.86, lng=112.55,
    )  # fmt: skip
    _new(cast, {}, station=station.pk, region="", address="")
    activity = Activity.objects.get()
    assert (activity.region, activity.address, activity.lat, activity.lng) == (
        station.region,
        "迎泽公园站（迎泽大街 1 号）",
        37.86,
        112.55,
    )


def test_one_more_row_comes_without_losing_what_was_typed(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    data = _form(cast, {"name": "东门岗"}, add_shift="1")
    del data["save"]
    answer = as_(cast.leader).post(reverse("projects:desk_activity_new", args=[project.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (page.count("data-row"), 'value="东门岗"' in page) == (2, True)
    assert "必须晚于" not in page
    assert Activity.objects.count() == 0


def _opened(cast: Cast) -> tuple[Activity, Shift]:
    activity = make_activity(project=make_project(organization=cast.team), leader=cast.leader)
    return activity, make_shift(activity=activity, name="引导岗", capacity=10, taken=6)


def _edit(cast: Cast, activity: Activity, *rows: dict[str, Any], initial: int = 1) -> Any:
    url = reverse("projects:desk_activity_edit", args=[activity.pk])
    return as_(cast.leader).post(url, _form(cast, *rows, initial=initial))


def test_places_below_those_taken_are_refused_at_their_row(cast: Cast) -> None:
    activity, shift = _opened(cast)
    answer = _edit(cast, activity, {"shift_id": shift.pk, "capacity": "5"})
    assert answer.status_code == 422
    assert "第 1 个班次：已有 6 人报名，名额不能少于 6 个。" in words(answer)
    shift.refresh_from_db()
    assert shift.capacity == 10


def test_untouched_rows_stay_as_they_are(cast: Cast) -> None:
    activity, shift = _opened(cast)
    row = {"shift_id": shift.pk}
    assert _edit(cast, activity, row, {"name": "新岗", "capacity": "3"}).status_code == 302
    assert [(s.pk == shift.pk, s.name, s.taken) for s in activity.shifts.order_by("pk")] == [
        (True, "引导岗", 6),
        (False, "新岗", 0),
    ]
    assert Entry.objects.filter(verb="projects.move_activity").count() == 0


def test_a_taken_shift_cannot_be_removed(cast: Cast) -> None:
    activity, shift = _opened(cast)
    answer = _edit(cast, activity, {"shift_id": shift.pk, "DELETE": "on"}, {"name": "新岗"})
    assert answer.status_code == 422
    assert "已有人报名，不能删除" in words(answer)
    assert [s.pk for s in activity.shifts.all()] == [shift.pk]


def test_a_moved_shift_is_journaled_for_those_who_signed_up(cast: Cast) -> None:
    activity, shift = _opened(cast)
    row = {"shift_id": shift.pk, "begins": "10:00", "ends": "12:00"}
    assert _edit(cast, activity, row).status_code == 302
    assert Entry.objects.get(verb="projects.move_activity").data["shifts"] == [shift.pk]


def test_a_shift_of_another_activity_is_not_changed(cast: Cast) -> None:
    activity, shift = _opened(cast)
    foreign = make_shift(name="别人的岗")
    rows = ({"shift_id": shift.pk}, {"shift_id": foreign.pk, "name": "抢来的岗"})
    answer = _edit(cast, activity, *rows, initial=2)
    assert answer.status_code == 422
    foreign.refresh_from_db()
    assert foreign.name == "别人的岗"


def test_opening_copying_cancelling(cast: Cast) -> None:
    activity = make_activity(
        project=make_project(organization=cast.team), state=ActivityState.DRAFT, leader=cast.leader
    )
    make_shift(activity=activity)
    client = as_(cast.leader)
    assert (
        client.post(reverse("projects:desk_activity_open", args=[activity.pk])).status_code == 302
    )
    answer = client.post(reverse("projects:desk_activity_copy", args=[activity.pk]))
    copy = Activity.objects.exclude(pk=activity.pk).get()
    assert answer["Location"] == f"/desk/projects/activities/{copy.pk}/"
    url = reverse("projects:desk_activity_cancel", args=[activity.pk])
    wrong = client.post(url, {"reason": ""})
    assert (wrong.status_code, "请填写原因。" in words(wrong)) == (422, True)
    client.post(url, {"reason": "暴雨预警"})
    activity.refresh_from_db()
    assert (activity.state, activity.state_reason) == (ActivityState.CANCELLED, "暴雨预警")
    assert "暴雨预警" in words(client.get(reverse("projects:desk_activity", args=[activity.pk])))


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("desk_activity", "get"),
        ("desk_activity_edit", "get"),
        ("desk_activity_edit", "post"),
        ("desk_activity_open", "post"),
        ("desk_activity_copy", "post"),
        ("desk_activity_cancel", "post"),
    ],
)
def test_a_foreign_activity_looks_like_none_and_the_try_is_journaled(
    cast: Cast, name: str, method: str
) -> None:
    activity, _ = _opened(cast)
    url = reverse(f"projects:{name}", args=[activity.pk])
    assert getattr(as_(cast.stranger), method)(url).status_code == 404
    assert Entry.objects.get(verb="access.denied").subject_id == activity.pk
    activity.refresh_from_db()
    assert (activity.state, Activity.objects.count()) == (ActivityState.OPEN, 1)


def test_the_reviewer_reads_but_is_not_shown_what_the_office_may_not_do(cast: Cast) -> None:
    activity, _ = _opened(cast)
    url = reverse("projects:desk_activity", args=[activity.pk])
    assert "您可以查看，不能修改这场活动。" in words(as_(cast.office).get(url))
    assert (
        as_(cast.office)
        .post(reverse("projects:desk_activity_open", args=[activity.pk]))
        .status_code
        == 403
    )


def test_thirty_shifts_cost_as_many_queries_as_one(cast: Cast) -> None:
    activity, _ = _opened(cast)
    client, url = as_(cast.leader), reverse("projects:desk_activity", args=[activity.pk])
    cost = queries_at_first(client, url)
    assert cost <= 10
    for _ in range(29):
        make_shift(activity=activity)
    assert queries_at_first(client, url) == cost
