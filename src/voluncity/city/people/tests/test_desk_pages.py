from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.tests.conftest import code_in
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_guardian,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


def make_staff(region: Region, role: Role = Role.CITY_OFFICE, name: str = "张伟") -> User:
    staff = make_user(name)
    Grant.objects.create(user=staff, role=role, region=region, given_at=NOON)
    return staff


@pytest.fixture
def city(home: Region) -> Region:
    return Region.objects.get(code="140100000000")


@pytest.fixture
def office(city: Region) -> Client:
    return as_(make_staff(city))


def make_minor(region: Region, **more: Any) -> Volunteer:
    today = local_date(now())
    return make_volunteer(
        "孙小明", born_on=today.replace(year=today.year - 16, day=1), region=region, **more
    )


def names(page: Any) -> list[str]:
    return re.findall(r'<a href="/desk/volunteers/\d+/">([^<]+)</a>', page.content.decode())


# -- one file --------------------------------------------------------------------------------------


def test_a_file_shows_masked_numbers(office: Client, home: Region) -> None:
    volunteer = make_volunteer("王芳", region=home, phone="13912345678")
    words = office.get(f"/desk/volunteers/{volunteer.pk}/").content.decode()
    assert "139****5678" in words
    assert queries.id_number_of(volunteer) not in words
    assert not Entry.objects.exists()


def test_a_foreign_file_looks_like_none_and_the_try_is_journaled(home: Region) -> None:
    stranger = make_volunteer("李强", region=make_region("胜利街社区", parent=make_county()))
    browser = as_(make_staff(home, Role.COMMUNITY_WORKER))
    tries = [
        browser.get(f"/desk/volunteers/{stranger.pk}/"),
        browser.post(f"/desk/volunteers/{stranger.pk}/open/", {"reason": "contact"}),
        browser.post(f"/desk/volunteers/{stranger.pk}/phone/", {"phone": "13912345678"}),
    ]
    assert [page.status_code for page in tries] == [404, 404, 404]
    assert "李强" not in "".join(page.content.decode() for page in tries)
    assert [entry.verb for entry in Entry.objects.all()] == ["access.denied"] * 3
    assert browser.get("/desk/volunteers/999999/").status_code == 404


def test_whole_numbers_are_shown_for_a_reason_that_is_journaled(
    office: Client, home: Region
) -> None:
    volunteer = make_volunteer("王芳", region=home, phone="13912345678")
    page = office.post(f"/desk/volunteers/{volunteer.pk}/reveal/", {"reason": "insurance"})
    words = page.content.decode()
    assert ("13912345678" in words, queries.id_number_of(volunteer) in words) == (True, True)
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject_id, entry.data) == (
        "people.reveal",
        volunteer.pk,
        {"reason": "insurance"},
    )
    assert "13912345678" not in office.get(f"/desk/volunteers/{volunteer.pk}/").content.decode()


@pytest.mark.parametrize("reason", ["", "curious", "😀"])
def test_without_a_reason_nothing_is_shown_or_journaled(
    office: Client, home: Region, reason: str
) -> None:
    volunteer = make_volunteer("王芳", region=home, phone="13912345678")
    page = office.post(f"/desk/volunteers/{volunteer.pk}/reveal/", {"reason": reason})
    assert (page.status_code, "13912345678" in page.content.decode()) == (422, False)
    assert not Entry.objects.exists()


def test_a_community_worker_may_not_see_whole_numbers(home: Region) -> None:
    volunteer = make_volunteer("王芳", region=home)
    browser = as_(make_staff(home, Role.COMMUNITY_WORKER))
    assert "查看完整号码" not in browser.get(f"/desk/volunteers/{volunteer.pk}/").content.decode()
    page = browser.post(f"/desk/volunteers/{volunteer.pk}/reveal/", {"reason": "contact"})
    assert page.status_code == 403


def test_a_minors_file_opens_for_a_reason_and_closes_again(office: Client, home: Region) -> None:
    minor = make_minor(home)
    address = f"/desk/volunteers/{minor.pk}/"
    assert "查看前请说明原因" in office.get(address).content.decode()
    assert "孙小明" not in office.get(address).content.decode()
    assert office.post(f"{address}open/", {"reason": ""}).status_code == 422
    office.post(f"{address}open/", {"reason": "request"})
    assert "孙小明" in office.get(address).content.decode()
    assert Entry.objects.get().data == {"reason": "request"}
    session = office.session
    session["opened_minors"] = {str(minor.pk): now().timestamp() - 1}
    session.save()
    assert "查看前请说明原因" in office.get(address).content.decode()


