"""The desk registers for somebody: recruiter, known numbers, the receipt and the card."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.people import papers
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.tests.test_join_pages import chain, years_ago
from voluncity.city.people.tests.test_posters import pages_of
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    make_county,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.pages import as_

NEW, PHONE = "/desk/volunteers/new/", "13912345678"

pytestmark = pytest.mark.django_db


def paper(home: Region, **changes: Any) -> dict[str, Any]:
    asked = {
        "name": "陈桂兰",
        "id_type": "resident",
        "id_number": make_id_number(date(1955, 3, 5)),
        "region": chain(home),
        "channel": "paper",
        "terms": "on",
    }
    return asked | changes


@pytest.fixture
def worker(home: Region) -> User:
    """Return somebody of the community, who sees and registers the people there."""
    user = make_user("周姐")
    give(user, Role.COMMUNITY_WORKER, home)
    return user


def test_the_desk_writes_who_recruited_and_hands_over_a_receipt(home: Region, worker: User) -> None:
    team = make_organization("汾河护河队", region=home)
    browser = as_(worker)
    assert "汾河护河队" in browser.get(NEW).content.decode()
    page = browser.post(NEW, paper(home, recruiter="汾河护河队", free_times=["5-morning"]))
    volunteer = Volunteer.objects.get()
    assert page.headers["Location"] == f"/desk/volunteers/{volunteer.pk}/receipt/"
    assert (volunteer.recruited_by, volunteer.channel, volunteer.registered_by) == (
        team,
        "paper",
        worker,
    )
    words = browser.get(page.headers["Location"]).content.decode()
    for said in (
        "陈桂兰", volunteer.number, "1401***********", "没有填写", "表格登记，汾河护河队",
        "周六上午", "周姐", "0351-0000000", "没有手机也能参加",
    ):  # fmt: skip
        assert said in words
    assert paper(home)["id_number"][4:14] not in words


def test_a_call_is_entered_by_the_same_form(home: Region, worker: User) -> None:
    browser = as_(worker)
    assert '<option value="phone" selected>' in browser.get(f"{NEW}?channel=phone").content.decode()
    page = browser.post(NEW, paper(home, channel="phone", phone="139 1234 5678"))
    volunteer = Volunteer.objects.get()
    assert volunteer.channel == "phone"
    words = browser.get(page.headers["Location"]).content.decode()
    assert ("139****5678" in words, "用上面的手机号登录" in words) == (True, True)


@pytest.mark.parametrize(
    ("recruiter", "sentence"),
    [
        ("没有这个队", "没有叫“没有这个队”的组织"),
        ("远方队", "没有叫“远方队”的组织"),
        ("队" * 61, "招募组织最多 60 个字"),
        ("护河队", "有几个组织都叫“护河队”"),
    ],
)
def test_an_unknown_recruiter_is_named(
    home: Region, office: User, recruiter: str, sentence: str
) -> None:
    make_organization("护河队", region=home)
    make_organization("护河队", region=make_region("另一个社区"))
    make_organization("远方队", region=make_region("远处", code="150603000000"))
    Region.objects.filter(code="150603000000").update(path="/150000000000/150603000000/")
    page = as_(office).post(NEW, paper(home, recruiter=recruiter))
    words = page.content.decode()
    assert (page.status_code, sentence in words) == (422, True), words
    assert not Volunteer.objects.exists()


def test_a_known_number_leads_to_the_record_within_reach(home: Region, worker: User) -> None:
    number = make_id_number(date(1955, 3, 5))
    known = make_volunteer("陈桂兰", region=home, id_number=number)
    page = as_(worker).post(NEW, paper(home, id_number=number))
    words = page.content.decode()
    assert (page.status_code, f'href="/desk/volunteers/{known.pk}/"' in words) == (422, True)
    assert known.number in words


def test_a_known_number_out_of_reach_tells_nothing_about_the_person(
    home: Region, worker: User
) -> None:
    number = make_id_number(date(1955, 3, 5))
    far = make_region("远处社区", parent=make_county())
    known = make_volunteer("陈桂英", region=far, id_number=number)
    page = as_(worker).post(NEW, paper(home, id_number=number))
    words = page.content.decode()
    assert (page.status_code, "管理范围以外登记" in words) == (422, True)
    assert (known.number in words, "远处社区" in words) == (False, False)


def test_a_community_of_another_area_is_refused_at_its_field(home: Region, worker: User) -> None:
    far = make_region("远处社区", parent=make_county())
    assert far.parent
    page = as_(worker).post(NEW, paper(home, region=[far.parent.pk, far.pk]))
    assert (page.status_code, "不在您的管理范围内" in page.content.decode()) == (422, True)


def test_a_receipt_belongs_to_the_area(home: Region, worker: User) -> None:
    far = make_volunteer(region=make_region("远处社区", parent=make_county()))
    browser = as_(worker)
    for page in ("receipt", "card"):
        assert browser.get(f"/desk/volunteers/{far.pk}/{page}/").status_code == 404


def test_a_minors_receipt_is_for_who_entered_it_or_opened_the_file(
    home: Region, worker: User
) -> None:
    minor = make_volunteer("王小雨", region=home, born_on=years_ago(15), user=False)
    browser = as_(worker)
    page = browser.get(f"/desk/volunteers/{minor.pk}/receipt/")
    assert (page.status_code, "王小雨" in page.content.decode()) == (403, False)
    browser.post(f"/desk/volunteers/{minor.pk}/open/", {"reason": "request"})
    assert browser.get(f"/desk/volunteers/{minor.pk}/receipt/").status_code == 200
    Volunteer.objects.filter(pk=minor.pk).update(registered_by=worker)
    assert as_(worker).get(f"/desk/volunteers/{minor.pk}/card.pdf").status_code == 200


@pytest.mark.parametrize("name", ["王芳", "阿卜杜热西提·麦麦提", "Bartholomew Montgomery Feather"])
def test_the_card_is_one_page_with_the_number(home: Region, name: str) -> None:
    volunteer = make_volunteer(name, region=home)
    [words] = pages_of(papers.card_pdf(volunteer))
    assert volunteer.number in words
    assert "0351-0000000" in words
