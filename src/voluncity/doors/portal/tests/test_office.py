"""Desk, journal, rules and roles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.access.queries import permissions_of
from voluncity.city.access.scopes import Scope
from voluncity.city.journal.actions import record
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.policy.queries import number
from voluncity.city.regions.models import Region
from voluncity.doors.portal.queries import desk, piles
from voluncity.testing.counting import queries_for
from voluncity.testing.make_claims import make_claim, make_correction
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user, make_volunteer
from voluncity.testing.make_projects import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Region:
    make_region()
    return Region.objects.get(code="140100000000")


def _staff(client: Client, role: Role, scope: Region) -> User:
    user = make_user("赵文清", phone="13903510001")
    give(user, role, scope)
    client.force_login(user)
    return user


def _page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_desk_lists_what_waits_oldest_first_with_its_age(client: Client, city: Region) -> None:
    _staff(client, Role.CITY_OFFICE, city)
    make_organization("桥东街社区志愿服务队", state=OrgState.APPLIED)
    author = make_user("周敏")
    since = now() - timedelta(days=3)
    make_project(state="submitted", submitted_at=since, submitted_by=author)
    page = _page(client, "/desk/")
    assert "组织审核：1 件" in page
    assert "项目审核：1 件" in page
    assert "最早的一件已等了 3 天" in page


def test_a_high_pile_is_counted_up_to_its_limit_and_knows_its_oldest(
    client: Client, city: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piles, "MOST", 2)
    _staff(client, Role.CITY_OFFICE, city)
    author = make_user("周敏")
    for days in (1, 9, 4):
        make_project(
            state="submitted", submitted_at=now() - timedelta(days=days), submitted_by=author
        )
    page = _page(client, "/desk/")
    assert "项目审核：超过 2 件" in page
    assert "最早的一件已等了 9 天" in page


def test_claims_and_corrections_wait_on_the_desk(client: Client, city: Region) -> None:
    _staff(client, Role.CITY_OFFICE, city)
    make_claim(make_volunteer(), at=now() - timedelta(days=4))
    make_correction(make_volunteer(), at=now() - timedelta(days=1))
    page = _page(client, "/desk/")
    assert "认领登记：1 件" in page
    assert "信息更正：1 件" in page


def test_all_piles_of_a_person_are_one_question(client: Client, city: Region) -> None:
    office = _staff(client, Role.CITY_OFFICE, city)
    make_organization("桥东街社区志愿服务队", state=OrgState.APPLIED)
    permissions_of(office)
    with CaptureQueriesContext(connection) as asked:
        found = desk.waiting_for(office, at=now())
    assert ([(one.label, one.count) for one in found], len(asked)) == ([("组织审核", 1)], 1)


def test_a_pile_without_reach_is_empty() -> None:
    found = piles.count_piles([(pile, Scope()) for pile in desk.PILES], at=now())
    assert [one for one in found if one.count] == []


def test_the_desk_says_when_all_is_done(client: Client, city: Region) -> None:
    _staff(client, Role.CITY_OFFICE, city)
    assert "都办完了" in _page(client, "/desk/")


def test_a_county_office_does_not_see_another_county_in_its_piles_and_figures(
    client: Client, city: Region
) -> None:
    _staff(client, Role.COUNTY_OFFICE, make_county())
    make_organization(state=OrgState.APPLIED)
    make_volunteer("王芳")
    page = _page(client, "/desk/")
    assert "组织审核" not in page
    assert "注册志愿者" not in page


def test_the_office_sees_its_volunteers_in_the_figures(client: Client, city: Region) -> None:
    _staff(client, Role.CITY_OFFICE, city)
    for name in ("王芳", "李强", "赵敏"):
        make_volunteer(name)
    make_volunteer("孙宁", verified=False)
    page = _page(client, "/desk/")
    assert "3 人已实名" in page


def test_people_without_a_role_have_no_desk(client: Client) -> None:
    client.force_login(make_user("王芳"))
    assert client.get("/desk/").status_code == 403


def test_an_auditor_reads_the_journal_and_filters_it(client: Client, city: Region) -> None:
    _staff(client, Role.AUDITOR, city)
    record("projects.approve", ("project", 7), by=None, at=now())
    record("orgs.approve", ("organization", 8), by=None, at=now())
    assert "projects.approve" in _page(client, "/desk/journal/")
    filtered = _page(client, "/desk/journal/?subject=organization:8")
    assert ("orgs.approve" in filtered, "projects.approve" in filtered) == (True, False)


@pytest.mark.parametrize(
    "query",
    ["subject=:", "subject=x:99999999999999999999999", "day=2026-13-40", "verb=%00", "page=-4"],
)
def test_the_journal_page_survives_nonsense_filters(
    client: Client, city: Region, query: str
) -> None:
    _staff(client, Role.AUDITOR, city)
    assert client.get(f"/desk/journal/?{query}").status_code == 200


def test_the_journal_asks_as_often_for_thirty_entries_as_for_one(
    client: Client, city: Region
) -> None:
    user = _staff(client, Role.AUDITOR, city)
    record("a.b", user, by=user, at=now())
    once = queries_for(client, "/desk/journal/")
    for _ in range(29):
        record("a.b", user, by=user, at=now())
    assert queries_for(client, "/desk/journal/") == once


def _rule(**changes: str) -> dict[str, str]:
    return {
        "key": "hours.day_direct_minutes",
        "value": "420",
        "valid_from": str(localdate()),
        "basis": "并文明〔2026〕8号",
    } | changes


def test_the_office_changes_a_rule_from_a_day_on(client: Client, city: Region) -> None:
    _staff(client, Role.CITY_OFFICE, city)
    tomorrow = localdate() + timedelta(days=1)
    answer = client.post("/desk/policy/", _rule(value="４２０", valid_from=str(tomorrow)))
    assert answer.status_code == 302
    assert number("hours.day_direct_minutes", on=localdate()) == 480
    assert number("hours.day_direct_minutes", on=tomorrow) == 420
    assert "并文明〔2026〕8号" in _page(client, "/desk/policy/")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": "-5"}, "请填写一个整数"),
        ({"value": "很多"}, "请填写一个整数"),
        ({"value": "99999"}, "应在 60 到 1440"),
        ({"valid_from": "2020-01-01"}, "生效日期不能早于今天"),
        ({"valid_from": "明天"}, "输入一个有效的日期"),
        ({"key": "no.such.rule"}, "不在可用的选项中"),
        ({"basis": ""}, "必填"),
        ({"basis": "文" * 201}, "200"),
    ],
)
def test_a_wrong_rule_gets_a_sentence_and_changes_nothing(
    client: Client, city: Region, changes: dict[str, str], sentence: str
) -> None:
    _staff(client, Role.CITY_OFFICE, city)
    answer = client.post("/desk/policy/", _rule(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert PolicyNumber.objects.count() == 0


def test_a_security_admin_gives_a_role_and_takes_it_back(client: Client, city: Region) -> None:
    _staff(client, Role.SECURITY_ADMIN, city)
    leader = make_user("李强", phone="13903510002")
    team = make_organization()
    form = {"phone": "139 0351 0002", "role": "team_leader", "organization": team.pk}
    assert client.post("/desk/grants/", form).status_code == 302
    grant = Grant.objects.get(user=leader, revoked_at=None)
    assert (grant.role, grant.organization) == ("team_leader", team)
    assert client.post(f"/desk/grants/{grant.pk}/revoke/").status_code == 302
    grant.refresh_from_db()
    assert grant.revoked_at is not None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "12345"}, "手机号"),
        ({"phone": "13999999999"}, "没有用这个手机号登录过的人"),
        ({"phone": "13903510001"}, "不能给自己分配角色"),
        ({"organization": ""}, "需要选择一个组织"),
        ({"organization": "999999"}, "没有找到名称里有“999999”的组织"),
        ({"role": "emperor"}, "不在可用的选项中"),
    ],
)
def test_a_wrong_grant_gets_a_sentence_and_gives_nothing(
    client: Client, city: Region, changes: dict[str, str], sentence: str
) -> None:
    _staff(client, Role.SECURITY_ADMIN, city)
    make_user("李强", phone="13903510002")
    team = make_organization()
    form = {"phone": "13903510002", "role": "team_leader", "organization": team.pk, **changes}
    answer = client.post("/desk/grants/", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Grant.objects.count() == 1


def test_a_role_outside_the_own_area_cannot_be_taken_back(client: Client, city: Region) -> None:
    _staff(client, Role.SECURITY_ADMIN, make_county())
    grant = give(make_user("李强"), Role.TEAM_LEADER, make_organization())
    assert client.post(f"/desk/grants/{grant.pk}/revoke/").status_code == 404
    assert Entry.objects.filter(verb="access.revoke_role").count() == 0
    assert Entry.objects.filter(verb="access.denied", subject_id=grant.pk).count() == 1
