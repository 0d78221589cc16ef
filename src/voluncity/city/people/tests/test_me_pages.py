from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.inbox.actions import send
from voluncity.city.people import actions, queries
from voluncity.city.people.models import Volunteer
from voluncity.city.people.tests.conftest import code_in
from voluncity.city.regions.models import Region
from voluncity.testing.make_people import (
    NOON,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

PAGES = (
    "/me/",
    "/me/card/",
    "/me/identity/",
    "/me/consents/",
    "/me/profile/",
    "/me/phone/",
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_log_in(page: str) -> None:
    assert Client().get(page).headers["Location"] == f"/login/?next={page}"


@pytest.mark.parametrize("page", PAGES[1:])
def test_who_is_no_volunteer_is_asked_to_register(page: str) -> None:
    answer = as_(make_user()).get(page)
    assert answer.headers["Location"] == f"/join/?next={page}"


def test_the_own_page_shows_number_state_and_news() -> None:
    volunteer = make_volunteer()
    send(user_id=user_of(volunteer).pk, key="x", title="你好", body="你好", at=NOON)
    words = as_(user_of(volunteer)).get("/me/").content.decode()
    assert volunteer.number in words
    assert "已实名" in words
    assert re.search(r'<span class="count">1</span>', words)
    assert "进入工作台" not in words


def test_somebody_without_a_record_is_invited() -> None:
    words = as_(make_user("李强")).get("/me/").content.decode()
    assert "李强，您好" in words
    assert "登记为志愿者" in words


def test_the_card_holds_a_code_that_names_its_holder() -> None:
    volunteer = make_volunteer()
    browser = as_(user_of(volunteer))
    assert 'hx-trigger="every 30s"' in browser.get("/me/card/").content.decode()
    part = browser.get("/me/card/?part=code").content.decode()
    assert (part.count("<svg"), "<html" in part) == (1, False)
    at = now()
    assert queries.card_holder(queries.card_code(volunteer.pk, at=at), at=at) == volunteer.pk


def test_no_own_page_shows_a_whole_number(home: Region) -> None:
    id_number = make_id_number()
    volunteer = make_volunteer(id_number=id_number, phone="13912345678", region=home)
    browser = as_(user_of(volunteer))
    words = "".join(browser.get(page).content.decode() for page in PAGES)
    assert [plain for plain in (id_number, "13912345678") if plain in words] == []
    assert "139****5678" in words


# -- real name -------------------------------------------------------------------------------------


def rejected() -> Volunteer:
    volunteer = make_volunteer(verified=False)
    check = actions.submit_identity(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    actions.decide_identity(
        check_id=check.pk, is_match=False, reason="name", by=make_user(), at=NOON
    )
    return volunteer


def test_the_state_page_says_why_not_and_what_to_do() -> None:
    words = as_(user_of(rejected())).get("/me/identity/").content.decode()
    assert "原因：姓名与证件号码不一致。" in words
    assert "请对照证件，逐字核对姓名和号码，改正后重新提交。" in words


def test_corrected_papers_are_submitted() -> None:
    volunteer = rejected()
    browser = as_(user_of(volunteer))
    asked = {"name": "王方", "id_type": "resident", "id_number": make_id_number()}
    assert browser.post("/me/identity/", asked).headers["Location"] == "/me/identity/"
    assert Volunteer.objects.get().identity_state == "pending"
    words = browser.get("/me/identity/").content.decode()
    assert "正在核对" in words
    assert "提交核对" not in words


def test_the_waiting_page_asks_again_by_itself() -> None:
    volunteer = make_volunteer(verified=False)
    actions.submit_identity(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    browser = as_(user_of(volunteer))
    assert 'hx-trigger="every 5s"' in browser.get("/me/identity/").content.decode()
    part = browser.get("/me/identity/?part=state").content.decode()
    assert ("正在核对" in part, "<html" in part) == (True, False)


def test_wrong_papers_are_named() -> None:
    browser = as_(user_of(rejected()))
    page = browser.post("/me/identity/", {"name": "王方", "id_type": "resident", "id_number": "1"})
    assert (page.status_code, "现在是 1 位" in page.content.decode()) == (422, True)
    assert Volunteer.objects.get().name == "王芳"


def test_a_verified_person_changes_no_papers() -> None:
    browser = as_(user_of(make_volunteer()))
    asked = {"name": "王方", "id_type": "resident", "id_number": make_id_number()}
    page = browser.post("/me/identity/", asked)
    assert page.status_code == 422
    assert Volunteer.objects.get().name == "王芳"


# -- consents --------------------------------------------------------------------------------------


def test_a_switch_gives_and_takes_back() -> None:
    volunteer = make_volunteer()
    browser = as_(user_of(volunteer))
    browser.post("/me/consents/ranking/", {"on": "1"})
    assert queries.has_consent(volunteer, "ranking")
    assert browser.get("/me/consents/").content.decode().count(" checked") == 1
    browser.post("/me/consents/ranking/", {})
    assert not queries.has_consent(volunteer, "ranking")
    assert "撤回" in browser.get("/me/consents/").content.decode()


@pytest.mark.parametrize(
    ("purpose", "on", "status"),
    [("terms", "", 409), ("everything", "1", 422), ("everything", "", 302)],
)
def test_a_switch_that_is_none_changes_nothing(purpose: str, on: str, status: int) -> None:
    volunteer = make_volunteer()
    page = as_(user_of(volunteer)).post(f"/me/consents/{purpose}/", {"on": on})
    assert page.status_code == status
    assert list(queries.live_consents(volunteer)) == ["terms"]


# -- profile and phone -----------------------------------------------------------------------------


def test_the_profile_is_saved(home: Region) -> None:
    moved = make_region("桃园社区")
    volunteer = make_volunteer(region=home)
    browser = as_(user_of(volunteer))
    assert moved.parent
    assert moved.parent.parent
    asked = {
        "region": [moved.parent.parent.pk, moved.parent.pk, moved.pk],
        "free_times": ["0-morning"],
    }
    assert browser.post("/me/profile/", asked).status_code == 302
    volunteer.refresh_from_db()
    assert volunteer.region == moved
    words = browser.get("/me/profile/").content.decode()
    assert 'value="0-morning" checked' in words


def test_a_profile_without_a_region_is_refused(home: Region) -> None:
    page = as_(user_of(make_volunteer(region=home))).post("/me/profile/", {})
    assert (page.status_code, "请选择所在区划。" in page.content.decode()) == (422, True)


def test_without_javascript_the_next_level_of_regions_is_drawn(home: Region) -> None:
    assert home.parent
    assert home.parent.parent
    asked = {"region": [home.parent.parent.pk], "next_level": "1"}
    page = as_(user_of(make_volunteer(region=home))).post("/me/profile/", asked)
    assert (page.status_code, "桥东街道" in page.content.decode()) == (200, True)


def test_a_phone_is_changed_on_the_page_with_and_without_javascript() -> None:
    volunteer = make_volunteer(phone="13900000001")
    browser = as_(user_of(volunteer))
    words = browser.post("/me/phone/", {"phone": "13900000002", "do": "code"}).content.decode()
    asked = {"phone": "13900000002", "code": code_in(words)}
    assert browser.post("/me/phone/", asked).headers["Location"] == "/me/profile/"
    assert "139****0002" in browser.get("/me/profile/").content.decode()
    page = browser.post("/me/phone/", asked)
    assert (page.status_code, "验证码已经失效" in page.content.decode()) == (422, True)
