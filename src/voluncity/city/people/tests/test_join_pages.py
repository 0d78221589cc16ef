from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.catalog.actions import load_categories, load_skills
from voluncity.city.catalog.models import Skill
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.tests.conftest import code_in
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_id_number, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_

PHONE, GUARDIAN_PHONE = "13912345678", "13887654321"

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer() -> User:
    return make_user("新朋友", PHONE)


def chain(home: Region) -> list[int]:
    assert home.parent
    assert home.parent.parent
    return [home.parent.parent.pk, home.parent.pk, home.pk]


def answers(home: Region, **changes: Any) -> dict[str, Any]:
    asked = {
        "name": "王芳",
        "id_type": "resident",
        "id_number": make_id_number(),
        "region": chain(home),
        "terms": "on",
    }
    return {key: value for key, value in (asked | changes).items() if value is not None}


def years_ago(years: int) -> date:
    today = local_date(now())
    return today.replace(year=today.year - years, month=1, day=1)


def test_the_phone_comes_first_and_the_code_of_the_poster_is_kept() -> None:
    words = Client().get("/join/?channel=organization&org=7").content.decode()
    assert "先核对手机号" in words
    assert 'name="next" value="/join/?channel=organization&amp;org=7"' in words


def test_a_newcomer_joins_in_three_steps(home: Region, newcomer: User) -> None:
    load_skills()
    load_categories()
    browser = as_(newcomer)
    assert "您是谁" in browser.get("/join/").content.decode()
    page = browser.post("/join/?channel=organization", answers(home, ranking="on"))
    assert page.headers["Location"] == "/join/offers/"
    volunteer = Volunteer.objects.get()
    assert (volunteer.user, volunteer.channel) == (newcomer, "organization")
    assert set(volunteer.consents.values_list("purpose", flat=True)) == {"terms", "ranking"}
    assert "什么时候有空" in browser.get("/join/offers/").content.decode()
    skill = Skill.objects.all()[0]
    offers = {"skills": [skill.pk], "free_times": ["5-morning"], "is_party_member": "on"}
    assert browser.post("/join/offers/", offers).headers["Location"] == "/me/"
    volunteer.refresh_from_db()
    assert (volunteer.is_party_member, volunteer.region) == (True, home)
    assert list(volunteer.skills.all()) == [skill]
    assert "登记完成" in browser.get("/me/").content.decode()


def test_who_came_by_an_organizations_code_goes_on_to_it(home: Region, newcomer: User) -> None:
    team = make_organization(region=home)
    browser = as_(newcomer)
    page = browser.post(f"/join/?channel=organization&org={team.pk}", answers(home))
    assert page.headers["Location"] == f"/join/offers/?org={team.pk}"
    assert Entry.objects.get(verb="people.register").data["organization"] == team.pk
    assert Volunteer.objects.get().recruited_by == team
    page = browser.post(f"/join/offers/?org={team.pk}", {})
    assert page.headers["Location"] == f"/orgs/{team.pk}/join/"


@pytest.mark.parametrize("state", [OrgState.SUSPENDED, OrgState.DISSOLVED])
def test_an_organization_that_is_not_active_recruits_nobody(
    home: Region, newcomer: User, state: OrgState
) -> None:
    team = make_organization(region=home, state=state)
    page = as_(newcomer).post(f"/join/?channel=organization&org={team.pk}", answers(home))
    assert page.headers["Location"] == "/join/offers/"
    assert Volunteer.objects.get().recruited_by is None


def test_who_was_on_the_way_somewhere_gets_there(home: Region, newcomer: User) -> None:
    browser = as_(newcomer)
    page = browser.post("/join/?next=/me/card/", answers(home))
    assert page.headers["Location"] == "/join/offers/?next=%2Fme%2Fcard%2F"
    page = browser.post(page.headers["Location"], {})
    assert page.headers["Location"] == "/me/card/"


@pytest.mark.parametrize("query", ["?channel=x&org=x", "?channel=&org=9999999999999", "?org=-1"])
def test_a_mangled_poster_address_does_no_harm(home: Region, newcomer: User, query: str) -> None:
    page = as_(newcomer).post(f"/join/{query}", answers(home))
    assert page.headers["Location"] == "/join/offers/"
    assert Volunteer.objects.get().channel == "internet"


