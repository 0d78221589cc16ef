"""Ways that somebody goes who was not thought of first: both sides in one person, days gone by."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.grants.rules.changes import Version
from voluncity.fund.grants.states import ChangeState
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import make_officer
from voluncity.testing.make_fund import give_money
from voluncity.testing.make_grants import (
    fresh,
    make_change,
    make_county_funding,
    make_funding,
    make_support,
    plan_milestones,
    shifted,
    support_plan,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_county
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def running(fund: Fund, team: Organization, admin: User, officer: User) -> Funding:
    return make_funding(fund=fund, organization=team, admin=admin, officer=officer)


# -- Both sides in one person ----------------------------------------------------------------------


def test_nobody_opens_a_support_for_an_organization_that_they_act_for(
    fund: Fund, team: Organization, officer: User
) -> None:
    give(officer, Role.ORG_ADMIN, team)
    give_money(fund, 2_000_000)
    plan = support_plan(fund, organization_id=team.pk)
    with pytest.raises(NotAllowed, match="管理员"):
        actions.open_support(fund=fund, plan=plan, handle="own-support-1", by=officer, at=NOON)
    assert not Funding.objects.exists()


def test_who_handed_the_milestones_of_a_county_in_does_not_agree_to_them(
    officer: User, colleague: User
) -> None:
    funding = make_county_funding(make_county(), "agreeing", officer=officer)
    plan_milestones(funding, party=officer)
    with pytest.raises(NotAllowed, match="另一位"):
        actions.agree_plan(funding=funding, seen=funding.edition, by=officer, at=NOON)
    actions.agree_plan(funding=fresh(funding), seen=funding.edition, by=colleague, at=NOON)


def test_the_office_reads_and_takes_back_the_change_that_it_asked_for_a_county(
    officer: User,
) -> None:
    funding = make_county_funding(make_county(), officer=officer, at=now())
    change = make_change(funding, by=officer, at=now())
    page = f"/fund/grants/own/changes/{change.pk}/"
    office = as_(officer)
    assert "撤回变更申请" in office.get(page).content.decode()
    assert office.post(page).status_code == 302
    assert Change.objects.get().state == ChangeState.WITHDRAWN


def test_the_office_takes_back_no_change_of_an_organization(running: Funding) -> None:
    change = make_change(running)
    office = as_(make_officer(make_county(), "段文静"))
    assert office.get(f"/fund/grants/own/changes/{change.pk}/").status_code == 404


def test_a_milestone_of_a_county_is_accepted_by_another_of_the_office(
    officer: User, colleague: User
) -> None:
    funding = make_county_funding(make_county(), officer=officer, admin=colleague, at=now())
    milestone = funding.milestones.order_by("number")[0]
    page, sent = f"/fund/grants/desk/{funding.pk}/", {"milestone": str(milestone.pk)}
    assert "验收里程碑" in as_(officer).get(page).content.decode()
    step, seen = f"{page}accept-milestone/", {"seen": str(fresh(funding).edition)}
    bare = as_(officer).post(step, seen | sent | {"words": " "})
    assert (bare.status_code, "请填写核实情况" in bare.content.decode()) == (422, True)
    own = as_(colleague).post(step, seen | sent | {"words": "看了签到表。"})
    assert (own.status_code, "另一位工作人员验收" in own.content.decode()) == (422, True)
    foreign = make_funding(organization=None, at=now()).milestones.order_by("number")[0]
    other = as_(officer).post(step, seen | {"milestone": str(foreign.pk), "words": "看了。"})
    assert other.status_code == 422
    assert as_(officer).post(step, seen | sent | {"words": "看了签到表。"}).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.is_accepted, milestone.accepted_by) == (True, officer)
    assert funding.moves.order_by("-pk")[0].words.endswith("看了签到表。")


def test_the_milestones_of_an_organization_come_with_its_reports(
    running: Funding, officer: User
) -> None:
    milestone = running.milestones.order_by("number")[0]
    page = f"/fund/grants/desk/{running.pk}/"
    assert "验收里程碑" not in as_(officer).get(page).content.decode()
    answer = as_(officer).post(
        f"{page}accept-milestone/",
        {"seen": str(running.edition), "milestone": str(milestone.pk), "words": "看了。"},
    )
    assert (answer.status_code, "随进展报告验收" in answer.content.decode()) == (422, True)
    milestone.refresh_from_db()
    assert not milestone.is_accepted


def test_who_comes_second_reads_why_nothing_was_done(running: Funding, officer: User) -> None:
    page, old = f"/fund/grants/desk/{running.pk}/", {"seen": str(running.edition)}
    client = as_(officer)
    assert client.post(f"{page}suspend/", old | {"words": "核查。"}).status_code == 302
    late = client.post(f"{page}suspend/", old | {"words": "我也要暂停。"})
    assert (late.status_code, "刚刚有人办理过" in late.content.decode()) == (422, True)


def test_the_office_is_warned_of_an_organization_that_was_suspended(
    running: Funding, team: Organization, admin: User, officer: User
) -> None:
    page = f"/fund/grants/desk/{running.pk}/"
    assert "受资助组织现在是" not in as_(officer).get(page).content.decode()
    Organization.objects.filter(pk=team.pk).update(state=OrgState.SUSPENDED)
    assert "受资助组织现在是“暂停”状态" in as_(officer).get(page).content.decode()
    own = as_(admin).get(f"/fund/grants/own/{running.pk}/")
    assert "受资助组织现在是" not in own.content.decode()


# -- Days ------------------------------------------------------------------------------------------


def later(running: Funding, *, starts: int = 0, ends: int = 0) -> Version:
    whole = queries.version_of(running)
    return replace(
        whole, starts_on=whole.starts_on + starts * DAY, ends_on=whole.ends_on + ends * DAY
    )


def test_a_project_that_began_keeps_its_first_day(running: Funding, admin: User) -> None:
    begun = NOON + 5 * DAY
    for starts in (-1, 1):
        with pytest.raises(BadInput, match="已经开始") as refusal:
            actions.ask_change(
                funding=fresh(running), after=later(running, starts=starts), reason="改日期。",
                seen=fresh(running).edition, handle=f"begins-{starts:+d}-0001", by=admin, at=begun,
            )  # fmt: skip
        assert refusal.value.field == "starts_on"
    before_it_begins = actions.ask_change(
        funding=fresh(running), after=later(running, starts=3), reason="改日期。",
        seen=fresh(running).edition, handle="begins-earlier-01", by=admin, at=NOON,
    )  # fmt: skip
    assert before_it_begins.after["starts_on"] == str(running.starts_on + 3 * DAY)


def test_no_project_ends_in_the_past(running: Funding, admin: User, officer: User) -> None:
    whole = queries.version_of(running)
    steps = tuple(replace(one, due_on=whole.starts_on + 9 * DAY) for one in whole.milestones)
    after = replace(whole, ends_on=whole.starts_on + 9 * DAY, milestones=steps)
    said: dict[str, Any] = {
        "funding": fresh(running),
        "after": after,
        "reason": "提前结束。",
        "by": admin,
    }
    with pytest.raises(BadInput, match="不能早于今天") as refusal:
        actions.ask_change(**said, seen=running.edition, handle="past-00000001", at=NOON + 30 * DAY)
    assert refusal.value.field == "ends_on"
    change = actions.ask_change(
        **said, seen=running.edition, handle="past-00000002", at=NOON + 5 * DAY
    )
    with pytest.raises(WrongState, match="重新申请"):
        actions.approve_change(change=change, words="", seen=1, by=officer, at=NOON + 30 * DAY)


def test_after_the_last_day_something_else_may_still_change(running: Funding, admin: User) -> None:
    over = NOON + 300 * DAY
    change = actions.ask_change(
        funding=fresh(running), after=shifted(running), reason="调剂。", seen=running.edition,
        handle="over-00000001", by=admin, at=over,
    )  # fmt: skip
    assert change.state == ChangeState.ASKED


# -- Whose turn ------------------------------------------------------------------------------------


def turn_of(funding: Funding, at: datetime) -> tuple[str, int]:
    """Return for whom a project waits as the worker knows it, and since how many days."""
    catch_up(at=at)
    now_stands = fresh(funding)
    return now_stands.waiting_for, now_stands.days(at)


def test_a_project_that_runs_waits_for_whoever_holds_its_work(
    running: Funding, admin: User, officer: User
) -> None:
    assert turn_of(running, NOON + 4 * DAY) == ("organization", 4)
    change = make_change(running, by=admin, at=NOON + 6 * DAY)
    before = fresh(running).edition
    assert turn_of(running, NOON + 9 * DAY) == ("office", 3)
    assert fresh(running).edition == before  # who reads the page may still decide
    actions.decline_change(change=change, words="不必。", seen=1, by=officer, at=NOON + 10 * DAY)
    assert turn_of(running, NOON + 12 * DAY) == ("organization", 2)


def test_the_hourly_turn_mends_what_a_reader_missed(running: Funding, admin: User) -> None:
    make_change(running, by=admin, at=NOON + DAY)
    actions.keep_terms(at=NOON + 2 * DAY)
    found = fresh(running)
    assert (found.waiting_for, found.stage_since) == ("office", NOON + DAY)
    actions.keep_terms(at=NOON + 3 * DAY)
    assert fresh(running).stage_since == NOON + DAY


def test_turns_are_asked_as_often_for_one_project_as_for_thirty(fund: Fund) -> None:
    ids = [make_support(fund).pk for _ in range(3)]
    asked = []
    for some in (ids[:1], ids):
        with CaptureQueriesContext(connection) as counted:
            queries.turns(some)
        asked.append(len(counted))
    assert asked[0] == asked[1]


# -- After a pause ---------------------------------------------------------------------------------


@pytest.fixture
def rested(running: Funding, officer: User) -> Funding:
    """Return a project that stood still for ten days."""
    begun = now() - 12 * DAY
    actions.suspend(funding=running, words="等待说明。", seen=running.edition, by=officer, at=begun)
    return actions.resume(
        funding=running, words="说明了。", seen=running.edition, by=officer, at=begun + 10 * DAY
    )


def test_after_a_pause_the_page_offers_to_move_the_days(rested: Funding, admin: User) -> None:
    client = as_(admin)
    page = client.get(f"/fund/grants/own/{rested.pk}/").content.decode()
    assert "申请顺延 10 天" in page
    form = client.get(f"/fund/grants/own/{rested.pk}/change/?later").content.decode()
    assert f'value="{rested.ends_on + 10 * DAY}"' in form
    for one in rested.milestones.all():
        assert f'value="{one.due_on + 10 * DAY}"' in form
    plain = client.get(f"/fund/grants/own/{rested.pk}/change/").content.decode()
    assert f'value="{rested.ends_on}"' in plain


def test_an_approved_change_settles_the_pause_before(
    rested: Funding, admin: User, officer: User
) -> None:
    assert queries.days_to_make_up(rested, at=now()) == 10
    change = make_change(rested, by=admin, at=now())
    assert "申请顺延" not in as_(admin).get(f"/fund/grants/own/{rested.pk}/").content.decode()
    actions.approve_change(change=change, words="", seen=1, by=officer, at=now())
    assert queries.days_to_make_up(fresh(rested), at=now()) == 0


# -- The list of changes ---------------------------------------------------------------------------


def test_changes_are_listed_page_by_page_and_asked_as_often_for_thirty(
    fund: Fund, officer: User
) -> None:
    client, page = as_(officer), "/fund/grants/desk/changes/"
    assert "没有等待审核的变更申请" in client.get(page).content.decode()
    make_change(make_funding(fund=fund, title="第一个项目"))
    before = queries_for(client, page)
    for number in range(30):
        make_change(make_funding(fund=fund, title=f"项目{number:02d}"))
    assert queries_for(client, page) == before
    first = client.get(page).content.decode()
    assert ("第一个项目" in first, "项目29" in first) == (True, False)
    assert "项目29" in client.get(f"{page}?page=2").content.decode()
    assert "换一个状态看看" in client.get(f"{page}?state=approved").content.decode()
    assert client.get(f"{page}?state=nonsense&page=x").status_code == 200
    top = client.get("/fund/grants/desk/").content.decode()
    assert (top.count("第 1 次变更"), "看全部变更申请" in top) == (5, True)


# -- Whatever somebody types -----------------------------------------------------------------------

ODD = (
    "", " ", "\x00", "a\x00b", "<script>alert(1)</script>", "9" * 40, "-1", "0", "１２３", "1e9",
    "2026-02-30", "0001-01-01", "9999-12-31", "😀", "字" * 9_000, "null", "../../etc", "'; --",
)  # fmt: skip
PLAN = ("lead", "m1_title", "m1_proof", "m1_due", "seen", "then")
CHANGE = (
    "reason", "lead", "starts_on", "ends_on", "l1_what", "l1_fen", "l2_fen", "n1_kind", "n1_what",
    "n1_fen", "m1_title", "m1_due", "p1_title", "p1_proof", "p1_due", "seen", "handle",
)  # fmt: skip
SUPPORT = (
    "kind", "title", "organization", "station", "region", "recipient", "resolution", "starts_on",
    "ends_on", "terms", "serves", "s0_fen", "n1_kind", "n1_what", "n1_fen", "handle",
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_form_breaks_on_what_is_typed_and_nothing_is_written(
    fund: Fund, running: Funding, team: Organization, admin: User, officer: User, odd: str
) -> None:
    planning = make_support(fund, organization=team)
    own, desk = as_(admin), as_(officer)
    base = f"/fund/grants/desk/{running.pk}"
    said: list[tuple[Client, str, tuple[str, ...]]] = [
        (own, f"/fund/grants/own/{planning.pk}/plan/", PLAN),
        (own, f"/fund/grants/own/{planning.pk}/scan/", ("seen", "file")),
        (own, f"/fund/grants/own/{running.pk}/change/", CHANGE),
        (desk, f"/fund/grants/desk/funds/{fund.pk}/support/", SUPPORT),
        (desk, f"/fund/grants/desk/funds/{fund.pk}/agreement/", ("valid_from", "text")),
        (desk, f"{base}/terminate/", ("resolution", "words", "seen")),
        (desk, f"{base}/suspend/", ("words", "seen")),
        (desk, f"{base}/accept-milestone/", ("milestone", "words", "seen")),
        (desk, f"{base}/confirm/", ("party_signed_on", "fund_signed_on", "seen")),
    ]
    for client, page, fields in said:
        answer = client.post(page, dict.fromkeys(fields, odd))
        assert 400 <= answer.status_code < 500, page
        assert b"<script>alert(1)" not in answer.content
    found = fresh(running)
    assert (found.state, found.edition) == (running.state, running.edition)
    assert not Change.objects.exists()
    for page in ("/fund/grants/desk/", "/fund/grants/desk/changes/", "/fund/grants/desk/stations/"):
        query = {"q": odd, "state": odd, "page": odd, "fund": odd, "region": odd, "field": odd}
        assert desk.get(page, query).status_code == 200
