"""Posters: made at the desk, printed, followed, counted, ended."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, papers, queries
from voluncity.city.people.models import Poster, User, Volunteer
from voluncity.city.people.tests.test_join_pages import answers
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_poster,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


def pages_of(pdf: bytes) -> list[str]:
    """Return what stands on each page."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


# -- following one ---------------------------------------------------------------------------------


def test_a_newcomer_who_scans_is_registered_for_the_organization_of_the_poster(
    home: Region,
) -> None:
    team = make_organization("汾河护河队", region=home)
    poster = make_poster(team)
    browser = Client()
    page = browser.get(f"/j/{poster.code}/")
    assert page.headers["Location"] == f"/join/?poster={poster.code}"
    assert "汾河护河队" in browser.get(page.headers["Location"]).content.decode()
    browser.force_login(make_user("新朋友", "13912345678"))
    # The newcomer has looked around: the address is lost, the cookie is not.
    assert "汾河护河队" in browser.get("/join/").content.decode()
    page = browser.post("/join/", answers(home))
    assert page.headers["Location"] == f"/join/offers/?org={team.pk}"
    assert browser.cookies["poster"].value == ""
    volunteer = Volunteer.objects.get()
    assert (volunteer.channel, volunteer.recruited_by, volunteer.poster) == (
        "organization",
        team,
        poster,
    )
    data = Entry.objects.get(verb="people.register").data
    assert (data["organization"], data["poster"]) == (team.pk, poster.pk)
    assert queries.came_by([poster.pk]) == {poster.pk: 1}
    page = browser.post(page.headers["Location"], {})
    assert page.headers["Location"] == f"/orgs/{team.pk}/join/"


def test_the_poster_of_a_region_names_no_organization(home: Region) -> None:
    poster = make_poster(region=home)
    browser = as_(make_user("新朋友", "13912345678"))
    browser.get(f"/j/{poster.code}/")
    browser.post("/join/", answers(home))
    volunteer = Volunteer.objects.get()
    assert (volunteer.channel, volunteer.recruited_by, volunteer.poster) == (
        "public",
        None,
        poster,
    )


def test_a_volunteer_goes_on_to_the_organization(home: Region) -> None:
    team = make_organization(region=home)
    browser = as_(user_of(make_volunteer(region=home)))
    of_team, of_region = make_poster(team), make_poster(region=home)
    assert browser.get(f"/j/{of_team.code}/").headers["Location"] == f"/orgs/{team.pk}/join/"
    assert browser.get(f"/j/{of_region.code}/").headers["Location"] == "/me/"
    # So does who logged in on the way of the newcomers.
    page = browser.get(f"/join/?poster={of_team.code}")
    assert page.headers["Location"] == f"/orgs/{team.pk}/join/"


def test_a_code_may_be_typed_in_capitals(home: Region) -> None:
    poster = make_poster(region=home)
    page = Client().get(f"/j/{poster.code.upper()}/")
    assert page.headers["Location"] == f"/join/?poster={poster.code}"


@pytest.mark.parametrize("code", ["x", "zzzzzz", "z" * 300, "-", "1" * 40])
def test_an_unknown_code_is_said_to_be_unknown(code: str) -> None:
    page = Client().get(f"/j/{code}/")
    assert (page.status_code, "没有这张海报" in page.content.decode()) == (404, True)


@pytest.mark.parametrize("query", ["?poster=zzzzzz", "?poster=%F0%9F%98%80", "?poster=" + "9" * 99])
def test_a_mangled_code_in_the_address_does_no_harm(home: Region, query: str) -> None:
    browser = as_(make_user("新朋友", "13912345678"))
    browser.cookies["poster"] = "x" * 200
    assert browser.post(f"/join/{query}", answers(home)).status_code == 302
    volunteer = Volunteer.objects.get()
    assert (volunteer.channel, volunteer.poster) == ("internet", None)