def test_revealing_a_minors_numbers_does_not_open_a_closed_file(
    office: Client, home: Region
) -> None:
    minor = make_minor(home, phone="13887654321")
    page = office.post(f"/desk/volunteers/{minor.pk}/reveal/", {"reason": "contact"})
    assert "13887654321" not in page.content.decode()
    assert not Entry.objects.exists()


def test_a_guardian_takes_back_the_consent_at_the_desk(office: Client, home: Region) -> None:
    minor = make_minor(home)
    guardian = make_guardian(minor)
    office.post(f"/desk/volunteers/{minor.pk}/open/", {"reason": "request"})
    address = f"/desk/volunteers/{minor.pk}/guardians/{guardian.pk}/withdraw/"
    assert office.post(address).status_code == 302
    words = office.get(f"/desk/volunteers/{minor.pk}/").content.decode()
    assert "没有有效的监护人同意" in words
    other = make_volunteer("王芳", region=home)
    page = office.post(f"/desk/volunteers/{other.pk}/guardians/{guardian.pk}/withdraw/")
    assert page.status_code == 404


def test_the_desk_binds_a_phone_with_the_code_the_person_reads_out(
    office: Client, home: Region
) -> None:
    volunteer = make_volunteer("王芳", region=home, user=False)
    address = f"/desk/volunteers/{volunteer.pk}/phone/"
    words = office.post(address, {"phone": "13912345678", "do": "code"}).content.decode()
    asked = {"phone": "13912345678", "code": "000"}
    assert office.post(address, asked).status_code == 422
    asked["code"] = code_in(words)
    assert office.post(address, asked).status_code == 302
    assert Volunteer.objects.get(pk=volunteer.pk).user is not None


# -- registrations on behalf -----------------------------------------------------------------------


def paper(home: Region, **changes: Any) -> dict[str, Any]:
    assert home.parent
    assert home.parent.parent
    asked = {
        "name": "王芳",
        "id_type": "resident",
        "id_number": make_id_number(),
        "region": [home.parent.parent.pk, home.parent.pk, home.pk],
        "channel": "paper",
        "terms": "on",
        "phone": "",
        "free_times": ["6-morning"],
    }
    return {key: value for key, value in (asked | changes).items() if value is not None}


def test_a_paper_form_is_entered(home: Region) -> None:
    staff = make_staff(home, Role.COMMUNITY_WORKER, "李秀英")
    browser = as_(staff)
    assert "您在代居民登记" in browser.get("/desk/volunteers/new/").content.decode()
    page = browser.post("/desk/volunteers/new/", paper(home))
    volunteer = Volunteer.objects.get()
    assert page.headers["Location"] == f"/desk/volunteers/{volunteer.pk}/receipt/"
    assert (volunteer.registered_by, volunteer.channel) == (staff, "paper")
    assert Entry.objects.get(verb="people.register").on_behalf_of == volunteer
    file = browser.get(f"/desk/volunteers/{volunteer.pk}/")
    assert "李秀英 代为登记" in file.content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"phone": "12345"}, "手机号应为 11 位数字，现在是 5 位，请核对。"),
        ({"channel": "internet"}, "没有这个选项，请重新选择。"),
        ({"terms": None}, "没有本人同意不能登记，请取得签字后勾选。"),
        ({"region": None}, "请选择所在区划。"),
        ({"free_times": ["9-night"]}, "空闲时间里有不认识的选项，请重新勾选。"),
        ({"id_number": "140106201605010019"}, ""),
    ],
)
def test_a_bad_paper_form_is_named(
    office: Client, home: Region, change: dict[str, Any], sentence: str
) -> None:
    page = office.post("/desk/volunteers/new/", paper(home, **change))
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert not Volunteer.objects.exists()


def test_a_minor_needs_a_guardian_on_paper_but_no_code(office: Client, home: Region) -> None:
    today = local_date(now())
    number = make_id_number(today.replace(year=today.year - 15, day=1))
    asked = paper(home, id_number=number)
    words = office.post("/desk/volunteers/new/", asked).content.decode()
    assert "请填写监护人姓名" in words
    assert 'name="guardian_code"' not in words
    asked |= {
        "guardian_name": "王建国",
        "guardian_relation": "父亲",
        "guardian_phone": "13887654321",
    }
    assert office.post("/desk/volunteers/new/", asked).status_code == 302


