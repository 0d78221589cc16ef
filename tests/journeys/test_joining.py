"""Five ways in, one register: phone, poster, paper, telephone, list; and a family (A1, K5)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people import actions, queries
from voluncity.city.people.models import Poster, User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.service.signups.models import Signup
from voluncity.testing.make_lists import make_answers, make_list
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_id_number, make_region, make_user
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.pages import as_, words

BORN_ON = date(1990, 5, 1)
PHONE = "13912345678"

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Region:
    return make_region(code="140106001001")


@pytest.fixture
def team(home: Region) -> Organization:
    return make_organization("汾河护河队", region=home)


@pytest.fixture
def worker(home: Region) -> User:
    """Return somebody of the community, who registers residents there."""
    user = make_user("周姐")
    give(user, Role.COMMUNITY_WORKER, home)
    return user


def _chain(home: Region) -> list[int]:
    assert home.parent
    assert home.parent.parent
    return [home.parent.parent.pk, home.parent.pk, home.pk]


def _answers(home: Region, number: str, **more: str) -> dict[str, Any]:
    return {
        "name": "王芳",
        "id_type": "resident",
        "id_number": number,
        "region": _chain(home),
        "terms": "on",
    } | more


def _log_in(browser: Client, phone: str, page: str) -> str:
    """Log in by a text message on the way to a page; return where it leads."""
    purpose = {"purpose": "login", "phone": phone}
    sent = browser.post("/login/code/", purpose, headers={"HX-Request": "true"}).content.decode()
    code = re.search(r"验证码\D{0,12}(\d{6})", sent)
    assert code, sent
    next_page = {"phone": phone, "code": code[1], "next": page}
    return browser.post("/login/", next_page).headers["Location"]


def _require_one_record(number: str, home: Region, *, channel: str) -> Volunteer:
    """Return the record, which has the same shape by whichever way it came."""
    volunteer = Volunteer.objects.get()
    assert (volunteer.name, volunteer.sex, volunteer.born_on, volunteer.region) == (
        "王芳",
        "F",
        BORN_ON,
        home,
    )
    assert (queries.id_number_of(volunteer), queries.phone_of(volunteer)) == (number, PHONE)
    assert list(volunteer.consents.values_list("purpose", "withdrawn_at")) == [("terms", None)]
    assert (volunteer.channel, volunteer.closed_at, volunteer.merged_into) == (channel, None, None)
    assert re.fullmatch(r"1401\d{8}", volunteer.number)
    assert Entry.objects.filter(verb__in=["people.register", "people.begin_import"]).count() == 1
    return volunteer


@pytest.mark.row("A1", "K5")
def test_on_a_phone(home: Region) -> None:
    number, browser = make_id_number(BORN_ON), Client()
    assert "先核对手机号" in words(browser.get("/join/"))
    assert _log_in(browser, PHONE, "/join/") == "/join/"
    assert browser.post("/join/", _answers(home, number)).status_code == 302
    volunteer = _require_one_record(number, home, channel="internet")
    assert (volunteer.user is not None, volunteer.registered_by) == (True, None)


@pytest.mark.row("A1", "K5")
def test_by_the_poster_of_a_team(home: Region, team: Organization) -> None:
    admin = make_user("赵敏")
    give(admin, Role.ORG_ADMIN, team)
    asked = {"title": "加入护河队", "organization": team.name, "channel": "organization"}
    page = as_(admin).post("/desk/posters/new/", asked).headers["Location"]
    poster = Poster.objects.get()
    paper = as_(admin).get(f"{page}a4.pdf")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")

    number, browser = make_id_number(BORN_ON), Client()
    register = browser.get(f"/j/{poster.code}/").headers["Location"]
    assert "汾河护河队 的招募海报" in words(browser.get(register))
    assert _log_in(browser, PHONE, register) == register
    offers = browser.post(register, _answers(home, number)).headers["Location"]
    volunteer = _require_one_record(number, home, channel="organization")
    assert (volunteer.recruited_by, volunteer.poster) == (team, poster)
    asking = browser.post(offers, {}).headers["Location"]
    assert "申请加入" in words(browser.get(asking))
    assert "通过它登记 1" in words(as_(admin).get(page))


@pytest.mark.row("A1", "K5")
@pytest.mark.parametrize("channel", ["paper", "phone"])
def test_on_paper_and_by_telephone(home: Region, worker: User, channel: str) -> None:
    number, desk = make_id_number(BORN_ON), as_(worker)
    asked = _answers(home, number, channel=channel, phone=PHONE)
    receipt = desk.post("/desk/volunteers/new/", asked).headers["Location"]
    volunteer = _require_one_record(number, home, channel=channel)
    assert (volunteer.user, volunteer.registered_by) == (None, worker)
    said = words(desk.get(receipt))
    assert (volunteer.number in said, number in said, "周姐" in said) == (True, False, True)
    again = desk.post("/desk/volunteers/new/", asked)
    assert (again.status_code, "打开这份档案" in words(again)) == (422, True)
    # Later the same person has the phone at hand: the record is theirs, and stays one.
    browser = Client()
    _log_in(browser, PHONE, "/join/")
    assert browser.post("/join/", _answers(home, number)).status_code == 302
    assert Volunteer.objects.get().user is not None


@pytest.mark.row("A1", "K5")
def test_in_a_list(home: Region, worker: User, tmp_path: Path) -> None:
    number = make_id_number(BORN_ON)
    row = make_answers("王芳", id_number=number, phone=PHONE, channel="组织招募")
    path = make_list(tmp_path / "名单.csv", [row, row])
    office = make_user("市文明办")
    give(office, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    batch = actions.import_volunteers(
        path=path, report_path=tmp_path / "结果.csv", by=office, at=now(), tell=lambda _: None,
        processes=0,
    )  # fmt: skip
    assert (batch.imported, batch.known) == (1, 1)
    _require_one_record(number, home, channel="organization")
    again = as_(worker).post(
        "/desk/volunteers/new/", _answers(home, number, channel="paper", phone=PHONE)
    )
    assert (again.status_code, "打开这份档案" in words(again)) == (422, True)


@pytest.mark.row("A1")
def test_a_family(home: Region) -> None:
    """A father registers his daughter of twelve, signs her up, and takes his consent back."""
    father = make_user("新朋友", "13887654321")
    browser, stranger = as_(father), as_(make_user("路人", "13900000009"))
    girl, page = _registered_girl(browser, home)
    assert (girl.user, girl.registered_by) == (None, father)

    project = make_project(name="亲子护河", min_age=8)
    shift = make_shift(activity=make_activity(project=project, name="亲子护河·周六"))
    grown_up = make_shift(activity=make_activity(project=make_project(min_age=18)))
    sign_up = f"/shifts/{shift.pk}/sign-up/{girl.pk}/"
    said = words(browser.get(sign_up))
    assert ("为谁报名 王小满" in said, "风险告知" in said) == (True, True)
    assert browser.post(sign_up, {"risks_read": "on"}).status_code == 302
    refused = browser.get(f"/shifts/{grown_up.pk}/sign-up/{girl.pk}/")
    assert (refused.status_code, "参加者须满 18 周岁" in words(refused)) == (200, True)
    assert "亲子护河·周六" in words(browser.get(f"{page}signups/"))
    for place in (page, f"{page}signups/", sign_up):
        assert stranger.get(place).status_code == 404

    assert "还没有开始的报名会取消" in words(browser.get(f"{page}withdraw/"))
    browser.post(f"{page}withdraw/")
    catch_up(at=now())
    signup = Signup.objects.get()
    assert (signup.state, signup.cancel_reason) == ("cancelled", "监护人撤回了同意")
    assert browser.get(sign_up).status_code == 404
    behalf = Entry.objects.filter(on_behalf_of=girl.pk, actor=father).values_list("verb", flat=True)
    assert {"people.register", "signups.sign_up", "people.withdraw_guardian"} <= set(behalf)


def _registered_girl(father: Client, home: Region) -> tuple[Volunteer, str]:
    """Let a guardian register a girl of twelve, and the office check her name."""
    today = local_date(now())
    number = make_id_number(today.replace(year=today.year - 12, month=1, day=1))
    asked = _answers(home, number, guardian_name="王建国", guardian_relation="父亲")
    page = father.post("/me/family/new/", asked | {"name": "王小满"}).headers["Location"]
    girl = Volunteer.objects.get()
    office = make_user("市文明办")
    give(office, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    as_(office).post(f"/desk/identity/{girl.identity_checks.get().pk}/", {"do": "pass"})
    return girl, page