def test_an_ended_poster_says_so_and_still_lets_people_register(home: Region) -> None:
    poster = make_poster(make_organization("汾河护河队", region=home))
    actions.end_poster(poster_id=poster.pk, by=poster.made_by, at=NOON)
    page = Client().get(f"/j/{poster.code}/")
    words = page.content.decode()
    assert (page.status_code, "这张海报已经停用" in words, 'href="/join/"' in words) == (
        410,
        True,
        True,
    )
    browser = as_(make_user("新朋友", "13912345678"))
    browser.post(f"/join/?poster={poster.code}", answers(home))
    assert Volunteer.objects.get().recruited_by is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("suspended", "“汾河护河队”目前暂停活动，暂时不能加入。"),
        ("dissolved", "“汾河护河队”已经注销，不再招募。"),
    ],
)
def test_the_poster_of_a_team_that_takes_nobody_says_so_and_leads_to_the_one_above(
    home: Region, state: str, words: str
) -> None:
    above = make_organization("迎泽志愿者协会", region=home)
    team = make_organization("汾河护河队", parent=above)
    poster = make_poster(team)
    team.state = state
    team.save(update_fields=["state"])
    page = Client().get(f"/j/{poster.code}/")
    shown = page.content.decode()
    assert (page.status_code, words in shown, f'href="/orgs/{above.pk}/"' in shown) == (
        410, True, True,
    )  # fmt: skip
    browser = as_(make_user("新朋友", "13912345678"))
    browser.post(f"/join/?poster={poster.code}", answers(home))
    assert Volunteer.objects.get().poster is None


# -- making one ------------------------------------------------------------------------------------


def test_the_admin_of_a_team_makes_a_poster_for_the_team(home: Region) -> None:
    team = make_organization("汾河护河队", region=home)
    make_organization("别的队", region=home)
    admin = make_user("赵敏")
    give(admin, Role.ORG_ADMIN, team)
    browser = as_(admin)
    words = browser.get("/desk/posters/new/").content.decode()
    assert ("汾河护河队" in words, "别的队" in words, "区域招募" in words) == (True, False, False)
    asked = {"title": "加入护河队", "organization": "汾河护河队", "channel": "organization"}
    page = browser.post("/desk/posters/new/", asked)
    poster = Poster.objects.get()
    assert page.headers["Location"] == f"/desk/posters/{poster.pk}/"
    assert (poster.organization, poster.region, poster.title, len(poster.code)) == (
        team,
        None,
        "加入护河队",
        6,
    )
    words = browser.get(page.headers["Location"]).content.decode()
    assert f"/j/{poster.code}/" in words
    assert "打印 A3" in words


def test_the_office_makes_one_for_a_county_or_the_whole_city(home: Region, office: User) -> None:
    assert home.parent
    county = home.parent.parent
    assert county
    browser = as_(office)
    asked = {"title": "加入志愿者", "channel": "public"}
    assert browser.post("/desk/posters/new/", asked | {"region": [county.pk]}).status_code == 302
    assert browser.post("/desk/posters/new/", asked).status_code == 302
    names = set(Poster.objects.values_list("region__name", flat=True))
    assert names == {county.name, "太原市"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "请写一个标题"),
        ({"title": "\u202e\x00"}, "请写一个标题"),
        ({"title": "加入😀"}, "不用表情符号"),
        ({"title": "志" * 21}, "海报标题最多 20 个字"),
        ({"organization": "没有这个队"}, "没有叫“没有这个队”的组织"),
        ({"organization": "队" * 61}, "为哪个组织招募最多 60 个字"),
        ({"channel": "television"}, "没有这个选项"),
        ({"organization": "汾河护河队", "region": "county"}, "区域请留空"),
        ({"region": "foreign"}, "请选择您管理范围内的区域"),
        ({"region": None}, "请选择您管理范围内的区域"),
    ],
)
def test_a_wrong_answer_about_a_poster_is_named_and_nothing_is_made(
    home: Region, change: dict[str, str | None], sentence: str
) -> None:
    assert home.parent
    county = home.parent.parent
    assert county
    make_organization("汾河护河队", region=home)
    officer = make_user("县文明办")
    give(officer, Role.COUNTY_OFFICE, county)
    places = {"county": county.pk, "foreign": make_county().pk}
    asked = {"title": "加入志愿者", "channel": "public", "region": "county"} | change
    sent = {key: places.get(value, value) for key, value in asked.items() if value is not None}
    if "organization" in change and "region" not in change:
        del sent["region"]
    page = as_(officer).post("/desk/posters/new/", sent)
    words = page.content.decode()
    assert (page.status_code, sentence in words) == (422, True), words
    assert not Poster.objects.exists()


