"""The register of the desk: found, filtered, sorted, with columns of one's own."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Unit
from voluncity.city.people import queries
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.registers import COLUMNS
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
LIST, FIND = "/desk/volunteers/", "/desk/volunteers/find/"


def make_staff(region: Region, role: Role = Role.CITY_OFFICE, name: str = "张伟") -> User:
    staff = make_user(name)
    Grant.objects.create(user=staff, role=role, region=region, given_at=NOON)
    return staff


@pytest.fixture
def city(home: Region) -> Region:
    return Region.objects.get(code="140100000000")


@pytest.fixture
def desk(city: Region) -> Client:
    return as_(make_staff(city))


def make_minor(region: Region, **more: Any) -> Volunteer:
    today = local_date(now())
    return make_volunteer(
        "孙小明", born_on=today.replace(year=today.year - 16, day=1), region=region, **more
    )


def names(page: Any) -> list[str]:
    return re.findall(r'<a href="/desk/volunteers/\d+/">([^<]+)</a>', page.content.decode())


# -- whose ---------------------------------------------------------------------------------------


def test_the_register_shows_one_s_own_area_and_nothing_else(home: Region) -> None:
    far = make_region("胜利街社区", parent=make_county())
    make_volunteer("王芳", region=home)
    make_volunteer("李强", region=far)
    worker = make_staff(home, Role.COMMUNITY_WORKER)
    assert names(as_(worker).get(LIST)) == ["王芳"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_other_roles_do_not_see_the_register(city: Region, role: Role) -> None:
    browser = as_(make_staff(city, role))
    for page in (LIST, "/desk/volunteers/new/", "/desk/identity/"):
        assert browser.get(page).status_code == 403


def test_the_register_masks_numbers_and_the_names_of_minors(desk: Client, home: Region) -> None:
    id_number = make_id_number()
    make_volunteer("王芳", region=home, id_number=id_number, phone="13912345678")
    minor = make_minor(home, phone="13887654321")
    every = "&".join(f"col={column.key}" for column in COLUMNS)
    words = desk.get(f"{LIST}?{every}").content.decode()
    assert names(desk.get(LIST)) == ["孙*明（未成年）", "王芳"]
    plain = (id_number, "13912345678", "13887654321", queries.id_number_of(minor), "孙小明")
    assert [text for text in plain if text in words] == []
    assert "139****5678" in words


# -- filters -------------------------------------------------------------------------------------


@pytest.fixture
def three(home: Region) -> list[Volunteer]:
    far = make_region("胜利街社区", parent=make_county())
    return [
        make_volunteer(
            "王芳", region=home, phone="13912345678", id_number="410922195403050077",
            born_on=date(1954, 3, 5),
        ),
        make_volunteer(
            "王强", region=far, verified=False, registered_at=NOON - timedelta(days=9), sex="M"
        ),
        make_volunteer("李强", region=home, channel="paper", phone="", sex="M"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=王", ["王芳", "王强"]),
        ("q=强", []),
        ("q=%00%F0%9F%98%80", []),
        ("state=unverified", ["王强"]),
        ("channel=paper", ["李强"]),
        ("sex=M", ["李强", "王强"]),
        ("phone=no", ["李强"]),
        ("phone=yes", ["王芳", "王强"]),
        ("age_from=60", ["王芳"]),
        ("age_to=60", ["李强", "王强"]),
        ("age_from=３０&age_to=６０", ["李强", "王强"]),
        ("age=minor", []),
        ("age=adult", ["李强", "王芳", "王强"]),
        ("party=yes", []),
        ("party=no", ["李强", "王芳", "王强"]),
        ("standing=closed", []),
        ("standing=all", ["李强", "王芳", "王强"]),
        ("since=2026-11-24", ["李强", "王芳"]),
        ("until=2026-11-20", ["王强"]),
        ("since=2026-11-15&until=2026-11-15", ["王强"]),
        ("q=王&state=verified&channel=internet", ["王芳"]),
        ("page=99", ["李强", "王芳", "王强"]),
    ],
)
def test_the_filters_stand_in_the_address(
    desk: Client, three: list[Volunteer], query: str, found: list[str]
) -> None:
    assert sorted(names(desk.get(f"{LIST}?{query}"))) == sorted(found)


def test_the_register_is_narrowed_to_a_county_or_a_community(
    desk: Client, three: list[Volunteer]
) -> None:
    county = Region.objects.get(code="140107000000")
    assert names(desk.get(LIST, {"region": county.pk})) == ["王强"]
    home = three[0].region
    chain = [Region.objects.get(code=code).pk for code in home.path.split("/")[3:-1]]
    address = "&".join(f"region={pk}" for pk in chain)
    assert sorted(names(desk.get(f"{LIST}?{address}"))) == ["李强", "王芳"]


def test_skills_fields_and_recruiters_narrow_the_list(desk: Client, home: Region) -> None:
    skill, category = Skill.objects.create(name="理发"), Category.objects.create(name="助老")
    team = make_organization("夕阳红服务队", region=home)
    one = make_volunteer("王芳", region=home, skills=[skill], intentions=[category])
    Volunteer.objects.filter(pk=one.pk).update(recruited_by=team)
    make_volunteer("李强", region=home)
    for query in (
        {"skill": skill.pk}, {"category": category.pk}, {"recruiter": team.pk},
        {"recruiter": "夕阳红"},
    ):  # fmt: skip
        assert names(desk.get(LIST, query)) == ["王芳"]
    shown = desk.get(f"{LIST}?col=name&col=skills&col=intentions&col=recruiter").content.decode()
    assert [word in shown for word in ("理发", "助老", "夕阳红服务队")] == [True] * 3


def test_several_recruiters_of_a_name_are_offered(desk: Client, home: Region) -> None:
    for name in ("夕阳红一队", "夕阳红二队"):
        make_organization(name, region=home)
    page = desk.get(LIST, {"recruiter": "夕阳红"})
    words = page.content.decode()
    assert page.status_code == 422
    assert ("有多个组织" in words, "夕阳红一队</option>" in words) == (True, True)


def test_closed_and_merged_records_have_their_own_lists(desk: Client, home: Region) -> None:
    stays, closed, merged = (make_volunteer(name, region=home) for name in ("甲一", "乙二", "丙三"))
    Volunteer.objects.filter(pk=closed.pk).update(closed_at=NOON, user=None)
    Volunteer.objects.filter(pk=merged.pk).update(closed_at=NOON, user=None, merged_into=stays)
    found = [names(desk.get(f"{LIST}?standing={one}")) for one in ("", "closed", "merged", "all")]
    assert found == [["甲一"], ["乙二"], ["丙三"], ["丙三", "乙二", "甲一"]]


def test_minors_are_found_by_the_city_s_age(desk: Client, home: Region) -> None:
    make_minor(home)
    make_volunteer("王芳", region=home)
    assert names(desk.get(f"{LIST}?age=minor")) == ["孙*明（未成年）"]
    assert names(desk.get(f"{LIST}?age=minor&age_to=15")) == []
    assert names(desk.get(f"{LIST}?age=adult&age_from=16")) == ["王芳"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("", ["乙二", "甲一", "丙三"]),
        ("oldest", ["丙三", "甲一", "乙二"]),
        ("young", ["丙三", "乙二", "甲一"]),
        ("old", ["甲一", "乙二", "丙三"]),
    ],
)
def test_the_list_is_sorted_as_asked(
    desk: Client, home: Region, order: str, found: list[str]
) -> None:
    for name, year, days in (("甲一", 1950, 2), ("乙二", 1970, 1), ("丙三", 1990, 3)):
        at = NOON - timedelta(days=days)
        make_volunteer(name, region=home, born_on=date(year, 1, 1), registered_at=at)
    assert names(desk.get(f"{LIST}?order={order}")) == found


def test_columns_are_chosen_in_the_address(desk: Client, home: Region) -> None:
    volunteer = make_volunteer("王芳", region=home)
    account = ledger.open_account(
        key=f"minutes:volunteer:{volunteer.pk}:proven", unit=Unit.MINUTES,
        holder=f"volunteer:{volunteer.pk}",
    )  # fmt: skip
    Account.objects.filter(pk=account.pk).update(balance=90)
    page = desk.get(f"{LIST}?col=name&col=hours&col=county&col=nonsense").content.decode()
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', page) == ["姓名", "县（市、区）", "服务时长"]
    assert "1 小时 30 分" in page


def test_the_register_finds_a_number(desk: Client, three: list[Volunteer]) -> None:
    assert names(desk.get(f"{LIST}?q={three[2].number}")) == ["李强"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=gestern", "日期不对，请写成 2026-11-24 这样。"),
        ("since=2026-11-24&until=2026-11-20", "结束日期早于开始日期，请调整。"),
        ("state=x", "没有这个选项"),
        ("region=999999999", "这个区划不在本市"),
        ("age_from=-1", "年龄应为 0 到 120"),
        ("age_from=x", "年龄应为 0 到 120"),
        ("age_from=60&age_to=20", "最大年龄小于最小年龄"),
        ("skill=99999999999999999999999", "没有这个选项"),
        ("skill=x", "没有这个选项"),
        ("recruiter=没有这个队", "没有找到名称里有"),
        ("order=x", "没有这个选项"),
        ("standing=x", "没有这个选项"),
        ("q=13912345678", "不要放进网址"),
        ("q=%2B86+139-1234-5678", "不要放进网址"),
        ("q=410922195403050077", "不要放进网址"),
        (f"q={'王' * 50}", "最多 40 个字"),
    ],
)
def test_a_filter_that_cannot_be_is_named(
    desk: Client, three: list[Volunteer], query: str, sentence: str
) -> None:
    page = desk.get(f"{LIST}?{query}")
    assert (page.status_code, sentence in page.content.decode()) == (422, True)


def test_the_register_asks_as_much_for_one_as_for_thirty(desk: Client, home: Region) -> None:
    every = LIST + "?" + "&".join(f"col={column.key}" for column in COLUMNS)
    make_volunteer("王芳", region=home)
    asked = queries_for(desk, every)
    for _ in range(29):
        make_volunteer("王芳", region=home)
    assert queries_for(desk, every) == asked


# -- one person ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("１３９１２３４５６７８", ["王芳"]),
        ("+86 139-1234-5678", ["王芳"]),
        ("410922195403050077", ["王芳"]),
        ("410922 19540305 0077", ["王芳"]),
        ("5678", ["王芳"]),
        ("５６７８", ["王芳"]),
        ("王 5678", ["王芳"]),
        ("王芳 5678", ["王芳"]),
        ("李 5678", []),
        ("1234", []),
        ("1391234567", []),
        ("41092219540305007", []),
    ],
)
def test_a_number_is_found_without_standing_in_an_address(
    desk: Client, three: list[Volunteer], words: str, found: list[str]
) -> None:
    page = desk.post(FIND, {"words": words})
    assert (page.status_code, names(page)) == (200, found)
    assert desk.get(f"{FIND}?words={words}").status_code == 405


def test_a_name_or_volunteer_number_becomes_an_address(
    desk: Client, three: list[Volunteer]
) -> None:
    for words, query in (
        ("王芳", "q=%E7%8E%8B%E8%8A%B3"), ("1401 0000 0001", "q=140100000001"),
    ):  # fmt: skip
        assert desk.post(FIND, {"words": words})["Location"] == f"{LIST}?{query}"


def test_a_number_of_a_record_from_elsewhere_is_found(desk: Client, three: list[Volunteer]) -> None:
    assert names(desk.post(FIND, {"words": three[1].number})) == ["王强"]


def test_a_closed_record_is_found_by_its_number(desk: Client, three: list[Volunteer]) -> None:
    Volunteer.objects.filter(pk=three[0].pk).update(closed_at=NOON, user=None)
    assert names(desk.post(FIND, {"words": "5678"})) == ["王芳"]


@pytest.mark.parametrize("words", ["", " ", "1", "123", "😀", "\x00", "1" * 70, "手机139"])
def test_words_that_find_nobody_are_named(desk: Client, words: str) -> None:
    assert desk.post(FIND, {"words": words}).status_code in {302, 422}


def test_too_many_are_cut_with_a_hint(
    desk: Client, home: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voluncity.city.people.views.desk.MOST_FOUND", 2)
    for number in range(3):
        make_volunteer("王芳", region=home, phone=f"1390000{number}888"[:11])
    for one in Volunteer.objects.all():
        Volunteer.objects.filter(pk=one.pk).update(phone_tail_index=_tail("8888"))
    page = desk.post(FIND, {"words": "8888"})
    assert (len(names(page)), "超过 2 人" in page.content.decode()) == (2, True)


def _tail(digits: str) -> str:
    from voluncity.city.access import personal  # beside its only use

    return personal.tail_index(digits)


def test_a_number_of_another_area_finds_nobody(home: Region, three: list[Volunteer]) -> None:
    browser = as_(make_staff(home, Role.COMMUNITY_WORKER))
    whole, tail = queries.id_number_of(three[1]), queries.phone_of(three[1])[-4:]
    for words in (whole, queries.phone_of(three[1]), f"王 {tail}", three[1].number):
        assert "王强" not in names(browser.post(FIND, {"words": words}))
