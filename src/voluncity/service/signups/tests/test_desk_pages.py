"""The organizer's pages: roster, ticks, the screen, scanning cards, acting for somebody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import strip_tags
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.service.projects.models import Shift
from voluncity.service.signups import codes
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState
from voluncity.service.signups.tests.reading import Page
from voluncity.testing.counting import queries_at_first
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_projects import (
    TWO_HOURS,
    make_activity,
    make_project,
    make_shift,
)
from voluncity.testing.make_signups import make_attendance, make_signup

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NONCE = "nonce-of-the-page"


def words(response: Page) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


@pytest.fixture
def team() -> Organization:
    return make_organization("汾河志愿服务队")


def signed_in(organization: Organization, role: Role = Role.TEAM_LEADER) -> Client:
    user, client = make_user("李强"), Client()
    give(user, role, organization)
    client.force_login(user)
    return client


@pytest.fixture
def leader(team: Organization) -> Client:
    return signed_in(team)


@pytest.fixture
def shift(team: Organization) -> Shift:
    """A shift of the team that is on at the real time."""
    start = now() - timedelta(minutes=10)
    activity = make_activity(
        project=make_project(organization=team), starts_at=start, ends_at=start + TWO_HOURS
    )
    return make_shift(activity=activity, name="东门引导", capacity=5)


# -- The roster ------------------------------------------------------------------------------------


def test_the_roster_shows_who_comes_who_waits_and_masked_phones(
    leader: Client, shift: Shift
) -> None:
    make_signup(shift=shift, volunteer=make_volunteer("王芳", phone="13800138000"))
    there = make_signup(shift=shift, volunteer=make_volunteer("张三丰"))
    make_attendance(there, is_out=False)
    make_signup(shift=shift, volunteer=make_volunteer("赵敏"), state=SignupState.WAITING)
    make_signup(shift=shift, volunteer=make_volunteer("钱多多"), state=SignupState.CANCELLED)
    text = words(leader.get(f"/desk/activities/{shift.activity_id}/roster/"))
    for part in ("王芳", "138****8000", "张三丰", "已签到", "赵敏", "候补中", "共 5 个名额"):
        assert part in text
    for part in ("13800138000", "钱多多"):
        assert part not in text


def test_fifty_on_a_page_cost_the_queries_of_one(leader: Client, shift: Shift) -> None:
    url = f"/desk/activities/{shift.activity_id}/roster/"
    make_attendance(make_signup(shift=shift))
    few = queries_at_first(leader, url)
    for _ in range(29):
        make_signup(shift=shift, state=SignupState.WAITING)
    assert queries_at_first(leader, url) == few
    assert few <= 13


def test_the_poll_gets_the_board_alone(leader: Client, shift: Shift) -> None:
    make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    part = leader.get(f"/desk/activities/{shift.activity_id}/roster/", headers=HTMX)
    assert "王芳" in words(part)
    assert "<html" not in part.content.decode()
    assert "代为报名" not in words(part)


def test_each_shift_has_its_own_list_and_the_print_has_all(leader: Client, shift: Shift) -> None:
    later = make_shift(activity=shift.activity, name="西门引导", starts_at=shift.ends_at)
    make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    make_signup(shift=later, volunteer=make_volunteer("赵敏"))
    url = f"/desk/activities/{shift.activity_id}/roster/"

    def names(query: str) -> list[str]:
        text = words(leader.get(url + query))
        return [name for name in ("王芳", "赵敏") if name in text]

    assert names("") == ["王芳"]
    assert names(f"?shift={later.pk}") == ["赵敏"]
    assert names("?shift=nonsense") == ["王芳"]
    assert names("?print=1") == ["王芳", "赵敏"]


def test_an_activity_without_shifts_has_an_empty_roster(leader: Client, team: Organization) -> None:
    activity = make_activity(project=make_project(organization=team))
    text = words(leader.get(f"/desk/activities/{activity.pk}/roster/"))
    assert "这个活动还没有班次" in text


def test_a_roster_of_another_organization_is_not_found_and_the_try_is_journaled(
    shift: Shift,
) -> None:
    stranger = signed_in(make_organization())
    assert stranger.get(f"/desk/activities/{shift.activity_id}/roster/").status_code == 404
    assert Entry.objects.latest("pk").verb == "access.denied"


def test_who_only_looks_gets_no_buttons(team: Organization, shift: Shift) -> None:
    make_signup(shift=shift)
    supervisor, client = make_user("督查员"), Client()
    give(supervisor, Role.SUPERVISOR, team.region)
    client.force_login(supervisor)
    page = client.get(f"/desk/activities/{shift.activity_id}/roster/").content.decode()
    assert "代为报名" not in page
    assert "/tick/" not in page


@pytest.mark.parametrize("path", ["screen", "scan", "add"])
def test_doors_of_another_organization_are_not_found(shift: Shift, path: str) -> None:
    stranger = signed_in(make_organization())
    url = f"/desk/shifts/{shift.pk}/{path}/"
    assert (stranger.post(url) if path == "add" else stranger.get(url)).status_code == 404


def test_a_plain_volunteer_has_no_desk(shift: Shift) -> None:
    signup, client = make_signup(shift=shift), Client()
    assert signup.volunteer.user
    client.force_login(signup.volunteer.user)
    answers = [
        client.get(f"/desk/activities/{shift.activity_id}/roster/"),
        client.post(f"/desk/signups/{signup.pk}/tick/", {"direction": "in", "nonce": NONCE}),
        client.get(f"/desk/shifts/{shift.pk}/screen/"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Attendance.objects.count() == 0


# -- Ticks -----------------------------------------------------------------------------------------


def test_a_tick_draws_its_line_anew(leader: Client, shift: Shift) -> None:
    signup = make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    url = f"/desk/signups/{signup.pk}/tick/"
    line = leader.post(url, {"direction": "in", "nonce": NONCE}, headers=HTMX)
    assert (line.status_code, Attendance.objects.get().in_method) == (200, Method.LIST)
    assert "王芳" in words(line)
    assert "签退" in words(line)
    again = leader.post(url, {"direction": "in", "nonce": "another-nonce"}, headers=HTMX)
    assert again.status_code == 422
    assert "这位志愿者已经在" in words(again)


def test_a_tick_without_script_comes_back_to_the_list(leader: Client, shift: Shift) -> None:
    signup = make_signup(shift=shift)
    url = f"/desk/signups/{signup.pk}/tick/"
    done = leader.post(url, {"direction": "in", "nonce": NONCE})
    roster = f"/desk/activities/{shift.activity_id}/roster/?shift={shift.pk}"
    assert done["Location"] == roster
    refused = leader.post(url, {"direction": "in", "nonce": "another-nonce"}, follow=True)
    assert "不用再签" in words(refused)


@pytest.mark.parametrize("asked", [{}, {"direction": "up", "nonce": NONCE}, {"direction": "in"}])
def test_a_broken_tick_is_refused(leader: Client, shift: Shift, asked: dict[str, str]) -> None:
    signup = make_signup(shift=shift)
    response = leader.post(f"/desk/signups/{signup.pk}/tick/", asked, headers=HTMX)
    assert (response.status_code, Attendance.objects.count()) == (422, 0)


# -- For somebody ----------------------------------------------------------------------------------


def test_somebody_who_has_come_is_added_by_number(leader: Client, shift: Shift) -> None:
    volunteer = make_volunteer("王芳")
    url = f"/desk/shifts/{shift.pk}/add/"
    done = leader.post(url, {"number": volunteer.number, "risks_told": "on"}, follow=True)
    assert "已代为报名。" in words(done)
    assert Signup.objects.get().volunteer == volunteer


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "请输入志愿者证上的编号。"),
        ({"number": "9" * 31}, "编号太长"),
        ({"number": "000"}, "没有这个编号的志愿者"),
        ({"number": "{own}"}, "请先当面告知风险"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    leader: Client, shift: Shift, asked: dict[str, str], sentence: str
) -> None:
    number = make_volunteer().number
    filled = {key: value.replace("{own}", number) for key, value in asked.items()}
    response = leader.post(f"/desk/shifts/{shift.pk}/add/", filled)
    assert (response.status_code, Signup.objects.count()) == (422, 0)
    assert sentence in words(response)


def test_a_full_shift_puts_somebody_on_the_waiting_list(leader: Client, shift: Shift) -> None:
    Shift.objects.filter(pk=shift.pk).update(capacity=1, taken=1)
    Shift.objects.filter(pk=shift.pk).update(starts_at=now() + timedelta(hours=1))
    asked = {"number": make_volunteer().number, "risks_told": "on"}
    done = leader.post(f"/desk/shifts/{shift.pk}/add/", asked, follow=True)
    assert "名额已满，已加入候补。" in words(done)


def test_the_leader_takes_somebody_off_with_a_reason(leader: Client, shift: Shift) -> None:
    signup = make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    url = f"/desk/signups/{signup.pk}/cancel/"
    assert "会把原因告诉本人" in words(leader.get(url))
    assert leader.post(url).status_code == 422
    done = leader.post(url, {"why": "other", "reason": "本人来电"}, follow=True)
    signup.refresh_from_db()
    assert (signup.state, signup.cancel_reason) == (SignupState.CANCELLED, "本人来电")
    assert "已取消，会通知本人。" in words(done)


# -- The screen and the cards ----------------------------------------------------------------------


def test_the_screen_shows_a_code_its_digits_and_who_is_there(leader: Client, shift: Shift) -> None:
    make_attendance(make_signup(shift=shift), is_out=False)
    make_signup(shift=shift)
    page = leader.get(f"/desk/shifts/{shift.pk}/screen/")
    digits = {codes.venue_number(shift.pk, at=now() - timedelta(seconds=s)) for s in (0, 5)}
    shown = words(page)
    assert any(f"{number[:3]} {number[3:]}" in shown for number in digits)
    assert "已签到1 / 2" in shown
    assert page["Cache-Control"] == "no-store"
    part = leader.get(f"/desk/shifts/{shift.pk}/screen/", headers=HTMX).content.decode()
    assert "<html" not in part
    assert "<svg" in part


def test_the_screen_ends_when_everybody_has_left(leader: Client, shift: Shift) -> None:
    Shift.objects.update(starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(hours=1))
    assert "所有人都已签退" in words(leader.get(f"/desk/shifts/{shift.pk}/screen/"))


def test_the_leader_scans_one_card_after_another(leader: Client, shift: Shift) -> None:
    signup = make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    url = f"/desk/shifts/{shift.pk}/scan/"
    assert "扫志愿者码" in words(leader.get(url))
    card = people.card_code(signup.volunteer_id, at=now())
    asked = {"code": card, "direction": "in", "nonce": NONCE}
    panel = leader.post(url, asked, headers=HTMX)
    assert "王芳 签到成功" in words(panel)
    assert "已签到 1 / 1 人，在场 1 人。" in words(panel)
    assert NONCE not in panel.content.decode()
    assert Attendance.objects.get().in_method == Method.LEADER_SCAN
    again = leader.post(url, asked | {"nonce": "another-nonce"}, headers=HTMX)
    assert again.status_code == 422
    assert "这位志愿者已经在" in words(again)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"direction": "in", "nonce": NONCE}, "请扫志愿者码，或输入志愿者编号。"),
        ({"code": "x" * 301, "direction": "in", "nonce": NONCE}, "这不是志愿者码"),
        ({"code": "🙂", "direction": "in", "nonce": NONCE}, "这个码无效或不完整"),
        ({"code": "000000000000", "direction": "in", "nonce": NONCE}, "没有这个编号的志愿者"),
    ],
)
def test_what_is_no_card_is_refused(
    leader: Client, shift: Shift, asked: dict[str, str], sentence: str
) -> None:
    response = leader.post(f"/desk/shifts/{shift.pk}/scan/", asked)
    assert response.status_code == 422
    assert sentence in words(response)


def test_the_direction_follows_the_clock_unless_it_is_chosen(leader: Client, shift: Shift) -> None:
    def chosen(query: str = "") -> str:
        page = leader.get(f"/desk/shifts/{shift.pk}/scan/{query}").content.decode()
        found = re.search(r'name="direction" value="(\w+)"', page)
        assert found
        return found[1]

    assert [chosen(), chosen("?direction=out"), chosen("?direction=up")] == ["in", "out", "in"]
    start = now() - timedelta(hours=2)
    Shift.objects.update(starts_at=start, ends_at=start + timedelta(minutes=125))
    assert chosen() == "out"


def test_refused_tries_are_shown_to_the_leader(leader: Client, shift: Shift) -> None:
    stranger = make_volunteer("孙悟空")
    leader.post(
        f"/desk/shifts/{shift.pk}/scan/",
        {"code": stranger.number, "direction": "in", "nonce": NONCE},
    )
    text = words(leader.get(f"/desk/activities/{shift.activity_id}/roster/"))
    assert "没有签上的孙悟空这位志愿者没有报名" in text
