"""Row G5: a project from its decision to a change, a pause and its end; a support beside it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.books import queries as books
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.clock import local_date
from voluncity.testing.hearing import titles
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_fund import give_money, make_fund, make_resolution
from voluncity.testing.make_grants import make_support
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county
from voluncity.testing.pages import as_, read

pytestmark = pytest.mark.django_db
MILESTONES = {
    "m1_title": "培训志愿者 30 人", "m1_proof": "签到表和照片",
    "m2_title": "服务老人 200 人次", "m2_proof": "服务记录",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def fund(db: None) -> Fund:
    return make_fund(make_county())


@pytest.fixture
def team(db: None) -> Organization:
    return make_organization(region=make_county())


@pytest.fixture
def admin(team: Organization) -> User:
    return make_admin(team)


@pytest.fixture
def officer(db: None) -> User:
    return make_officer(make_county())


def seen(funding: Funding) -> dict[str, str]:
    funding.refresh_from_db()
    return {"seen": str(funding.edition)}


def plan(funding: Funding) -> dict[str, str]:
    days = {
        "m1_due": str(funding.starts_on + timedelta(days=30)),
        "m2_due": str(funding.starts_on + timedelta(days=90)),
    }
    return seen(funding) | MILESTONES | days | {"lead": "李桂芳", "then": "hand_in"}


def sign(funding: Funding, own: Client, office: Client) -> None:
    """Bring a project from its milestones to the confirmed signature, page by page."""
    base, desk = f"/fund/grants/own/{funding.pk}", f"/fund/grants/desk/{funding.pk}"
    assert own.post(f"{base}/plan/", plan(funding)).status_code == 302
    assert office.post(f"{desk}/agree-plan/", seen(funding)).status_code == 302
    agreement = funding.agreements.get()
    paper = own.get(f"/fund/grants/agreements/{agreement.pk}.pdf")
    assert b"".join(paper).startswith(b"%PDF")
    assert own.post(f"{base}/scan/", seen(funding) | {"file": make_paper()}).status_code == 302
    today = str(local_date(now()))
    days = {"party_signed_on": today, "fund_signed_on": today}
    assert office.post(f"{desk}/confirm/", seen(funding) | days).status_code == 302


@pytest.mark.row("G5")
def test_a_project_is_agreed_on_signed_changed_paused_and_goes_on(
    fund: Fund, team: Organization, admin: User, officer: User
) -> None:
    funding = make_support(fund, organization=team, by=officer, at=now())
    own, office = as_(admin), as_(officer)
    base, desk = f"/fund/grants/own/{funding.pk}", f"/fund/grants/desk/{funding.pk}"
    assert "等待受资助方已 0 天" in read(own, f"{base}/")
    sign(funding, own, office)
    page = read(office, f"{desk}/")
    for said in ("执行中", "1. 培训志愿者 30 人", "账上为它预留 20,000 元", "签署协议"):
        assert said in page
    # Some money from one line to another, the last milestone a month later.
    form = {
        "reason": "保险费上涨。", "lead": "李桂芳", "starts_on": str(funding.starts_on),
        "ends_on": str(funding.ends_on), "handle": "a-change-of-money",
        "l1_what": "修脚工具和消毒用品", "l1_fen": "11000",
        "l2_what": "志愿者保险和交通", "l2_fen": "6000", "l3_what": "上岗培训", "l3_fen": "3000",
    } | MILESTONES | {
        "m1_due": str(funding.starts_on + timedelta(days=30)),
        "m2_due": str(funding.starts_on + timedelta(days=120)),
    }  # fmt: skip
    short = own.post(f"{base}/change/", seen(funding) | form | {"l2_fen": "5000"})
    assert short.status_code == 422
    assert "总额不能变" in short.content.decode()
    assert own.post(f"{base}/change/", seen(funding) | form).status_code == 302
    change = Change.objects.get()
    page = read(office, f"/fund/grants/desk/changes/{change.pk}/")
    for said in ("修脚工具和消毒用品，12,000 元", "修脚工具和消毒用品，11,000 元", "里程碑 2"):
        assert said in page
    told = office.post(
        f"/fund/grants/desk/changes/{change.pk}/decide/",
        {"seen": "1", "outcome": "approve"},
        follow=True,
    )
    assert "已同意变更" in told.content.decode()
    assert [line.fen for line in funding.lines.all()] == [1_100_000, 600_000, 300_000]
    # It stands still, and goes on.
    why = seen(funding) | {"words": "负责人变动。"}
    assert "项目已暂停" in office.post(f"{desk}/suspend/", why, follow=True).content.decode()
    assert "暂停的原因" in read(own, f"{base}/")
    office.post(f"{desk}/resume/", seen(funding) | {"words": "新负责人已到位。"})
    funding.refresh_from_db()
    assert funding.state == FundingState.RUNNING
    assert titles(admin) == [
        "专项基金支持已批准", "协议可以签字了", "协议已签署", "变更申请已同意",
        "资助项目已暂停", "资助项目已恢复执行",
    ]  # fmt: skip
    assert titles(officer) == ["里程碑待确认", "协议签字件待核对", "收到一份变更申请"]


@pytest.mark.row("G5")
def test_the_office_opens_a_support_and_ends_it_by_a_resolution(
    fund: Fund, team: Organization, admin: User, officer: User
) -> None:
    give_money(fund, 1_000_000, at=now())
    resolution = make_resolution(fund, "支持站点", at=now())
    office, today = as_(officer), local_date(now())
    form = {
        "kind": "team", "title": "冬季送暖", "organization": team.name, "recipient": "",
        "resolution": str(resolution.pk), "starts_on": str(today), "handle": "a-support-of-a-team",
        "ends_on": str(today + timedelta(days=100)), "terms": "", "n1_kind": "物资",
        "n1_what": "棉被", "n1_fen": "8000", "s0_fen": "9000",
    }  # fmt: skip
    address = f"/fund/grants/desk/funds/{fund.pk}/support/"
    assert "填写受支持" not in read(office, address)
    wrong = office.post(address, form)
    assert (wrong.status_code, "两边要相等" in wrong.content.decode()) == (422, True)
    for _ in range(2):
        assert office.post(address, form | {"s0_fen": "8000"}).status_code == 302
    funding = Funding.objects.get()
    assert funding.number == f"ZC{today.year}-0001"
    assert books.available(fund, None) == 200_000
    sign(funding, as_(admin), office)
    end = make_resolution(fund, "终止支持", at=now())
    said = seen(funding) | {"words": "对象已搬走。", "resolution": str(end.pk)}
    office.post(f"/fund/grants/desk/{funding.pk}/terminate/", said)
    funding.refresh_from_db()
    assert (funding.state, funding.end_resolution) == (FundingState.TERMINATED, end)
    listed = read(office, "/fund/grants/desk/?state=terminated")
    assert "冬季送暖" in listed
    assert "冬季送暖" in read(as_(admin), "/fund/grants/own/")
