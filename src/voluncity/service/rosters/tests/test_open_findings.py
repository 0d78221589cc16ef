"""Rest between two weeks, people whom no message reaches, reasons that are nobody's business."""

from __future__ import annotations

from datetime import date, time, timedelta

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message, TextMessage
from voluncity.kernel.clock import day_bounds
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ProjectState
from voluncity.service.rosters import papers
from voluncity.service.rosters.actions import covers, generating, publishing, runs
from voluncity.service.rosters.models import Assignment, Need, Plan, Run
from voluncity.service.rosters.rules.recurrence import EVERY_DAY, monday_of
from voluncity.service.rosters.states import Days
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_guardian, make_user, make_volunteer
from voluncity.testing.make_rosters import MONDAY, make_plan, make_post, make_slot, make_wish
from voluncity.testing.make_rosters import make_turn as turn_on
from voluncity.testing.make_signups import make_signup
from voluncity.testing.make_stations import make_station

pytestmark = pytest.mark.django_db

AT = day_bounds(MONDAY)[0]
SUNDAY, NEXT = MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)


def drafted(plan: Plan, *, weeks: int = 1) -> Run:
    run = runs.start_run(plan_id=plan.pk, weeks=weeks, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=lambda: AT)
    run.refresh_from_db()
    return run


def test_nobody_stands_on_sunday_night_and_on_monday_morning() -> None:
    """Saboteur: a week that is planned without the one before puts the same person there."""
    plan = make_plan(max_per_week=7)
    post = make_post(plan, places=1)
    night = make_slot(plan, "夜班", time(22, 0), minutes=60, rule=EVERY_DAY, days=Days.ALL)
    dawn = make_slot(plan, "早班", time(6, 0), minutes=60, rule=EVERY_DAY, days=Days.ALL)
    turn_on(post, night, SUNDAY)
    turn_on(post, dawn, NEXT)
    times = [(slot, day) for slot in (night, dawn) for day in range(7)]
    make_wish(plan, times=times, max_per_week=7)
    run = drafted(plan, weeks=2)
    assert run.assignments.count() == 1
    make_wish(plan, times=times, max_per_week=7)
    runs.solve_again(run_id=run.pk, by=plan.leader, at=AT)
    runs.work_at_run(run_id=run.pk, clock=lambda: AT)
    people = Assignment.objects.filter(run_id=run.pk).values_list("volunteer", flat=True)
    assert (len(people), len(set(people))) == (2, 2)


def published(plan: Plan) -> Run:
    run = drafted(plan)
    publishing.publish_run(run_id=run.pk, by=plan.leader, at=AT)
    publishing.work_at_publishing(run_id=run.pk, clock=lambda: AT)
    return run


def test_who_has_no_account_is_written_to_or_named_to_the_leader() -> None:
    plan = make_plan()
    turn_on(make_post(plan, places=3), make_slot(plan), MONDAY)
    silent = make_volunteer("王秀兰", user=False)
    child = make_volunteer("小明", user=False, born_on=date(2013, 5, 1))
    mother = make_user("李静")
    make_guardian(child, user=mother)
    for volunteer in (silent, child, make_volunteer("周杰")):
        make_wish(plan, volunteer)
    published(plan)
    told = set(Message.objects.filter(title__contains="排班出来了").values_list("title", flat=True))
    assert told == {"您的排班出来了，共 1 班", "孩子的排班出来了，共 1 班"}
    reached = TextMessage.objects.filter(key__startswith="rosters.publish").exists()
    untold = set(Assignment.objects.filter(is_told=False).values_list("volunteer", flat=True))
    assert untold == (set() if reached else {silent.pk})


def test_the_page_names_who_wants_a_call(client: Client) -> None:
    plan = make_plan()
    give(plan.leader, Role.TEAM_LEADER, plan.project.organization)
    turn_on(make_post(plan), make_slot(plan), MONDAY)
    make_wish(plan, make_volunteer("王秀兰", user=False))
    run = published(plan)
    Assignment.objects.update(is_told=False)
    client.force_login(plan.leader)
    page = client.get(reverse("rosters:desk_run", args=[run.pk])).content.decode()
    assert "请打电话通知（1 人）" in page
    assert "已通知每一位" not in page


def test_the_leader_hears_once_a_week_why_no_shifts_were_made() -> None:
    plan = make_plan()
    make_post(plan)
    make_slot(plan)
    Project.objects.filter(pk=plan.project_id).update(state=ProjectState.CANCELLED)
    for days in (0, 1, 7):
        generating.generate_due(at=AT + timedelta(days=days))
    messages = Message.objects.filter(user=plan.leader, title="班次没有自动生成")
    assert messages.count() == 2
    assert "项目发布后才能生成班次" in messages[0].body


