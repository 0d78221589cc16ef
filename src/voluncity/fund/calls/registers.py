"""Applications as a list of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.calls import queries
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.queries import Filters
from voluncity.fund.calls.states import AppState
from voluncity.kernel.clock import local_date, stamp_text
from voluncity.kernel.money import yuan_text
from voluncity.kernel.text import clean, number_in


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        state=clean(said.get("state", ""))[:10],
        call_id=number_in(said.get("call")),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.applications(scope, filters_of(query, at=at))
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    call = Call.objects.filter(pk=filters.call_id or 0).first()
    words = [
        ("名称、编号或组织", filters.words),
        ("申报通知", str(call) if call else ""),
        ("状态", dict(AppState.choices).get(filters.state, "")),
        ("区县", filters.region.name if filters.region else ""),
    ]
    return [(label, str(value)) for label, value in words if value]


def _asked(one: Application) -> str:
    return yuan_text(one.current.asked_fen) if one.current else ""


APPLICATIONS = Register(
    key="grant_applications",
    title="基金申报",
    unit="项",
    page="calls:desk_list",
    row_page="calls:desk_detail",
    permission=Permission.GRANT_REVIEW,
    export_permission=Permission.GRANT_REVIEW,
    columns=(
        Column("title", "项目名称", str, width=30),
        Column("number", "申报编号", lambda one: one.number, width=18),
        Column("organization", "申报组织", lambda one: one.organization.name, width=26),
        Column("region", "所在地", lambda one: one.organization.region.name, width=14),
        Column("call", "申报通知", lambda one: one.call.title, width=26, is_shown=False),
        Column("asked", "申请金额", _asked, width=14, is_number=True),
        Column("submitted", "提交时间", lambda one: stamp_text(one.submitted_at), width=16),
        Column("accepted", "受理时间", lambda one: stamp_text(one.accepted_at), width=16,
               is_shown=False),
        Column("due", "补正期限", lambda one: one.due_text, width=18, is_shown=False),
        Column("state", "状态", lambda one: str(one.get_state_display()), width=10,
               tone=lambda one: one.tone),
    ),
    found=_found,
    said=_said,
)  # fmt: skip
