"""Decisions as a list of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.calls.models import Call
from voluncity.fund.review import queries
from voluncity.fund.review.queries import Filters
from voluncity.fund.review.states import DecisionState, Outcome
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.text import clean, number_in


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        state=clean(said.get("state", ""))[:10],
        outcome=clean(said.get("outcome", ""))[:10],
        call_id=number_in(said.get("call")),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.decisions(scope, filters_of(query, at=at))
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    call = Call.objects.filter(pk=filters.call_id or 0).first()
    words = [
        ("名称、编号或组织", filters.words),
        ("申报通知", str(call) if call else ""),
        ("状态", dict(DecisionState.choices).get(filters.state, "")),
        ("结果", dict(Outcome.choices).get(filters.outcome, "")),
        ("区县", filters.region.name if filters.region else ""),
    ]
    return [(label, str(value)) for label, value in words if value]


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(CITY_TZ):%Y-%m-%d}" if at else ""


DECISIONS = Register(
    key="fund_decisions",
    title="资助决定",
    unit="项",
    page="review:desk_decisions",
    row_page="review:desk_decision",
    permission=Permission.GRANT_REVIEW,
    export_permission=Permission.GRANT_REVIEW,
    columns=(
        Column("title", "项目名称", lambda one: one.application.title, width=30),
        Column("number", "申报编号", lambda one: one.application.number, width=18),
        Column("organization", "申报组织", lambda one: one.application.organization.name,
               width=26),
        Column("region", "所在地", lambda one: one.application.organization.region.name,
               width=14, is_shown=False),
        Column("outcome", "结果", lambda one: str(one.get_outcome_display()), width=10),
        Column("asked", "申请金额", lambda one: one.submission.asked_text, width=14,
               is_number=True, is_shown=False),
        Column("awarded", "批准金额",
               lambda one: one.awarded_text if one.awarded_fen else "—", width=14,
               is_number=True),
        Column("resolution", "依据", lambda one: one.resolution.number, width=16),
        Column("shown", "公示", lambda one: _day(one.shown_at), width=12),
        Column("effective", "生效", lambda one: _day(one.effective_at), width=12),
        Column("state", "状态", lambda one: str(one.get_state_display()), width=10,
               tone=lambda one: one.tone),
    ),
    found=_found,
    said=_said,
)  # fmt: skip
