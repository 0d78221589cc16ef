"""Projects of the demo city that are being closed: one report on the desk, one that is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.doors.portal.demo.fund_story import paper
from voluncity.doors.portal.demo.grants import Work
from voluncity.fund.books import actions as books
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.models import Archive, Closing
from voluncity.fund.governance.models import Fund, Resolution
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants import queries as in_grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.plans import LinePlan, MilestonePlan, SupportPlan
from voluncity.fund.grants.states import FundingKind
from voluncity.fund.payouts import actions as payouts
from voluncity.fund.payouts.models import Payee
from voluncity.fund.payouts.rules import PayeePlan, PlanLine
from voluncity.fund.reports import actions as reports
from voluncity.fund.reports.actions import Typed
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.rules.writing import ExpensePlan, digest_of
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

DAY = timedelta(days=1)
LASTED = 90  # days
IN_CLOSING = Work(
    FundingKind.TEAM, "qiaodong", "夏夜纳凉安全岗",
    (("物资", "反光背心和手电", 3600), ("志愿者补贴和保险", "误餐和意外险", 2400)),
    (("上岗 60 班次", "排班表和签到", 60),), 115,
)  # fmt: skip
LATE = Work(
    FundingKind.TEAM, "qiaodong", "楼道公益书角",
    (("物资", "书架和图书", 5200), ("培训和宣传", "读书会", 800)),
    (("建好 6 个书角", "照片和图书清单", 50),), 150,
)  # fmt: skip
WORDS = {
    "summary": "九十天里每晚两班，共上岗 64 班次，劝离私拉电线 37 处，协助走失老人回家 3 次。",
    "served": "辖区纳凉居民约 4000 人次。居民说晚上下楼心里踏实了。",
    "reflection": "提前画好点位图、固定搭班最有效；八月雨天排班调整慢，以后准备机动班。",
    "after": "背心和手电由社区保管，明年夏天继续使用。",
}


@dataclass(frozen=True)
class _People:
    """Who acts: the office, the accountant, the administrator of the team."""

    office: User
    finance: User
    party: User


def close_projects(cast: Cast, *, at: datetime) -> None:
    """Leave one report for the office, one project late, and one archive that is made."""
    fund = Fund.objects.order_by("pk")[0]
    people = _People(
        cast.staff["demo-fund-office"], cast.staff["demo-fund-finance"],
        cast.staff["demo-org-admin"],
    )  # fmt: skip
    books.receive(
        fund=fund, purpose=None, amount_fen=IN_CLOSING.fen + LATE.fen, key="gift:demo-closings",
        source="gift:demo-closings", reason="爱心企业捐赠", at=at - 160 * DAY, by=None,
    )  # fmt: skip
    team = cast.teams["qiaodong"]
    late = _carry_out(LATE, fund, team, people, at=at)
    actions.begin(funding=late, by=people.party, at=at - 40 * DAY)
    running = _carry_out(IN_CLOSING, fund, team, people, at=at)
    _hand_in(running, people, at=at - 6 * DAY)
    _make_archive(fund, at=at)


def _carry_out(
    work: Work, fund: Fund, team: Organization, people: _People, *, at: datetime
) -> Funding:
    """Open a support, sign it, pay it, and report what was spent."""
    opened = at - work.days_ago * DAY
    funding = _sign(work, fund, team, people, at=opened)
    _pay(funding, people, at=opened + 4 * DAY)
    _report(funding, people, at=opened + (LASTED - 5) * DAY)
    found: Funding = in_grants.detailed().get(pk=funding.pk)
    return found


def _sign(work: Work, fund: Fund, team: Organization, people: _People, *, at: datetime) -> Funding:
    resolution = Resolution.objects.filter(fund=fund, repealed_by=None).order_by("-pk")[0]
    starts = local_date(at)
    funding = grants.open_support(
        fund=fund, handle=f"demo-closing-{work.days_ago}", by=people.office, at=at,
        plan=SupportPlan(
            kind=work.kind, title=work.title, resolution_id=resolution.pk, starts_on=starts,
            ends_on=starts + LASTED * DAY, sources=((None, work.fen),), organization_id=team.pk,
            lines=tuple(LinePlan(kind, what, yuan * 100) for kind, what, yuan in work.lines),
        ),
    )  # fmt: skip
    stones = [
        MilestonePlan(title, proof, starts + day * DAY) for title, proof, day in work.milestones
    ]
    grants.save_plan(
        funding=funding, lead="王建平", milestones=stones, seen=funding.edition, by=people.party,
        at=at,
    )  # fmt: skip
    grants.hand_in_plan(funding=funding, seen=funding.edition, by=people.party, at=at)
    grants.agree_plan(funding=funding, seen=funding.edition, by=people.office, at=at + DAY)
    funding = Funding.objects.get(pk=funding.pk)
    grants.upload_scan(
        funding=funding, checked=paper(f"协议 {work.title}"), seen=funding.edition,
        by=people.party, at=at + 2 * DAY,
    )  # fmt: skip
    signed = local_date(at + 2 * DAY)
    grants.sign_agreement(
        funding=funding, party_signed_on=signed, fund_signed_on=signed, seen=funding.edition,
        by=people.office, at=at + 3 * DAY,
    )  # fmt: skip
    return funding


def _pay(funding: Funding, people: _People, *, at: datetime) -> None:
    """Pay the whole award at once by a list of one."""
    kept = {"fund": funding.fund, "organization": funding.organization}
    if not Payee.objects.filter(**kept).exists():
        early = at - 4 * DAY  # an account rests before money goes to it
        payee = payouts.enter_payee(
            funding=funding, proof=paper(f"开户证明 {funding.number}"), by=people.office, at=early,
            plan=PayeePlan(funding.recipient, "", "并州银行（演示）", "62000026000001001"),
            handle=f"demo-closing-payee-{funding.pk}",
        )  # fmt: skip
        payouts.verify_payee(payee=payee, words="", by=people.finance, at=early)
    account = Payee.objects.filter(**kept, usable_from__isnull=False).order_by("pk").last()
    if account is not None and account.usable_from:  # it may be known from another project
        at = max(at, account.usable_from)
    plan = payouts.propose_plan(
        funding=funding, lines=[PlanLine(funding.awarded_fen, None, local_date(at + 5 * DAY))],
        reason="", handle=f"demo-closing-plan-{funding.pk}", by=people.office, at=at,
    )  # fmt: skip
    payouts.agree_plan(plan=plan, by=people.finance, at=at)
    payment = payouts.ask_payment(
        installment=funding.installments.get(number=1, state="open"),
        handle=f"demo-closing-pay-{funding.pk}", by=people.office, at=at + DAY,
    )  # fmt: skip
    payment = payouts.approve_payment(payment=payment, by=people.finance, at=at + DAY)
    listed = payouts.make_list(
        fund=funding.fund, payment_ids=[payment.pk], handle=f"demo-closing-list-{funding.pk}",
        by=people.finance, at=at + DAY,
    )  # fmt: skip
    payouts.export_list(payment_list=listed, kind="csv", by=people.finance, at=at + DAY)
    payment.refresh_from_db()
    payouts.confirm_payment(
        payment=payment, bank_ref=f"BZJX{funding.pk:010d}", on=local_date(at + 2 * DAY),
        by=people.finance, at=at + 2 * DAY,
    )  # fmt: skip


def _report(funding: Funding, people: _People, *, at: datetime) -> None:
    """Report all of the budget but a little of its last line, and let the office take it."""
    by = people.party
    report = reports.begin_extra(
        funding=funding, first=funding.starts_on, last=local_date(at),
        handle=f"demo-closing-report-{funding.pk}", by=by, at=at,
    )  # fmt: skip
    said = {
        "done": f"{funding.title}按计划开展。",
        "results": "居民参与踊跃。",
        "served_more": "320",
    }
    reports.save_words(
        report=report, sent={key: Typed(raw, digest_of("")) for key, raw in said.items()}, by=by,
        at=at,
    )  # fmt: skip
    reports.add_evidence(
        report=_again(report), checked=paper(f"签到表 {funding.title}"), caption="签到表",
        faces="", consent_note="", by=by, at=at,
    )  # fmt: skip
    *whole, last = funding.lines.order_by("place")
    for line, fen in [*((one, one.fen) for one in whole), (last, last.fen * 3 // 4)]:
        plan = ExpensePlan(
            line.pk, local_date(at - 20 * DAY), "并州商贸行", line.what, fen,
            f"3100{funding.pk:04d}{line.place:04d}",
        )  # fmt: skip
        reports.add_expense(
            report=_again(report), plan=plan, vouchers=[paper(f"发票 {line} {funding.pk}")],
            handle=f"demo-closing-spent-{line.pk}", by=by, at=at,
        )  # fmt: skip
    now = _again(report)
    reports.submit(report=now, seen=now.edition, by=by, at=at)
    now = _again(report)
    reports.accept(report=now, seen=now.edition, by=people.office, at=at + 3 * DAY)


def _again(report: Report) -> Report:
    found: Report = Report.objects.select_related("funding__fund", "milestone").get(pk=report.pk)
    return found


def _hand_in(funding: Funding, people: _People, *, at: datetime) -> None:
    closing = actions.begin(funding=funding, by=people.party, at=at - 5 * DAY)
    actions.add_file(
        closing=closing, checked=paper("纳凉安全岗总结"), name="项目总结", by=people.party, at=at
    )
    asked = queries.facts(funding, at=at).asked
    said = {one.key: WORDS.get(one.key, "九月气温下降，最后十天减了班次。") for one in asked}
    now = _read(closing)
    actions.save_report(closing=now, said=said, seen=now.edition, by=people.party, at=at)
    now = _read(closing)
    actions.submit(closing=now, seen=now.edition, by=people.party, at=at)


def _read(closing: Closing) -> Closing:
    found: Closing = queries.detailed().get(pk=closing.pk)
    return found


def _make_archive(fund: Fund, *, at: datetime) -> None:
    """Do for the last project of 2019 what the worker does later for all."""
    waiting = Archive.objects.filter(closing__funding__fund=fund, state="waiting")
    newest = waiting.order_by("-closing_id").values_list("closing_id", flat=True).first()
    for archive in waiting.filter(closing=newest or 0):
        actions.make_archive(archive_id=archive.pk, clock=lambda: at)
