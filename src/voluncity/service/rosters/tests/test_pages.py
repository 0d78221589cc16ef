"""The pages: desk and volunteer, without JavaScript, with bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import day_bounds
from voluncity.service.rosters.actions import runs
from voluncity.service.rosters.models import Feed, Offer, Plan, Post, Run, Slot, Special, Turn, Wish
from voluncity.service.rosters.rules.recurrence import monday_of
from voluncity.service.rosters.states import Days, PlanState, RunState
from voluncity.service.signups.models import Signup
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_projects import make_project
from voluncity.testing.make_rosters import (
    make_plan,
    make_post,
    make_slot,
    make_wish,
)
from voluncity.testing.make_rosters import make_turn as make_turn_on
from voluncity.testing.make_signups import make_signup
from voluncity.testing.pages import markup

pytestmark = pytest.mark.django_db

# The board shows the coming weeks, so these turns lie in the next one of the real clock.
MONDAY = monday_of(localdate()) + timedelta(weeks=1)
AT = day_bounds(MONDAY)[0]


@pytest.fixture
def leader() -> User:
    return make_user("李强")


@pytest.fixture
def plan(leader: User) -> Plan:
    organization = make_organization()
    give(leader, Role.TEAM_LEADER, organization)
    return make_plan(project=make_project(organization=organization), leader=leader)


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def make_turn(post: Post, slot: Slot) -> Turn:
    return make_turn_on(post, slot, MONDAY)


def test_the_list_asks_as_often_for_one_plan_as_for_thirty(
    desk: Client, plan: Plan, leader: User
) -> None:
    one = queries_for(desk, reverse("rosters:desk_list"))
    for number in range(29):
        make_plan(f"方案{number}", project=plan.project, leader=leader)
    assert queries_for(desk, reverse("rosters:desk_list")) == one
    assert plan.name in markup(desk.get(reverse("rosters:desk_list")))


def test_the_board_asks_as_often_for_one_post_as_for_thirty(desk: Client, plan: Plan) -> None:
    slot = make_slot(plan)
    make_signup(shift=make_turn(make_post(plan), slot).shift)
    url = reverse("rosters:desk_board", args=[plan.pk]) + f"?day={MONDAY}"
    one = queries_for(desk, url)
    for _ in range(29):
        make_signup(shift=make_turn(make_post(plan), slot).shift)
    assert queries_for(desk, url) == one


def test_a_plan_is_written_and_used(desk: Client, plan: Plan, leader: User) -> None:
    form = {
        "save": "1", "project": plan.project_id, "name": "窗口值班", "leader": leader.pk,
        "region": [one.pk for one in regions.trail(plan.region)], "weeks": "２", "max_per_day": 1,
        "max_per_week": 3, "rest_minutes": 480, "max_km": 5,
    }  # fmt: skip
    page = desk.get(reverse("rosters:desk_new"), {"project": plan.project_id})
    assert "不让人太累" in markup(page)
    answer = desk.post(reverse("rosters:desk_new"), form)
    if answer.status_code == 302:
        made = Plan.objects.get(name="窗口值班")
        desk.post(reverse("rosters:desk_step", args=[made.pk, "start"]))
        made.refresh_from_db()
        assert (made.state, made.weeks) == (PlanState.ACTIVE, 2)
    else:
        pytest.fail(markup(answer)[:4000])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "请填写名称。"),
        ("name", "早高峰😀", "不能使用表情符号"),
        ("begins", "七点", "时间写法不对"),
        ("since", "明天", "日期写法不对"),
        ("repeats", "never", "请从列表中选择"),
    ],
)
def test_a_wrong_time_is_answered_at_the_field(
    desk: Client, plan: Plan, field: str, value: str, said: str
) -> None:
    form = {
        "name": "早高峰", "begins": "７：３０", "ends": "08:30", "repeats": "workdays",
        "since": "2030-03-01", "every": "1", field: value,
    }  # fmt: skip
    answer = desk.post(reverse("rosters:desk_slot_new", args=[plan.pk]), form)
    assert answer.status_code == 422
    assert said in markup(answer)
    assert Slot.objects.count() == 0


def test_times_are_written_in_three_ways(desk: Client, plan: Plan) -> None:
    form = {"begins": "07:30", "ends": "08:30", "since": "2030-03-01"}
    url = reverse("rosters:desk_slot_new", args=[plan.pk])
    desk.post(url, form | {"name": "早高峰", "repeats": "workdays"})
    desk.post(
        url, form | {"name": "周末", "repeats": "weekdays", "weekdays": ["5", "6"], "every": "2"}
    )
    desk.post(url, form | {"name": "月末", "repeats": "rule", "rule": "freq=monthly;byday=-1sa"})
    kept = {slot.name: (slot.rule, slot.days) for slot in Slot.objects.all()}
    assert kept == {
        "早高峰": ("FREQ=DAILY", Days.WORKDAYS),
        "周末": ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", Days.ALL),
        "月末": ("FREQ=MONTHLY;BYDAY=-1SA", Days.ALL),
    }
    slot = Slot.objects.get(name="早高峰")
    page = reverse("rosters:desk_slot", args=[slot.pk])
    desk.post(page, {"special": "add", "day": "2030-03-05", "is_on": "off"})
    assert Special.objects.get().is_on is False
    assert "2030-03-05" in markup(desk.get(page))
    desk.post(page, {"special": "forget", "day": "2030-03-05"})
    assert not Special.objects.exists()


CSV = "路口名称,地址,纬度,经度,人数\n建设路与京开道,东南角,35.76,115.03,2\n中原路与昆吾路,,,,3人\n"


def test_posts_come_from_a_list_as_offices_have_it(desk: Client, plan: Plan) -> None:
    url = reverse("rosters:desk_import", args=[plan.pk])
    for encoding in ("utf-8-sig", "gb18030"):
        desk.post(url, {"file": SimpleUploadedFile("a.csv", CSV.encode(encoding))})
    found = list(plan.posts.order_by("pk").values_list("name", "lat", "places"))
    assert found == [("建设路与京开道", 35.76, 2), ("中原路与昆吾路", None, 3)]
    page = markup(desk.get(reverse("rosters:desk_posts", args=[plan.pk])))
    assert "建设路与京开道" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("姓名,电话\n张三,1\n".encode(), "没有找到“岗位名称”"),
        ("岗位,纬度,经度\n甲路口,北,1\n".encode(), "第 2 行：纬度“北”不是数字"),
        ("岗位,人数\n甲路口,很多\n".encode(), "第 2 行：人数"),
        ("岗位\n甲😀\n".encode(), "表情符号"),
        ("岗位,纬度,经度\n甲路口,95,1\n".encode(), "纬度应在"),
        (b"\x89PNG....", "这是图片"),
        ("岗位\n".encode(), "没有岗位"),
    ],
)
def test_a_wrong_list_writes_nothing(desk: Client, plan: Plan, content: bytes, said: str) -> None:
    url = reverse("rosters:desk_import", args=[plan.pk])
    answer = desk.post(url, {"file": SimpleUploadedFile("a.csv", content)})
    assert (answer.status_code, said in markup(answer)) == (422, True)
    assert plan.posts.count() == 0


def test_how_many_are_needed_where_is_written_in_the_table(desk: Client, plan: Plan) -> None:
    post, slot = make_post(plan), make_slot(plan)
    url = reverse("rosters:desk_posts", args=[plan.pk])
    desk.post(url, {"needs": "1", f"need-{post.pk}-{slot.pk}": "0"})
    assert list(post.needs.values_list("places", flat=True)) == [0]
    answer = desk.post(url, {"needs": "1", f"need-{post.pk}-{slot.pk}": "-5"})
    assert answer.status_code >= 400
    desk.post(url, {"needs": "1", f"need-{post.pk}-{slot.pk}": ""})
    assert not post.needs.exists()


def drafted(plan: Plan) -> Run:
    run = runs.start_run(plan_id=plan.pk, weeks=1, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=lambda: AT)
    return run


def test_a_draft_is_changed_and_published_with_plain_forms(  # noqa: PLR0915 -- one story
    desk: Client, plan: Plan
) -> None:
    slot = make_slot(plan)
    first = make_turn(make_post(plan, "甲路口"), slot)
    second = make_turn(make_post(plan, "乙路口"), slot)
    volunteer = make_wish(plan, make_volunteer("周杰")).volunteer
    run = drafted(plan)
    one = run.assignments.get()
    other = second if one.turn_id == first.pk else first
    board = reverse("rosters:desk_board", args=[plan.pk]) + f"?day={MONDAY}"
    assert "周杰" in markup(desk.get(board))
    move = reverse("rosters:desk_move", args=[one.pk])
    assert other.post.name in markup(desk.get(move))
    assert desk.post(move, {"turn": other.pk}).status_code == 302
    assert desk.post(move, {"turn": "上面"}).status_code == 422
    one.refresh_from_db()
    assert (one.turn_id, one.is_locked) == (other.pk, True)
    desk.post(reverse("rosters:desk_assignment", args=[one.pk, "unlock"]))
    helper = make_volunteer("吴敏")
    assign = reverse("rosters:desk_assign", args=[run.pk]) + f"?day={MONDAY}"
    free = first if other == second else second
    assert desk.post(assign, {"turn": free.pk, "number": "000"}).status_code == 422
    unasked = desk.post(assign, {"turn": free.pk, "number": helper.number})
    assert (unasked.status_code, "请先告知风险" in markup(unasked)) == (422, True)
    asked = {"turn": free.pk, "number": helper.number, "risks_told": "on"}
    assert desk.post(assign, asked).status_code == 302
    assert "吴敏" in markup(desk.get(board))
    page = reverse("rosters:desk_run", args=[run.pk])
    assert "已证明" in markup(desk.get(page))
    desk.post(reverse("rosters:desk_run_step", args=[run.pk, "publish"]))
    run.refresh_from_db()
    assert run.state in (RunState.PUBLISHED, RunState.PUBLISHING)
    if run.state == RunState.PUBLISHED:
        placed = set(Signup.objects.values_list("volunteer", flat=True))
        assert placed == {volunteer.pk, helper.pk}


def test_the_leader_changes_one_date_on_a_page(desk: Client, plan: Plan) -> None:
    turn = make_turn(make_post(plan), make_slot(plan))
    signup = make_signup(shift=turn.shift)
    other = make_volunteer("郑爽")
    url = reverse("rosters:desk_substitute", args=[signup.pk])
    assert "只换这一次" in markup(desk.get(url))
    assert desk.post(url, {"number": other.number}).status_code == 422
    answer = desk.post(url, {"number": other.number, "risks_told": "on"})
    assert answer.status_code == 302
    assert Signup.objects.get(volunteer=other).state == "placed"


def test_the_roster_is_printed_by_post_and_by_person(desk: Client, plan: Plan) -> None:
    turn = make_turn(make_post(plan), make_slot(plan))
    from voluncity.service.rosters import papers

    make_signup(shift=turn.shift, volunteer=make_volunteer("周杰"))
    for kind in papers.KINDS:
        assert papers.roster_paper(plan, MONDAY, kind=kind, at=AT).startswith(b"%PDF-")
    assert desk.get(reverse("rosters:desk_paper", args=[plan.pk, "maps"])).status_code == 404


# -- The volunteer -----------------------------------------------------------------------------


@pytest.fixture
def me(client: Client) -> Any:
    volunteer = make_volunteer("孙丽")
    assert volunteer.user
    client.force_login(volunteer.user)
    return volunteer


def test_a_volunteer_takes_part_with_what_is_ticked_already(
    client: Client, plan: Plan, me: Any
) -> None:
    make_post(plan)
    slot = make_slot(plan)
    url = reverse("rosters:wish", args=[plan.pk])
    page = markup(client.get(url))
    assert page.count(" checked") == 5
    form = {"times": [f"{slot.pk}-0", f"{slot.pk}-2"], "max_per_week": "2"}
    assert "我已知悉" in markup(client.post(url, form))
    assert not Wish.objects.exists()
    answer = client.post(url, form | {"risks_read": "on", "aways": "２０３０-03-05，2030-03-06"})
    assert answer.status_code == 302
    wish = Wish.objects.get(volunteer=me)
    assert wish.free_slots.count() == wish.aways.count() == 2
    client.post(reverse("rosters:leave", args=[plan.pk]))
    wish.refresh_from_db()
    assert wish.left_at


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("times", []), ("times", ["x-y"]), ("times", ["99-1"]), ("max_per_week", "99"),
        ("max_per_week", "很多"), ("aways", "明天"), ("near", "abc"), ("liked", ["0"]),
    ],
)  # fmt: skip
def test_a_wrong_wish_is_answered_and_nothing_is_kept(
    client: Client, plan: Plan, me: Any, field: str, value: Any
) -> None:
    slot = make_slot(plan)
    form = {"times": [f"{slot.pk}-0"], "max_per_week": "2", "risks_read": "on", field: value}
    answer = client.post(reverse("rosters:wish", args=[plan.pk]), form)
    assert answer.status_code == 422
    assert not Wish.objects.exists()


def test_a_turn_is_offered_and_taken_on_pages(client: Client, plan: Plan, me: Any) -> None:
    turn = make_turn(make_post(plan), make_slot(plan))
    signup = make_signup(shift=turn.shift, volunteer=me, at=now() - timedelta(days=1))
    assert turn.post.name in markup(client.get(reverse("rosters:mine")))
    client.post(reverse("rosters:offer", args=[signup.pk]), {"reason": "出差"})
    other = make_wish(plan, make_volunteer("何伟")).volunteer
    assert other.user
    client.force_login(other.user)
    page = markup(client.get(reverse("rosters:mine")))
    assert "请您帮忙接替" in page
    take = reverse("rosters:take", args=[Offer.objects.get().pk])
    assert client.post(take, {}).status_code == 422
    assert client.post(take, {"risks_read": "on"}).status_code == 302
    assert Signup.objects.get(volunteer=other, shift=turn.shift).state == "placed"


def test_nobody_touches_the_turns_of_others(client: Client, plan: Plan, me: Any) -> None:
    turn = make_turn(make_post(plan), make_slot(plan))
    signup = make_signup(shift=turn.shift)
    assert client.get(reverse("rosters:offer", args=[signup.pk])).status_code == 404


def test_the_calendar_has_a_secret_address_that_can_be_ended(
    client: Client, plan: Plan, me: Any
) -> None:
    turn = make_turn(make_post(plan, "甲路口,乙\\丙;丁"), make_slot(plan))
    make_signup(shift=turn.shift, volunteer=me)
    client.post(reverse("rosters:feed_step", args=["make"]))
    page = markup(client.get(reverse("rosters:mine")))
    address = page.split('readonly value="')[1].split('"')[0]
    path = "/rosters/" + address.split("/rosters/")[1]
    body = Client().get(path)
    lines = markup(body).split("\r\n")
    assert body["Content-Type"].startswith("text/calendar")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = markup(body).replace("\r\n ", "")
    assert "SUMMARY:文明交通 · 甲路口\\,乙\\\\丙\\;丁（甲路口\\,乙\\\\丙\\;丁 早高峰）" in whole
    assert f"DTSTART:{MONDAY - timedelta(days=1):%Y%m%d}T233000Z" in whole
    client.post(reverse("rosters:feed_step", args=["revoke"]))
    assert Client().get(path).status_code == 404
    client.post(reverse("rosters:feed_step", args=["make"]))
    assert Client().get(path).status_code == 404
    assert Feed.objects.get().serial == 2
    assert Client().get("/rosters/feed/1:1.x.ics").status_code == 404
