"""What the page of a funded project shows of its closing (settings.VOLUNCITY_FUNDING_SECTIONS)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.people.models import User
from voluncity.fund.closings.models import Closing
from voluncity.fund.closings.queries.desk import detailed, settlement_of
from voluncity.fund.closings.states import WRITABLE, ClosingState
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.sections import Section, Side
from voluncity.fund.grants.states import FundingState

_BEFORE = (FundingState.RUNNING, FundingState.SUSPENDED)


def section(funding: Funding, side: Side, user: User, at: datetime) -> list[Section]:
    """Return how far the closing is, or the settlement of what was ended before its time."""
    del user
    closing: Closing | None = detailed().filter(funding=funding).first()
    if closing is not None:
        return [_of(closing, side, at)]
    if funding.state == FundingState.TERMINATED:
        return [_settlement(funding, side)]
    if funding.state not in _BEFORE:
        return []
    url = reverse(f"closings:{side}_detail", args=[funding.pk])
    words = "项目做完以后，从这里填写结项报告。" if side == "own" else "项目还没有开始结项。"
    link = "开始结项" if side == "own" else "查看"
    return [Section("结项评估", url, words=words, mark="未开始", link=link)]


def _of(closing: Closing, side: Side, at: datetime) -> Section:
    rows = [("结项期限", f"{closing.due_on:%Y-%m-%d}")]
    late = closing.days_late(at)
    if closing.state in WRITABLE and late:
        rows.append(("逾期", f"{late} 天"))
    if closing.result is not None:
        rows.append(("评估结果", str(closing.result)))
    if closing.closed_at:
        rows.append(("结项", f"{closing.closed_at:%Y-%m-%d}"))
    tone = "bad" if closing.state in WRITABLE and late else closing.tone
    label = ClosingState(closing.state).label
    url = reverse(f"closings:{side}_detail", args=[closing.funding_id])
    return Section("结项评估", url, rows, tone, str(label))


def _settlement(funding: Funding, side: Side) -> Section:
    url = reverse(f"closings:{side}_detail", args=[funding.pk])
    done = settlement_of(funding)
    if done is None:
        return Section(
            "资金结清", url, words="终止以后还没有结清资金。", tone="warn", mark="待结清"
        )
    rows = [("已拨付", done.paid_text), ("已退回", done.returned_text)]
    return Section("资金结清", url, rows, "good", "已结清")
