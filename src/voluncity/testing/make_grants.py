"""Funded projects for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.city.stations.models import Station
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.grants.rules.changes import Line, Version
from voluncity.fund.grants.rules.plans import LinePlan, MilestonePlan, SupportPlan
from voluncity.fund.grants.states import FundingKind, FundingState
from voluncity.kernel.clock import local_date
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_fund import give_money, make_fund, make_resolution, scanned
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)
STARTS, ENDS = timedelta(days=1), timedelta(days=270)
# 20,000 元 in three lines, all of it out of free money unless a purpose is named.
LINES = (
    LinePlan("物资", "修脚工具和消毒用品", 1_200_000),
    LinePlan("志愿者补贴和保险", "志愿者保险和交通", 500_000),
    LinePlan("培训和宣传", "上岗培训", 300_000),
)
MILESTONES = (("培训志愿者 30 人", 60), ("服务老人 200 人次", 150), ("服务老人 600 人次", 250))


def support_plan(fund: Fund, *, at: datetime = NOON, **said: Any) -> SupportPlan:
    """Return a support for a team: 20,000 元 of free money, by a resolution of this hour."""
    lines = said.pop("lines", LINES)
    total = sum(one.fen for one in lines)
    purpose: Purpose | None = said.pop("purpose", None)
    usual: dict[str, Any] = {
        "kind": FundingKind.TEAM, "title": "关爱老人义务修脚", "lines": tuple(lines),
        "starts_on": local_date(at) + STARTS, "ends_on": local_date(at) + ENDS,
        "sources": ((purpose.pk if purpose else None, total),),
        "serves_id": purpose.pk if purpose else None,
    }  # fmt: skip
    usual |= said
    if "resolution_id" not in usual:
        usual["resolution_id"] = make_resolution(fund, "支持志愿服务", at=at).pk
    return SupportPlan(**usual)


def make_support(
    fund: Fund | None = None, *, organization: Organization | None = None, by: User | None = None,
    at: datetime = NOON, **said: Any,
) -> Funding:  # fmt: skip
    """Open a support; the fund gets the money for it first."""
    whose = fund or make_fund(at=at)
    team = organization or (None if "station_id" in said else make_organization())
    if said.get("kind", FundingKind.TEAM) == FundingKind.TEAM and team is not None:
        said["organization_id"] = team.pk
    plan = support_plan(whose, at=at, **said)
    for purpose_id, fen in plan.sources:
        purpose = Purpose.objects.get(pk=purpose_id) if purpose_id else None
        give_money(whose, fen, purpose, at=at)
    return fresh(
        actions.open_support(
            fund=whose, plan=plan, handle=f"support-{next(_numbers):08d}",
            by=by or make_user("韩梅"), at=at,
        )
    )  # fmt: skip


def make_funding(
    state: str = FundingState.RUNNING,
    *,
    fund: Fund | None = None,
    organization: Organization | None = None,
    admin: User | None = None,
    officer: User | None = None,
    at: datetime = NOON,
    **said: Any,
) -> Funding:
    """Open a project and bring it to a state; three milestones, three lines, 20,000 元.

    `said` goes to the plan (purpose=, lines=, station_id=, kind=, title=, starts_on= …).
    """
    whose = fund or make_fund(at=at)
    office = officer or make_officer(whose.region)
    funding = make_support(whose, organization=organization, by=office, at=at, **said)
    party = admin or _party(funding)
    return bring(funding, state, party=party, office=office, at=at)


def _party(funding: Funding) -> User:
    return make_admin(funding.organization) if funding.organization else make_user("区县经办人")


def milestone_plans(funding: Funding) -> list[MilestonePlan]:
    """Return three milestones within the days of a project."""
    span = (funding.ends_on - funding.starts_on).days
    return [
        MilestonePlan(
            title, "签到记录和照片", funding.starts_on + timedelta(days=span * days // 270)
        )
        for title, days in MILESTONES
    ]


def bring(funding: Funding, state: str, *, party: User, office: User, at: datetime) -> Funding:
    """Bring a project that was just opened to a state."""
    S = FundingState  # noqa: N806
    if state == S.AGREEING:
        return funding
    if state == S.CANCELLED:
        return actions.cancel(
            funding=funding, words="受资助方放弃。", seen=funding.edition, by=office, at=at
        )
    funding = sign(funding, party=party, office=office, at=at)
    if state == S.SUSPENDED:
        actions.suspend(
            funding=funding, words="负责人变动，等待说明。", seen=funding.edition, by=office, at=at
        )
    elif state == S.TERMINATED:
        resolution = make_resolution(funding.fund, "终止资助", at=at)
        actions.terminate(
            funding=funding, resolution=resolution, words="不再实施。", seen=funding.edition,
            by=office, at=at,
        )  # fmt: skip
    elif state in (S.CLOSING, S.CLOSED):
        actions.begin_closing(funding=funding, by=office, at=at)
        if state == S.CLOSED:
            actions.close(funding=funding, by=office, at=at)
    return fresh(funding)


def plan_milestones(funding: Funding, *, party: User, at: datetime = NOON) -> Funding:
    """Write the milestones and hand them in."""
    actions.save_plan(
        funding=funding, lead="李桂芳", milestones=milestone_plans(funding), seen=funding.edition,
        by=party, at=at,
    )  # fmt: skip
    return actions.hand_in_plan(funding=funding, seen=funding.edition, by=party, at=at)


def issue(funding: Funding, *, party: User, office: User, at: datetime = NOON) -> Funding:
    """Bring a project to where its agreement is to be signed."""
    plan_milestones(funding, party=party, at=at)
    actions.agree_plan(funding=funding, seen=funding.edition, by=office, at=at)
    return fresh(funding)


def send_scan(funding: Funding, *, party: User, office: User, at: datetime = NOON) -> Funding:
    """Bring a project to where its signed paper is to be checked."""
    funding = issue(funding, party=party, office=office, at=at)
    actions.upload_scan(funding=funding, checked=scanned(), seen=funding.edition, by=party, at=at)
    return fresh(funding)


def sign(funding: Funding, *, party: User, office: User, at: datetime = NOON) -> Funding:
    """Bring a project to where it runs."""
    funding = send_scan(funding, party=party, office=office, at=at)
    today: date = local_date(at)
    actions.sign_agreement(
        funding=funding, party_signed_on=today, fund_signed_on=today, seen=funding.edition,
        by=office, at=at,
    )  # fmt: skip
    return fresh(funding)


def shifted(funding: Funding, fen: int = 10_000) -> Version:
    """Return what is asked for: so much from the first line to the second."""
    now = queries.version_of(funding)
    first, second, *rest = now.lines
    lines = (
        Line(first.place, first.kind, first.what, first.fen - fen),
        Line(second.place, second.kind, second.what, second.fen + fen),
        *rest,
    )
    return Version(now.lead, now.starts_on, now.ends_on, lines, now.milestones)


def make_change(
    funding: Funding | None = None, *, after: Version | None = None, by: User | None = None,
    at: datetime = NOON,
) -> Change:  # fmt: skip
    """Ask for a change: some money from one line to another."""
    project = funding or make_funding(at=at)
    asker = by or _party(project)
    return actions.ask_change(
        funding=project, after=after or shifted(project), reason="保险费上涨。",
        seen=project.edition, handle=f"change-{next(_numbers):08d}", by=asker, at=at,
    )  # fmt: skip


def fresh(funding: Funding) -> Funding:
    """Return a project as it is now."""
    found: Funding = queries.detailed().get(pk=funding.pk)
    return found


def make_station_funding(station: Station, state: str = "running", **said: Any) -> Funding:
    """Open a support of a station and bring it to a state."""
    return make_funding(
        state, kind=FundingKind.STATION, station_id=station.pk, organization=station.organization,
        **said,
    )  # fmt: skip


def make_county_funding(county: Region, state: str = "running", **said: Any) -> Funding:
    """Open a support of a county that has no organization and bring it to a state."""
    said |= {"kind": FundingKind.COUNTY, "region_id": county.pk, "recipient": "区志愿者协会"}
    return make_funding(state, **said)


def make_world_grants(county: Region, organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at = now().astimezone(UTC)
    fund, party, office = make_fund(county, at=at), make_user("李桂芳"), make_user("韩梅")
    said: dict[str, Any] = {"fund": fund, "organization": organization, "at": at}
    said |= {"admin": party, "officer": office}
    planning = make_funding("agreeing", title="还没有里程碑的项目", **said)
    running = make_funding("running", **said)
    change = make_change(running, by=party, at=at)
    agreement = running.agreements.get()
    return {
        "funding_fund": fund.pk, "funding_planning": planning.pk, "funding": running.pk,
        "funding_change": change.pk, "funding_agreement": agreement.pk,
        "funding_scan": agreement.scans.get().pk,
    }  # fmt: skip