def test_why_somebody_cannot_come_is_read_by_the_leader_alone(client: Client) -> None:
    day = monday_of(localdate()) + timedelta(weeks=1)
    plan = make_plan()
    give(plan.leader, Role.TEAM_LEADER, plan.project.organization)
    turn = turn_on(make_post(plan), make_slot(plan), day)
    signup = make_signup(shift=turn.shift, at=now() - timedelta(days=1))
    assert signup.volunteer.user is not None
    offer = covers.offer_turn(
        signup_id=signup.pk, reason="住院手术", by=signup.volunteer.user, at=now()
    )
    other = make_wish(plan).volunteer
    assert other.user is not None
    client.force_login(other.user)
    for url in (reverse("rosters:mine"), reverse("rosters:take", args=[offer.pk])):
        answer = client.get(url)
        assert (answer.status_code, "住院手术" in answer.content.decode()) == (200, False)
    client.force_login(plan.leader)
    board = client.get(reverse("rosters:desk_board", args=[plan.pk]) + f"?day={day}")
    assert "住院手术" in board.content.decode()


def test_two_hundred_posts_at_twelve_times_can_be_saved_page_by_page(client: Client) -> None:
    plan = make_plan()
    give(plan.leader, Role.TEAM_LEADER, plan.project.organization)
    posts = [make_post(plan) for _ in range(200)]
    slots = [make_slot(plan, f"时段{number}") for number in range(12)]
    client.force_login(plan.leader)
    url = reverse("rosters:desk_posts", args=[plan.pk]) + "?page=7"
    page = client.get(url).content.decode()
    names = [part.split('"')[0] for part in page.split('name="need-')[1:]]
    assert len(names) == (200 - 180) * 12
    assert f"{posts[199].pk}-{slots[11].pk}" in names
    form = {f"need-{name}": "3" for name in names} | {"needs": "1"}
    answer = client.post(url, form)
    assert (answer.status_code, answer["Location"].endswith("?page=7")) == (302, True)
    assert Need.objects.filter(places=3).count() == len(names)


def test_a_post_with_more_turns_than_a_page_is_printed_whole() -> None:
    plan = make_plan()
    post = make_post(plan)
    for number in range(9):
        slot = make_slot(plan, f"时段{number}", time(6 + number, 0))
        for day in range(7):
            turn_on(post, slot, MONDAY + timedelta(days=day))
    paper = papers.roster_paper(plan, MONDAY, kind="posts", at=AT)
    assert len(pypdfium2.PdfDocument(paper)) > 1


# -- Stations and the map --------------------------------------------------------------------------


def test_a_station_shows_who_is_on_duty_and_where_somebody_is_missing(client: Client) -> None:
    plan = make_plan()
    station = make_station("桥东街服务站", organization=plan.project.organization)
    url = reverse("rosters:of_station", args=[station.pk])
    assert "还没有值班安排" in client.get(url).content.decode()
    Plan.objects.filter(pk=plan.pk).update(station=station)
    turn = turn_on(make_post(plan, "大厅", places=3), make_slot(plan), localdate() + timedelta(1))
    make_signup(shift=turn.shift, volunteer=make_volunteer("王秀兰"))
    young = make_volunteer("小明", born_on=localdate() - timedelta(days=15 * 365))
    make_signup(shift=turn.shift, volunteer=young)
    page = client.get(url).content.decode()
    assert all(word in page for word in ("大厅", "王*兰", "未成年志愿者", "缺 1 人"))
    assert not any(name in page for name in ("王秀兰", "小明", "小*"))
    assert client.get(reverse("rosters:of_station", args=[0])).status_code == 404
    assert url in client.get(reverse("stations:detail", args=[station.pk])).content.decode()


def test_a_plan_belongs_to_a_station_of_its_own_organization_only(client: Client) -> None:
    plan = make_plan()
    give(plan.leader, Role.TEAM_LEADER, plan.project.organization)
    own = make_station("本队服务站", organization=plan.project.organization)
    foreign = make_station("别处服务站")
    client.force_login(plan.leader)
    url = reverse("rosters:desk_edit", args=[plan.pk])
    page = client.get(url).content.decode()
    assert ("本队服务站" in page, "别处服务站" in page) == (True, False)
    form = {"save": "1", "name": "值班", "leader": plan.leader_id, "region": [plan.region_id],
            "weeks": "2", "max_per_day": "1", "max_per_week": "3", "rest_minutes": "480",
            "max_km": "5"}  # fmt: skip
    assert client.post(url, form | {"station": foreign.pk}).status_code == 422
    answer = client.post(url, form | {"station": own.pk})
    plan.refresh_from_db()
    assert (answer.status_code, plan.station) in ((302, own), (422, None))


def test_a_post_is_placed_on_the_map_or_by_numbers(client: Client) -> None:
    plan = make_plan()
    give(plan.leader, Role.TEAM_LEADER, plan.project.organization)
    post = make_post(plan, "一号路口", lat=37.87, lng=112.55)
    make_post(plan, "没有坐标的路口")
    client.force_login(plan.leader)
    url = reverse("rosters:desk_post", args=[post.pk])
    page = client.get(url).content.decode()
    assert page.count('class="postmap__dot') == 1
    assert 'tabindex="0"' in page
    form = {"name": "一号路口", "places": "1", "lat": "３７．８８", "lng": "112.56"}
    for wrong in ({"lat": "北"}, {"lat": "91"}, {"lng": ""}):
        assert client.post(url, form | wrong).status_code == 422
    assert client.post(url, form | {"lat": "37.88"}).status_code == 302
    post.refresh_from_db()
    assert (post.lat, post.lng) == (37.88, 112.56)
