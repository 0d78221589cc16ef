"""The receipt that the desk hands over when it signs somebody up who has no phone."""

from __future__ import annotations

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.service.projects.models import Shift
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.tests.test_desk_pages import signed_in, words
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_volunteer
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Organization:
    return make_organization("汾河志愿服务队")


@pytest.fixture
def leader(team: Organization) -> Client:
    return signed_in(team, Role.TEAM_LEADER)


@pytest.fixture
def shift(team: Organization) -> Shift:
    activity = make_activity("清河行动", project=make_project(organization=team))
    return make_shift(activity=activity, capacity=1)


def sign_up(leader: Client, shift: Shift, name: str) -> Signup:
    elder = make_volunteer(name, user=False)
    answer = {"number": elder.number, "risks_told": "on"}
    assert leader.post(f"/desk/shifts/{shift.pk}/add/", answer).status_code == 302
    return Signup.objects.get(volunteer=elder)


def test_an_elder_without_a_phone_takes_a_receipt_home(leader: Client, shift: Shift) -> None:
    signup = sign_up(leader, shift, "赵桂兰")
    page = leader.get(f"/desk/signups/{signup.pk}/receipt/")
    said = words(page)
    assert page.headers["Cache-Control"].startswith("max-age=0")
    for part in ("赵桂兰", signup.volunteer.number, "清河行动", "汾河志愿服务队", "已报名"):
        assert part in said
    assert "代为报名李强（已当面告知风险，本人同意）" in said
    assert f"/desk/signups/{signup.pk}/receipt/" in (
        leader.get(f"/desk/activities/{shift.activity_id}/roster/").content.decode()
    )


def test_who_waits_reads_the_place_in_line(leader: Client, shift: Shift) -> None:
    sign_up(leader, shift, "赵桂兰")
    sign_up(leader, shift, "钱建国")
    third = sign_up(leader, shift, "孙玉梅")
    assert third.state == SignupState.WAITING
    assert "候补第 2 位" in words(leader.get(f"/desk/signups/{third.pk}/receipt/"))


def test_who_signed_up_alone_gets_no_word_of_a_helper(leader: Client, shift: Shift) -> None:
    signup = make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    said = words(leader.get(f"/desk/signups/{signup.pk}/receipt/"))
    assert "代为报名" not in said
    roster = leader.get(f"/desk/activities/{shift.activity_id}/roster/").content.decode()
    assert "receipt" not in roster


def test_another_team_sees_no_receipt(shift: Shift) -> None:
    signup = make_signup(shift=shift, volunteer=make_volunteer("王芳"))
    stranger = signed_in(make_organization("别的队"))
    assert stranger.get(f"/desk/signups/{signup.pk}/receipt/").status_code == 404