def test_a_poster_is_for_one_organization_or_one_region(home: Region) -> None:
    for where in ({}, {"organization_id": make_organization(region=home).pk, "region_id": home.pk}):
        with pytest.raises(BadInput):
            actions.make_poster(title="加入", channel="public", by=make_user(), at=NOON, **where)


def test_a_code_that_is_taken_is_drawn_again(home: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = make_poster(region=home).code
    draws = iter([taken, "abc234"])
    monkeypatch.setattr("voluncity.city.people.actions.posters._drawn_code", lambda: next(draws))
    poster = actions.make_poster(
        title="加入", channel="public", region_id=home.pk, by=make_user(), at=NOON
    )
    assert poster.code == "abc234"


def test_a_poster_ends_once(home: Region) -> None:
    poster = make_poster(region=home)
    actions.end_poster(poster_id=poster.pk, by=poster.made_by, at=NOON)
    with pytest.raises(WrongState, match="已经停用"):
        actions.end_poster(poster_id=poster.pk, by=poster.made_by, at=NOON)


# -- the desk's list -------------------------------------------------------------------------------


def test_everybody_sees_the_posters_of_the_own_area_only(home: Region) -> None:
    far = make_region("远处社区", parent=make_county())
    near_team, far_team = (
        make_organization("近队", region=home),
        make_organization("远队", region=far),
    )
    for where in (home, far):
        make_poster(region=where)
    for team in (near_team, far_team):
        make_poster(team)
    admin, worker = make_user("赵敏"), make_user("社区")
    give(admin, Role.ORG_ADMIN, near_team)
    give(worker, Role.COMMUNITY_WORKER, home)
    seen = {
        user.display_name: {poster.recruiter for poster in queries.posters(user)}
        for user in (admin, worker)
    }
    assert seen == {"赵敏": {"近队"}, "社区": {home.name}}
    for poster in Poster.objects.filter(region=far):
        assert as_(worker).get(f"/desk/posters/{poster.pk}/").status_code == 404
    own = Poster.objects.get(organization=near_team)
    assert as_(worker).get(f"/desk/posters/{own.pk}/").status_code == 404


def test_the_list_costs_the_same_for_one_and_thirty_posters(home: Region, office: User) -> None:
    browser = as_(office)
    make_poster(region=home)
    one = queries_for(browser, "/desk/posters/")
    for _ in range(29):
        make_poster(make_organization(region=home))
    assert queries_for(browser, "/desk/posters/") == one


def test_an_ended_poster_moves_to_the_other_list(home: Region, office: User) -> None:
    poster = make_poster(region=home)
    browser = as_(office)
    assert poster.code.upper() in browser.get("/desk/posters/").content.decode()
    browser.post(f"/desk/posters/{poster.pk}/end/")
    assert "还没有招募海报" in browser.get("/desk/posters/").content.decode()
    assert poster.code.upper() in browser.get("/desk/posters/?state=ended").content.decode()
    assert "打印 A4" not in browser.get(f"/desk/posters/{poster.pk}/").content.decode()


# -- on paper --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["a4", "a3"])
@pytest.mark.parametrize("name", ["护河队", "太原市迎泽区桥东街道" * 6])
def test_a_poster_is_one_page_whatever_the_names(home: Region, size: str, name: str) -> None:
    poster = make_poster(make_organization(name[:60], region=home))
    poster.title = "志愿服务，有你真好，一起来做身边人" if len(name) > 9 else "加入志愿者"
    [words] = pages_of(papers.poster_pdf(poster, size=size))
    plain = "".join(words.split())
    assert poster.title in plain
    assert name[:60] in plain
    assert poster.code.upper() in plain
    assert "0351-0000000" in plain


def test_only_the_two_sizes_exist(home: Region, office: User) -> None:
    poster = make_poster(region=home)
    page = as_(office).get(f"/desk/posters/{poster.pk}/a0.pdf")
    assert (page.status_code, "只有 A4 和 A3" in page.content.decode()) == (404, True)
    page = as_(office).get(f"/desk/posters/{poster.pk}/a4.pdf")
    assert page.headers["Content-Type"] == "application/pdf"
