"""The privacy center as a person sees it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people import actions as people
from voluncity.city.people.models import Volunteer
from voluncity.city.privacy import actions, queries
from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.rules import INVENTORY
from voluncity.city.privacy.states import ClosingState
from voluncity.city.privacy.tests.conftest import ask_to_close, code_for
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, user_of
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
PAGES = ("", "looks/", "take/", "take/file/", "close/")
GOOD = "a-long-enough-word-7"


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_log_in(page: str) -> None:
    answer = Client().get(f"/me/privacy/{page}")
    assert answer.headers["Location"] == f"/login/?next=/me/privacy/{page}"


def test_the_center_says_what_is_kept_and_leads_everywhere(wang: Volunteer) -> None:
    words = as_(user_of(wang)).get("/me/privacy/").content.decode()
    assert all(kept.what in words for kept in INVENTORY)
    for page in ("looks/", "take/", "close/"):
        assert f'href="/me/privacy/{page}"' in words
    assert 'href="/me/consents/"' in words


def test_who_is_no_volunteer_sees_what_is_there_for_them() -> None:
    browser = as_(make_user("新朋友"))
    assert browser.get("/me/privacy/").status_code == 200
    for page in ("looks/", "take/", "take/file/"):
        words = browser.get(f"/me/privacy/{page}", follow=True).content.decode()
        assert "您还没有登记为志愿者" in words
    assert browser.get("/me/privacy/close/").status_code == 200


def test_my_page_leads_to_the_center(wang: Volunteer) -> None:
    assert 'href="/me/privacy/"' in as_(user_of(wang)).get("/me/").content.decode()


def test_an_account_is_closed_with_a_code_and_kept_with_a_press(wang: Volunteer) -> None:
    browser = as_(user_of(wang))
    code = code_for(user_of(wang), at=now())
    page = browser.post("/me/privacy/close/", {"code": code, "understood": "on"}, follow=True)
    assert "已收到注销申请" in page.content.decode()
    assert Closing.objects.get().state == ClosingState.ASKED
    assert "不注销了" in browser.get("/me/privacy/").content.decode()
    page = browser.post("/me/privacy/close/stay/", follow=True)
    assert "已撤回注销申请" in page.content.decode()
    assert Closing.objects.get().state == ClosingState.WITHDRAWN
    assert browser.post("/me/privacy/close/stay/").status_code == 409


def test_the_password_is_enough_where_there_is_one(wang: Volunteer) -> None:
    user = user_of(wang)
    people.set_password(user=user, password=GOOD, at=now(), by=user)
    browser = as_(user)
    bad = browser.post("/me/privacy/close/", {"password": "wrong", "understood": "on"})
    assert bad.status_code == 422
    assert "密码不对" in bad.content.decode()
    answer = browser.post("/me/privacy/close/", {"password": GOOD, "understood": "on"})
    assert answer.status_code == 302


def test_five_wrong_passwords_are_enough(wang: Volunteer) -> None:
    user = user_of(wang)
    people.set_password(user=user, password=GOOD, at=now(), by=user)
    browser = as_(user)
    for _ in range(5):
        browser.post("/me/privacy/close/", {"password": "wrong", "understood": "on"})
    page = browser.post("/me/privacy/close/", {"password": GOOD, "understood": "on"})
    assert "15 分钟" in page.content.decode()
    assert not Closing.objects.exists()


def test_nothing_is_asked_for_without_having_read(wang: Volunteer) -> None:
    code = code_for(user_of(wang), at=now())
    page = as_(user_of(wang)).post("/me/privacy/close/", {"code": code})
    assert (page.status_code, Closing.objects.count()) == (422, 0)
    assert "请先看清注销后的结果" in page.content.decode()


def test_what_stands_in_the_way_is_said_instead_of_the_form(wang: Volunteer) -> None:
    give(user_of(wang), Role.TEAM_LEADER, make_organization("护河队"))
    words = as_(user_of(wang)).get("/me/privacy/close/").content.decode()
    assert "您还担任“护河队”的领队" in words
    assert "提交注销申请" not in words


def test_a_code_is_sent_with_and_without_javascript(wang: Volunteer) -> None:
    browser = as_(user_of(wang))
    page = browser.post("/me/privacy/close/", {"do": "code"})
    assert "验证码已发到" in page.content.decode()
    assert browser.post("/me/privacy/code/").status_code == 429  # within a minute


def test_who_can_prove_nothing_is_sent_to_a_station() -> None:
    browser = as_(make_user("新朋友"))
    words = browser.get("/me/privacy/close/").content.decode()
    assert "请带证件到就近的志愿服务站办理" in words
    assert browser.post("/me/privacy/close/", {"understood": "on"}).status_code == 422
    assert browser.post("/me/privacy/code/").status_code == 409


def test_somebody_else_s_wish_is_out_of_reach(wang: Volunteer) -> None:
    ask_to_close(wang)
    assert as_(make_user("路人")).post("/me/privacy/close/stay/").status_code == 409
    assert queries.open_closing(queries.subject(user_of(wang), ward_id=None)) is not None
    assert actions.close_due(at=now().replace(year=2000)) == 0
