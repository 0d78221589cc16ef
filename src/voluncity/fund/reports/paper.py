"""Print one report: what was done, its figures, its spending line by line, small pictures."""

from __future__ import annotations

import base64
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from voluncity.city.files import queries as files
from voluncity.fund.grants.models import FundingLine
from voluncity.fund.reports import queries
from voluncity.fund.reports.models import Evidence, Report
from voluncity.fund.reports.queries import Whole
from voluncity.fund.reports.states import ReportState
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives.states import Faces
from voluncity.web import printing

_TEMPLATE = Path(__file__).parent / "data" / "report.typ"
_MAY_BREAK = "\u200b"


def report_pdf(report: Report, whole: Whole, *, at: datetime) -> BytesIO:
    """Return a report on A4 paper; a voucher is named by the digest of its file."""
    facts = {
        "title": "资助项目进展报告",
        "state": "已通过" if report.state == ReportState.ACCEPTED else report.state_text,
        "head": _head(report),
        "words": [[label, text] for _, label, text in whole.words if text],
        "figures": _figures(whole),
        "activities": [
            [
                one.name, f"{localtime(one.starts_at):%Y-%m-%d}", str(found.sessions),
                str(found.volunteers), hours_text(found.proven_minutes),
                hours_text(found.entered_minutes), found.outcomes_text or "—",
            ]
            for one, found in whole.activities
        ],
        "lines": [
            [str(use.line), use.line.text, _of_line(whole, use.line), use.spent_text]
            for use in queries.lines_of(report.funding)
        ],
        "expenses": [
            [
                str(number), one.on.isoformat(), one.line, one.payee, one.what,
                _breakable(one.invoice_no) or "—",
                f"{one.text}（不予认可）" if one.is_disallowed else one.text,
                " ".join(paper.digest[:12] for paper in one.papers) or "—",
            ]
            for number, one in enumerate(whole.expenses, start=1)
        ],
        "sum": whole.sum_text,
        "evidence": [
            {"caption": one.caption, "digest": one.digest[:12], "note": _note(one)}
            | {"picture": _picture(one)}
            for one in whole.evidence
        ],
        "printed": f"{localtime(at):%Y-%m-%d %H:%M} 打印",
    }  # fmt: skip
    page = settings.VOLUNCITY_PUBLIC_URL + reverse("reports:desk_report", args=[report.pk])
    return BytesIO(printing.pdf(_TEMPLATE, facts, qr=page))


def _breakable(number: str) -> str:
    """Return a number that may be broken behind every tenth sign: thirty of them fill a column."""
    return _MAY_BREAK.join(number[place : place + 10] for place in range(0, len(number), 10))


def _head(report: Report) -> list[list[str]]:
    funding = report.funding
    rows = [
        ["基金", funding.fund.full_name],
        ["项目", f"{funding.title}（编号 {funding.number}）"],
        ["受资助方", funding.recipient],
        ["报告", f"第 {report.number} 份，{report.label}"],
        ["报告期", f"{report.period_from:%Y-%m-%d} 至 {report.period_to:%Y-%m-%d}"],
        ["截止日期", f"{report.due_on:%Y-%m-%d}" if report.due_on else "不是按计划应交的报告"],
    ]
    if report.submitted_at:
        rows.append(["提交", f"{localtime(report.submitted_at):%Y-%m-%d %H:%M}"])
    if report.accepted_at:
        rows.append(["通过", f"{localtime(report.accepted_at):%Y-%m-%d %H:%M}"])
    return rows


def _figures(whole: Whole) -> list[list[str]]:
    total = whole.total
    return [
        ["服务活动", f"{total.activities} 场活动，{total.sessions} 个场次"],
        ["志愿者", f"{total.volunteers} 人次"],
        ["信用时长", hours_text(total.proven_minutes)],
        ["荣誉时长", hours_text(total.entered_minutes)],
        ["服务对象", f"{whole.served:,} 人次"],
        ["支出", whole.sum_text],
    ]


def _of_line(whole: Whole, line: FundingLine) -> str:
    """Return what this report spent on a line, also where a change has named it anew since."""
    mine = [
        one
        for one in whole.expenses
        if (one.line_id == line.pk if one.line_id else one.line == str(line))
    ]
    return yuan_text(sum(one.fen for one in mine if not one.is_disallowed))


def _note(one: Evidence) -> str:
    """Say whom a picture shows, and why one is not printed."""
    if not one.is_picture:
        return "PDF 材料，见原件"
    if one.faces == Faces.MINORS:
        return "有未成年人正面，不印出"
    shown = str(one.get_faces_display())
    return f"{shown}：{one.consent_note}" if one.consent_note else shown


def _picture(one: Evidence) -> str:
    """Return a small picture as SVG, or nothing: a child's face leaves the city on no paper."""
    if one.small is None or one.faces == Faces.MINORS:
        return ""
    try:
        with files.opened(one.small) as stream:
            shown = base64.b64encode(stream.read()).decode()
    except NotFound:
        return ""
    wide, high = one.small.width or 4, one.small.height or 3
    address = f"data:{one.small.content_type};base64,{shown}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">'
        f'<image href="{address}" width="{wide}" height="{high}"/></svg>'
    )
