"""Who reported and who served: counted from records, seen by those who may and nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from voluncity.care.party import actions, queries
from voluncity.care.party.actions.figures import keep_service
from voluncity.care.party.models import ServiceFigures
from voluncity.care.party.queries import MemberFilters, TableFilters
from voluncity.care.party.tests.conftest import Cast, make_comrade, pair, reported
from voluncity.city.access.permissions import Role
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import NINE, make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import (
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)
EVERYBODY = MemberFilters(since=SINCE)


def rows(cast: Cast, filters: MemberFilters = EVERYBODY) -> list[tuple[str, str, int, int, int]]:
    found = list(queries.unit_members(cast.unit, filters))
    return [
        (
            row.volunteer.name,
            row.report.state if row.report else "",
            row.times,
            row.minutes,
            row.local_minutes,
        )
        for row in queries.member_rows(found, since=filters.since)
    ]


def test_the_unit_sees_who_reported_served_and_how_long(cast: Cast) -> None:
    busy, idle, absent = make_comrade("丁一"), make_comrade("丁二"), make_comrade("丁三")
    reported(cast, busy)
    reported(cast, idle, is_confirmed=False)
    make_member(absent, cast.unit)
    make_member(make_volunteer("丁四"), cast.unit)  # in no Party
    here = make_organization(region=cast.community)
    elsewhere = make_organization(region=make_region("远处社区"))
    make_posted(make_past_shift(here), busy)
    next_day = NINE + timedelta(days=1)
    away = make_past_shift(elsewhere, starts_at=next_day, ends_at=next_day + timedelta(hours=1))
    make_posted(away, busy)
    assert rows(cast) == [
        ("丁一", "confirmed", 2, 180, 120),
        ("丁三", "", 0, 0, 0),
        ("丁二", "reported", 0, 0, 0),
    ]


def test_the_filters_narrow_and_the_day_moves_the_count(cast: Cast) -> None:
    busy, idle = make_comrade("丁一"), make_comrade("丁二")
    for one in (busy, idle):
        reported(cast, one)
    make_posted(make_past_shift(make_organization(region=cast.community)), busy)
    names = {
        word: [row[0] for row in rows(cast, MemberFilters(since=SINCE, **asked))]
        for word, asked in {
            "served": {"served": "yes"},
            "idle": {"served": "no"},
            "name": {"words": "丁二"},
            "number": {"words": busy.number},
            "nobody": {"state": "none"},
            "waiting": {"state": "reported"},
        }.items()
    }
    assert names == {
        "served": ["丁一"], "idle": ["丁二"], "name": ["丁二"], "number": ["丁一"],
        "nobody": [], "waiting": [],
    }  # fmt: skip
    assert rows(cast, MemberFilters(since=date(2026, 11, 17)))[0][2:] == (0, 0, 0)


def test_an_ended_report_counts_no_minute_twice(cast: Cast) -> None:
    member = make_comrade()
    reported(cast, member)
    actions.leave(volunteer=member, by=user_of(member), at=member.registered_at)
    reported(cast, member)
    make_posted(make_past_shift(make_organization(region=cast.community)), member)
    assert [row[2:] for row in rows(cast)] == [(1, 120, 120)]
    filters = TableFilters(since=SINCE)
    found = list(queries.table(cast.office, filters))
    line = queries.lines(found, filters)[0]
    assert (line.reported, line.served, line.minutes, line.local_minutes) == (1, 1, 120, 120)


def test_a_unit_that_is_not_paired_is_not_told_who_is_in_the_party(cast: Cast) -> None:
    unit = make_organization("私企", kind=Kind.UNIT)
    make_member(make_comrade(), unit)
    assert list(queries.unit_members(unit, EVERYBODY)) == []


def test_the_city_sees_units_and_communities_with_counts(cast: Cast) -> None:
    for name in ("丁一", "丁二"):
        reported(cast, make_comrade(name), is_confirmed=name == "丁一")
    make_posted(
        make_past_shift(make_organization(region=cast.community)),
        queries.unit_members(cast.unit, EVERYBODY)[0],
    )
    other = make_region("桥东社区")
    pair(cast, community=other)
    by_unit, by_community = (
        queries.lines(list(queries.table(cast.office, filters)), filters)
        for filters in (
            TableFilters(since=SINCE),
            TableFilters(since=SINCE, by="community"),
        )
    )
    assert by_unit == [
        queries.Line(cast.unit.pk, "市民政局", ("青年路社区", "桥东社区"), 2, 1, 1, 120, 120)
    ]
    assert by_community == [
        queries.Line(cast.community.pk, "青年路社区", ("市民政局",), 2, 1, 1, 120, 120),
        queries.Line(other.pk, "桥东社区", ("市民政局",), 0, 0, 0, 0, 0),
    ]
    assert by_unit[0].idle == 1


# -- Who may see -----------------------------------------------------------------------------------


def status(user: User, page: str) -> int:
    return as_(user).get(page).status_code


def test_each_side_sees_its_own_and_nothing_else(cast: Cast) -> None:
    reported(cast, make_comrade())
    unit, community = (
        f"/party/desk/units/{cast.unit.pk}/",
        (f"/party/desk/communities/{cast.community.pk}/"),
    )
    other_admin, other_worker = make_user("赵强"), make_user("钱丽")
    give(other_admin, Role.ORG_ADMIN, make_organization(kind=Kind.UNIT))
    give(other_worker, Role.COMMUNITY_WORKER, make_region("远处社区"))
    county = make_user("孙立新")
    give(county, Role.COUNTY_OFFICE, make_county())
    seen = {
        name: (status(user, unit), status(user, community))
        for name, user in {
            "office": cast.office, "admin": cast.admin, "worker": cast.worker,
            "other admin": other_admin, "other worker": other_worker, "county": county,
        }.items()
    }  # fmt: skip
    assert seen == {
        "office": (200, 200),
        "admin": (200, 404),
        "worker": (404, 200),
        "other admin": (404, 404),
        "other worker": (404, 404),
        "county": (404, 404),
    }


def test_the_administrator_of_a_community_s_own_organization_sees_it(cast: Cast) -> None:
    reported(cast, make_comrade())
    committee = make_organization(kind=Kind.COMMUNITY, region=cast.community)
    admin = make_user("吴芳")
    give(admin, Role.ORG_ADMIN, committee)
    assert status(admin, f"/party/desk/communities/{cast.community.pk}/") == 200
    assert status(admin, f"/party/desk/units/{cast.unit.pk}/") == 404


def test_a_unit_does_not_confirm_its_own_members(cast: Cast) -> None:
    report = reported(cast, make_comrade(), is_confirmed=False)
    page = f"/party/desk/reports/{report.pk}/confirm/"
    assert as_(cast.admin).post(page).status_code == 404
    assert as_(cast.worker).post(page).status_code == 302


def test_no_public_page_and_no_volunteer_learns_of_it(cast: Cast) -> None:
    member = make_comrade("丁一")
    reported(cast, member)
    team = make_organization("护河队", region=cast.community)
    make_member(member, team)
    pages = (
        "/", "/orgs/", f"/orgs/{cast.unit.pk}/", f"/orgs/{team.pk}/", "/leaderboards/",
        "/find/", "/stations/",
    )  # fmt: skip
    other = as_(user_of(make_volunteer("路人")))
    for browser in (Client(), other):
        for page in pages:
            words = browser.get(page, follow=True).content.decode()
            assert "报到" not in words, page
            assert "丁一" not in words, page
    assert "党员双报到" not in other.get("/me/").content.decode()
    words = other.get("/party/").content.decode()
    assert "丁一" not in words
    assert cast.unit.name not in words
    assert Client().get("/party/").status_code == 302


# -- Pages -----------------------------------------------------------------------------------------


def fill(cast: Cast, count: int) -> None:
    for number in range(count):
        reported(cast, make_comrade(f"丁{'一二三四五六七八九十'[number % 10]}"))


@pytest.mark.parametrize("page", ["units", "communities"])
def test_members_cost_the_same_for_one_and_for_thirty(cast: Cast, page: str) -> None:
    fill(cast, 1)
    subject = cast.unit.pk if page == "units" else cast.community.pk
    address, browser = f"/party/desk/{page}/{subject}/", as_(cast.office)
    one = queries_for(browser, address)
    fill(cast, 29)
    assert queries_for(browser, address) == one


def test_the_table_costs_the_same_for_one_and_for_thirty(cast: Cast) -> None:
    browser = as_(cast.office)
    one = queries_for(browser, "/party/desk/")
    for number in range(29):
        unit = make_organization(f"单位{number}", kind=Kind.UNIT, region=cast.unit.region)
        pair(cast, unit=unit)
    assert queries_for(browser, "/party/desk/") == one
    assert browser.get("/party/desk/").content.decode().count("单位") >= 29


def test_a_member_walks_from_the_unit_to_the_community(cast: Cast) -> None:
    member = make_comrade(region=Region.objects.get(pk=cast.community.pk))
    browser = as_(user_of(member))
    words = browser.get("/party/?q=民政").content.decode()
    assert f'href="/party/report/{cast.unit.pk}/"' in words
    page = f"/party/report/{cast.unit.pk}/"
    assert "青年路社区（与单位结对）" in browser.get(page).content.decode()
    done = browser.post(page, {"community": cast.community.pk}, follow=True).content.decode()
    assert "待社区确认" in done
    assert browser.post(page, {"community": cast.community.pk}).status_code == 422
    assert "已结束报到" in browser.post("/party/end/", follow=True).content.decode()


@pytest.mark.parametrize("said", ["", "x", "0", "-1", "9" * 30, "１", "😀"])
def test_a_strange_community_is_refused_at_its_field(cast: Cast, said: str) -> None:
    browser = as_(user_of(make_comrade()))
    answer = browser.post(f"/party/report/{cast.unit.pk}/", {"community": said})
    assert answer.status_code == 422
    assert "选择社区" in answer.content.decode()


@pytest.mark.parametrize("query", ["since=x", "since=9999-99-99", "by=x", "county=x", "page=x"])
def test_strange_filters_ask_nothing(cast: Cast, query: str) -> None:
    assert "市民政局" in as_(cast.office).get(f"/party/desk/?{query}").content.decode()


def test_the_office_pairs_and_ends_on_its_page(cast: Cast) -> None:
    browser, community = as_(cast.office), make_region("桥东社区")
    chain = [community.parent.parent_id, community.parent_id, community.pk]  # type: ignore[union-attr]
    sent = {"unit": cast.unit.pk, "region": chain, "starts_on": "2026-03-05"}
    words = browser.post("/party/desk/pairings/", sent, follow=True).content.decode()
    assert "已登记：市民政局与桥东社区结对。" in words
    again = browser.post("/party/desk/pairings/", sent)
    assert again.status_code == 422
    assert "已经结对" in again.content.decode()
    empty = browser.post("/party/desk/pairings/", {})
    assert "请选择单位" in empty.content.decode()


def test_a_report_is_sent_back_on_the_page_with_a_reason(cast: Cast) -> None:
    report = reported(cast, make_comrade(), is_confirmed=False)
    browser, page = as_(cast.worker), f"/party/desk/reports/{report.pk}/decline/"
    bad = browser.post(page, {"reason": ""})
    assert (bad.status_code, "请写明退回的原因" in bad.content.decode()) == (422, True)
    assert browser.post(page, {"reason": "字" * 201}).status_code == 422
    assert "已退回" in browser.post(page, {"reason": "不在本社区"}, follow=True).content.decode()
    strange = f"/party/desk/reports/{report.pk}/burn/"
    assert browser.post(strange).status_code == 404


def test_service_in_a_merged_record_counts_for_the_person_once(cast: Cast) -> None:
    living, between, merged = make_comrade("丁一"), make_volunteer("丁一"), make_volunteer("丁一")
    reported(cast, living)
    here = make_organization(region=cast.community)
    for number, one in enumerate((living, between, merged)):
        starts_at = NINE + timedelta(days=number)
        shift = make_past_shift(here, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        make_posted(shift, one)
    for one, into in ((merged, between), (between, living)):
        Volunteer.objects.filter(pk=one.pk).update(merged_into=into, closed_at=NINE, user=None)
    members = list(queries.unit_members(cast.unit, EVERYBODY))
    (row,) = queries.member_rows(members, since=SINCE)
    assert (row.times, row.minutes, row.local_minutes) == (3, 180, 180)
    next_day = local_date(NINE) + timedelta(days=1)
    for since, sums in ((SINCE, (1, 180, 180)), (next_day, (1, 120, 120))):
        for by in ("unit", "community"):
            filters = TableFilters(since=since, by=by)
            (line,) = queries.lines(list(queries.table(cast.office, filters)), filters)
            assert (line.served, line.minutes, line.local_minutes) == sums
    served = MemberFilters(since=next_day, served="yes")
    assert list(queries.unit_members(cast.unit, served)) == [living]


def test_kept_figures_say_the_same_as_counting(cast: Cast) -> None:
    for name in ("丁一", "丁二"):
        member = make_comrade(name)
        reported(cast, member)
        make_posted(make_past_shift(make_organization(region=cast.community)), member)
    for by in ("unit", "community"):
        filters = TableFilters(since=date(2026, 1, 1), by=by)
        found = list(queries.table(cast.office, filters))
        ServiceFigures.objects.all().delete()
        live = queries.lines(found, filters)
        keep_service(at=NINE)
        assert queries.counted_at(filters.since) == NINE
        assert queries.lines(found, filters, is_kept=True) == live
        assert [(line.served, line.minutes) for line in live] == [(2, 240)]
    page = as_(cast.office).get("/party/desk/?since=2026-01-01").content.decode()
    assert "统计于" in page