def test_optional_consents_are_off_until_ticked(home: Region, newcomer: User) -> None:
    browser = as_(newcomer)
    assert "checked" not in browser.get("/join/").content.decode()
    browser.post("/join/", answers(home))
    purposes = Volunteer.objects.get().consents.values_list("purpose", flat=True)
    assert list(purposes) == ["terms"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"name": "王芳😀"}, "姓名只能是汉字"),
        ({"name": "王" * 70}, "姓名最多 60 个字，现在有 70 个字"),
        ({"id_type": "x"}, "没有这个选项，请重新选择。"),
        ({"id_number": ""}, "请填写证件号码。"),
        ({"id_number": "410922195403050078"}, "身份证号校验不通过"),
        ({"id_number": "9" * 300}, "证件号码最多 40 个字"),
        ({"id_number": "140106209901010019"}, "出生日期还没有到"),
        ({"id_type": "passport", "id_number": "E1234567"}, "请填写出生日期。"),
        (
            {"id_type": "passport", "id_number": "E1234567", "born_on": "昨天"},
            "日期不对，请写成 1990-05-01 这样。",
        ),
        (
            {"id_type": "passport", "id_number": "E1234567", "born_on": "2990-01-01"},
            "出生日期还没有到，请对照证件填写。",
        ),
        (
            {"id_type": "passport", "id_number": "E1234567", "born_on": "1990-01-01"},
            "请选择性别。",
        ),
        ({"region": [0]}, "重新选择"),
        ({"region": None}, "请选择所在区划。"),
        ({"terms": None}, "请阅读并勾选这项同意，才能登记。"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_and_writes_nothing(
    home: Region, newcomer: User, change: dict[str, Any], sentence: str
) -> None:
    page = as_(newcomer).post("/join/", answers(home, **change))
    words = page.content.decode()
    assert (page.status_code, sentence in words) == (422, True), words
    assert not Volunteer.objects.exists()
    assert not Entry.objects.exists()


def test_all_wrong_answers_are_named_at_once(home: Region, newcomer: User) -> None:
    words = as_(newcomer).post("/join/", {"id_type": "resident"}).content.decode()
    assert "请先改好下面 4 处" in words


def test_a_passport_with_full_width_digits_is_accepted(home: Region, newcomer: User) -> None:
    asked = answers(
        home, id_type="passport", id_number="Ｅ１２３４５６７", born_on="１９９０-01-01", sex="F"
    )
    assert as_(newcomer).post("/join/", asked).status_code == 302
    assert Volunteer.objects.get().born_on == date(1990, 1, 1)


def test_a_taken_number_tells_how_to_claim_the_record(home: Region, newcomer: User) -> None:
    number = make_id_number()
    make_volunteer("王芳", id_number=number)
    page = as_(newcomer).post("/join/", answers(home, id_number=number))
    assert (page.status_code, "请点“这是我本人”认领" in page.content.decode()) == (422, True)


def test_the_page_never_repeats_a_number_into_the_session(home: Region, newcomer: User) -> None:
    browser = as_(newcomer)
    browser.post("/join/", answers(home, name=""))
    assert set(browser.session.keys()) <= {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}


def test_a_minor_is_asked_for_the_guardian_and_joins_with_the_code(
    home: Region, newcomer: User
) -> None:
    browser = as_(newcomer)
    asked = answers(home, id_number=make_id_number(years_ago(16)))
    page = browser.post("/join/", asked)
    words = page.content.decode()
    assert (page.status_code, '<details class="card more" id="guardian" open>' in words) == (
        422,
        True,
    )
    assert "请填写监护人姓名" in words
    sent = browser.post(
        "/login/code/",
        {"purpose": "guardian", "guardian_phone": GUARDIAN_PHONE},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert "您的孩子申请登记为志愿者" in sent
    asked |= {
        "guardian_name": "王建国",
        "guardian_relation": "父亲",
        "guardian_phone": GUARDIAN_PHONE,
        "guardian_code": code_in(sent),
    }
    assert browser.post("/join/", asked).status_code == 302
    assert Guardian.objects.get().volunteer == Volunteer.objects.get()


def test_without_javascript_the_guardians_code_is_sent_and_the_answers_kept(
    home: Region, newcomer: User
) -> None:
    asked = answers(home, id_number=make_id_number(years_ago(16)), guardian_phone=GUARDIAN_PHONE)
    page = as_(newcomer).post("/join/", asked | {"do": "guardian_code"})
    words = page.content.decode()
    assert page.status_code == 200
    assert 'value="王芳"' in words
    assert code_in(words)


def test_without_javascript_the_region_is_chosen_step_by_step(home: Region, newcomer: User) -> None:
    county = chain(home)[0]
    page = as_(newcomer).post("/join/", {"region": [county], "next_level": "1"})
    words = page.content.decode()
    assert (page.status_code, "桥东街道" in words, "请填写姓名" in words) == (200, True, False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"guardian_name": "😀"}, "姓名应为 2 到 30 个字"),
        ({"guardian_phone": "123"}, "现在是 3 位"),
        ({"guardian_relation": "邻居"}, "没有这个选项"),
        ({"guardian_code": "12"}, "请填写短信里的 6 位数字验证码。"),
        ({"guardian_code": "123456"}, "验证码已经失效"),
    ],
)
def test_a_wrong_answer_about_the_guardian_is_named(
    home: Region, newcomer: User, change: dict[str, str], sentence: str
) -> None:
    asked = answers(home, id_number=make_id_number(years_ago(16))) | {
        "guardian_name": "王建国",
        "guardian_relation": "父亲",
        "guardian_phone": GUARDIAN_PHONE,
        "guardian_code": "123456",
    }
    page = as_(newcomer).post("/join/", asked | change)
    words = page.content.decode()
    assert (page.status_code, sentence in words) == (422, True), words
    assert not Volunteer.objects.exists()


def test_a_child_is_told_what_to_do(home: Region, newcomer: User) -> None:
    asked = answers(home, id_number=make_id_number(years_ago(10)))
    page = as_(newcomer).post("/join/", asked)
    assert (page.status_code, "里为孩子登记" in page.content.decode()) == (422, True)


def test_a_volunteer_does_not_join_again() -> None:
    browser = as_(user_of(make_volunteer()))
    assert browser.get("/join/").headers["Location"] == "/me/"
    assert browser.post("/join/", {}).headers["Location"] == "/me/"


def test_unknown_offers_are_refused_in_words(newcomer: User) -> None:
    browser = as_(user_of(make_volunteer()))
    page = browser.post("/join/offers/", {"skills": ["x"], "free_times": ["9-night"]})
    words = page.content.decode()
    assert page.status_code == 422
    assert "有的专长已经停用，请重新勾选。" in words
    assert "空闲时间里有不认识的选项，请重新勾选。" in words


def test_only_a_taken_number_leads_to_the_claim(home: Region, newcomer: User) -> None:
    number = make_id_number()
    make_volunteer("王芳", id_number=number)
    browser = as_(newcomer)
    leads = [
        "去认领" in browser.post("/join/", answers(home, id_number=asked)).content.decode()
        for asked in (number, "410922195403050078", "")
    ]
    assert leads == [True, False, False]
