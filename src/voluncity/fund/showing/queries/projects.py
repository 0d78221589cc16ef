"""Lists of applications, funded projects and what they spent; the public page of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse

from voluncity.fund.calls.models import Application
from voluncity.fund.calls.states import AppState
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingKind, FundingState
from voluncity.fund.reports.models import Expense
from voluncity.fund.reports.states import ExpenseState, ReportState
from voluncity.fund.showing.queries.moves import PROJECT
from voluncity.fund.showing.rules import Column, Row, Sheet, said
from voluncity.kernel.clock import CITY_TZ, local_date

A = AppState
UNNAMED = "（未获资助的不公开名称）"
# What everybody reads of where an application stands.
OUTCOMES = {
    A.SUBMITTED: "办理中", A.RETURNED: "办理中", A.ACCEPTED: "办理中", A.AWARDED: "获得资助",
    A.REFUSED: "未获资助", A.DECLINED: "不予受理", A.WITHDRAWN: "已撤回", A.LAPSED: "逾期失效",
}  # fmt: skip
_PURPOSE = Column("purpose", "用途", "资助方向；没有对应方向的写“非限定”。")


def applications(fund: Fund) -> QuerySet[Application]:
    """Return what was handed in, the newest first."""
    rows: QuerySet[Application] = Application.objects.filter(
        call__fund=fund, number__isnull=False, state__in=OUTCOMES, current__isnull=False
    )
    return (
        rows.select_related("call", "organization", "current")
        .annotate(
            counted=F("current__asked_fen"), year_in=ExtractYear("submitted_at", tzinfo=CITY_TZ),
            serves_in=F("call__purpose"), award_in=Value(""), changed_in=F("changed_at"),
        )
        .order_by("-submitted_at", "-pk")
    )  # fmt: skip


def _application_rows(found: Sequence[Any]) -> list[Row]:
    return [_application_row(one) for one in found]


def _application_row(one: Any) -> Row:
    is_awarded = one.state == A.AWARDED
    values = {
        "id": one.number,
        "on": local_date(one.submitted_at).isoformat(),
        "call": one.call.title,
        "what": one.title if is_awarded else UNNAMED,
        "recipient": one.organization.name if is_awarded else "",
        "outcome": OUTCOMES[A(one.state)],
        "fen": one.counted,
    }
    return Row(values, reverse("showing:project", args=[one.number]) if is_awarded else "")


APPLICATIONS = Sheet(
    key="applications",
    title="全部申报",
    figure="申报",
    what="收到的每一项申报和申请的金额。没有获得资助的只公开编号、金额和结果，不公开名称。",
    unit="项",
    columns=(
        Column("id", "申报编号", "申报的编号，从申报到结项不变。"),
        Column("on", "提交日期", "最后一次提交的日期，北京时间。", "date"),
        Column("call", "申报通知", "应哪一次征集申报。"),
        Column("what", "项目", "获得资助的写项目名称。"),
        Column("recipient", "申报组织", "获得资助的写组织全称。"),
        Column("outcome", "结果", "办理中、获得资助、未获资助、不予受理、已撤回、逾期失效。"),
        Column("fen", "申请金额（分）", "人民币分，整数。", "money"),
    ),
    found=applications,
    rows=_application_rows,
)  # fmt: skip


# -- Funded projects -------------------------------------------------------------------------------


def fundings(fund: Fund) -> QuerySet[Funding]:
    """Return what a fund pays for, the newest first; what was called off never got money."""
    rows: QuerySet[Funding] = Funding.objects.filter(fund=fund)
    return (
        rows.exclude(state=FundingState.CANCELLED)
        .select_related("serves", "decision__submission")
        .annotate(
            counted=F("awarded_fen"), year_in=ExtractYear("opened_at", tzinfo=CITY_TZ),
            serves_in=F("serves"), award_in=F("award"), changed_in=F("stage_since"),
        )
        .order_by("-opened_at", "-pk")
    )  # fmt: skip


def asked_for(fund: Fund) -> QuerySet[Funding]:
    """Return the funded projects with what they had asked for; supports were not asked for."""
    found = fundings(fund).filter(kind=FundingKind.PROJECT)
    return found.annotate(counted=F("decision__submission__asked_fen"))


def _funding_rows(found: Sequence[Any]) -> list[Row]:
    return [
        Row(
            {
                "id": one.number, "on": local_date(one.opened_at).isoformat(),
                "kind": one.get_kind_display(), "what": one.title, "recipient": one.recipient,
                "purpose": one.serves.name if one.serves else "非限定",
                "stage": one.get_state_display(), "fen": one.counted,
            },
            reverse("showing:project", args=[one.number]),
        )
        for one in found
    ]  # fmt: skip


def _columns(money: str) -> tuple[Column, ...]:
    return (
        Column("id", "项目编号", "资助项目的编号，从申报到结项不变。"),
        Column("on", "立项日期", "公示期满、决定生效的日期，北京时间。", "date"),
        Column("kind", "类别", "公益项目，或者对站点、队伍、区县的支持。"),
        Column("what", "项目", "项目名称。"),
        Column("recipient", "受资助方", "收到款项的组织，写全称。"), _PURPOSE,
        Column("stage", "进度", "待签协议、执行中、已暂停、结项中、已结项或者已终止。"),
        Column("fen", money, "人民币分，整数。", "money"),
    )  # fmt: skip


ASKED = Sheet(
    key="asked",
    title="获资助项目的申请金额",
    figure="立项项目申请",
    what="获得资助的公益项目在申报时申请的金额。对站点、队伍、区县的支持没有申报，不在这里。",
    unit="项",
    columns=_columns("申请金额（分）"),
    found=asked_for,
    rows=_funding_rows,
)
AWARDED = Sheet(
    key="awarded",
    title="资助项目",
    figure="批准资助",
    what="领导小组会议批准、公示期满生效的资助。后来取消的不计，提前终止的按批准的金额列出。",
    unit="项",
    columns=_columns("批准金额（分）"),
    found=fundings,
    rows=_funding_rows,
)


# -- What projects spent ---------------------------------------------------------------------------


def expenses(fund: Fund) -> QuerySet[Expense]:
    """Return what projects spent, as far as the office accepted the report, the newest first."""
    rows: QuerySet[Expense] = Expense.objects.filter(
        fund=fund, state=ExpenseState.CLAIMED, report__state=ReportState.ACCEPTED
    )
    return (
        rows.select_related("line", "report__funding__serves")
        .annotate(
            counted=F("fen"), year_in=ExtractYear("on"), serves_in=F("report__funding__serves"),
            award_in=F("report__funding__award"),
            changed_in=Coalesce("report__accepted_at", "changed_at"),
        )
        .order_by("-on", "-pk")
    )  # fmt: skip


def _expense_rows(found: Sequence[Any]) -> list[Row]:
    rows = []
    for one in found:
        funding = one.report.funding
        values = {
            "id": one.pk, "on": one.on.isoformat(), "project": funding.number,
            "title": funding.title, "line": one.line.kind, "what": said(one.what),
            "purpose": funding.serves.name if funding.serves else "非限定", "fen": one.counted,
        }  # fmt: skip
        rows.append(Row(values, reverse("showing:project", args=[funding.number])))
    return rows


SPENT = Sheet(
    key="spent",
    title="项目支出",
    figure="项目已支出",
    what="项目用拨付的钱花掉、有票据、办公室审阅通过的每一笔支出。收款方可能是个人，不公开。",
    unit="笔",
    columns=(
        Column("id", "支出编号", "这笔支出的编号，不会改变。", "count"),
        Column("on", "支出日期", "票据上的日期。", "date"), PROJECT,
        Column("title", "项目", "项目名称。"), Column("line", "预算科目", "批准的预算里的科目。"),
        Column("what", "用途", "花在什么上；含个人号码的不公开。"), _PURPOSE,
        Column("fen", "金额（分）", "人民币分，整数。", "money"),
    ),
    found=expenses,
    rows=_expense_rows,
)  # fmt: skip
