"""Projects with their progress as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs.models import Organization
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.minutes import hours_decimal, hours_text
from voluncity.kernel.money import yuan_text
from voluncity.service.progress import queries
from voluncity.service.progress.forms import ListForm
from voluncity.service.progress.rules import done_percent
from voluncity.service.progress.states import STANDING_TONES, Standing
from voluncity.service.projects.models import Project


def filters_form(scope: Scope, query: Query) -> ListForm:
    """Return the form of a query."""
    near = Organization.objects.in_scope(scope)
    return ListForm(QueryDict(urlencode(query)), organizations=near)


def _found(scope: Scope, query: Query, _at: datetime) -> ScopedQuerySet:
    return queries.listed(scope, filters_form(scope, query).filters())


def _said(scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    return filters_form(scope, query).said()


def _kept(one: Project, name: str) -> Any:
    kept = getattr(one, "progress", None)
    return getattr(kept, name) if kept else 0


def _standing(one: Project) -> str:
    value = _kept(one, "standing")
    return str(Standing(value).label) if value else "未统计"


def _tone(one: Project) -> str:
    value = _kept(one, "standing")
    return STANDING_TONES[Standing(value)] if value else "neutral"


def _done(one: Project) -> str:
    sessions = int(_kept(one, "sessions"))
    return (
        f"{sessions} / {one.sessions_planned} 次（{done_percent(sessions, one.sessions_planned)}%）"
    )


def _hours(one: Project) -> str:
    return hours_decimal(int(_kept(one, "proven_minutes")) + int(_kept(one, "entered_minutes")))


def _spent(one: Project) -> str:
    return yuan_text(int(_kept(one, "spent_fen"))) if _kept(one, "spent_fen") else ""


PROGRESS = Register(
    key="progress",
    title="项目进展",
    unit="个",
    page="progress:desk_list",
    row_page="progress:desk_detail",
    permission=Permission.PROJECT_SEE,
    export_permission=Permission.PROJECT_SEE,
    columns=(
        Column("name", "项目", lambda one: one.name, width=28),
        Column("organization", "组织", lambda one: one.organization.name, width=26),
        Column("line", "条线", lambda one: one.line.name if one.line else "", width=20),
        Column("ends", "结束日期", lambda one: one.ends_on.isoformat(), width=12),
        Column("sessions", "开展", _done, width=18),
        Column(
            "volunteers", "志愿者", lambda one: _kept(one, "volunteers"), width=10, is_number=True
        ),
        Column("hours", "时长（小时）", _hours, width=12),
        Column(
            "people", "服务人次", lambda one: _kept(one, "people_served"), width=10,
            is_number=True, is_shown=False,
        ),
        Column("spent", "已用经费", _spent, width=14, is_shown=False),
        # The seven fields of the notice, for the table that is handed in.
        Column("served", "服务对象", lambda one: one.served_group, width=22, is_shown=False),
        Column("category", "服务类型", lambda one: one.category.name, width=16, is_shown=False),
        Column(
            "length", "服务时长", lambda one: hours_text(one.session_minutes), width=14,
            is_shown=False,
        ),
        Column(
            "wanted", "志愿者人数", lambda one: one.volunteers_wanted, width=12, is_number=True,
            is_shown=False,
        ),
        Column("funding", "项目资金保障", lambda one: one.funding, width=24, is_shown=False),
        Column(
            "late", "总结", lambda one: "逾期" if _kept(one, "is_summary_late") else "", width=8
        ),
        Column("standing", "进展", _standing, width=10, tone=_tone),
        Column("state", "状态", lambda one: one.get_state_display(), width=10, is_shown=False),
    ),
    found=_found,
    said=_said,
    private=frozenset({"q"}),
)  # fmt: skip