def test_nobody_is_registered_into_an_area_of_others(home: Region) -> None:
    browser = as_(make_staff(home, Role.COMMUNITY_WORKER))
    far = make_region(
        "胜利街社区", parent=make_region("桥西街道", parent=make_county(), code="140107001000")
    )
    assert far.parent
    assert far.parent.parent
    asked = paper(home, region=[far.parent.parent.pk, far.parent.pk, far.pk])
    page = browser.post("/desk/volunteers/new/", asked)
    assert (page.status_code, "不在您的管理范围内" in page.content.decode()) == (422, True)
    assert not Volunteer.objects.exists()


def test_the_desk_is_told_of_a_second_registration(office: Client, home: Region) -> None:
    number = make_id_number()
    make_volunteer("王芳", id_number=number)
    page = office.post("/desk/volunteers/new/", paper(home, id_number=number))
    assert (page.status_code, "这个证件号码已经登记过" in page.content.decode()) == (422, True)


# -- real names ------------------------------------------------------------------------------------


def submit(name: str, region: Region) -> IdentityCheck:
    volunteer = make_volunteer(name, verified=False, region=region)
    return actions.submit_identity(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)


def test_the_queue_shows_one_s_own_area(home: Region) -> None:
    submit("王芳", home)
    submit("李强", make_region("胜利街社区", parent=make_county()))
    worker = make_staff(home, Role.COMMUNITY_WORKER)
    assert names(as_(worker).get("/desk/identity/")) == ["王芳"]


def test_a_check_is_passed_or_sent_back(office: Client, home: Region) -> None:
    good, bad = submit("王芳", home), submit("李强", home)
    office.post(f"/desk/identity/{good.pk}/", {"do": "pass"})
    office.post(f"/desk/identity/{bad.pk}/", {"do": "reject", "reason": "expired"})
    states = Volunteer.objects.order_by("pk").values_list("identity_state", "identity_reason")
    assert list(states) == [("verified", ""), ("rejected", "expired")]
    assert "没有等待审核的实名信息" in office.get("/desk/identity/").content.decode()


@pytest.mark.parametrize("asked", [{"do": "reject"}, {"do": "reject", "reason": "x"}, {}])
def test_sending_back_needs_a_reason(office: Client, home: Region, asked: dict[str, str]) -> None:
    check = submit("王芳", home)
    page = office.post(f"/desk/identity/{check.pk}/", asked)
    assert (page.status_code, "退回时请选择原因" in page.content.decode()) == (422, True)


def test_a_check_of_another_area_is_not_found(home: Region) -> None:
    check = submit("李强", make_region("胜利街社区", parent=make_county()))
    browser = as_(make_staff(home, Role.COMMUNITY_WORKER))
    assert browser.post(f"/desk/identity/{check.pk}/", {"do": "pass"}).status_code == 404
    assert browser.post("/desk/identity/999999/", {"do": "pass"}).status_code == 404
    assert IdentityCheck.objects.get().decided_at is None


def test_one_s_own_case_is_left_to_a_colleague(home: Region) -> None:
    check = submit("王芳", home)
    staff = user_of(check.volunteer)
    Grant.objects.create(user=staff, role=Role.COMMUNITY_WORKER, region=home, given_at=NOON)
    browser = as_(staff)
    assert "请由同事审核" in browser.get("/desk/identity/").content.decode()
    page = browser.post(f"/desk/identity/{check.pk}/", {"do": "pass"})
    assert (page.status_code, "请由另一位同事审核" in page.content.decode()) == (403, True)


def test_a_second_decision_is_told_so(office: Client, home: Region) -> None:
    check = submit("王芳", home)
    office.post(f"/desk/identity/{check.pk}/", {"do": "pass"})
    page = office.post(f"/desk/identity/{check.pk}/", {"do": "reject", "reason": "name"})
    assert (page.status_code, "已经有人审核过了" in page.content.decode()) == (409, True)


def test_the_queue_asks_as_much_for_one_as_for_twenty(office: Client, home: Region) -> None:
    submit("王芳", home)
    asked = queries_for(office, "/desk/identity/")
    for _ in range(19):
        submit("王芳", home)
    assert queries_for(office, "/desk/identity/") == asked
