"""The desk's list of projects: its columns, and how it is filtered."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs.models import Organization
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.minutes import hours_text
from voluncity.service.projects import queries
from voluncity.service.projects.forms import DeskForm
from voluncity.service.projects.states import ProjectState

S = ProjectState
_TONES = {
    S.RUNNING: "good", S.PUBLISHED: "info", S.APPROVED: "info", S.SUBMITTED: "warn",
    S.SENT_BACK: "warn", S.CANCELLED: "bad",
}  # fmt: skip

COLUMNS = (
    Column("name", "项目", lambda one: one.name, width=30),
    Column("organization", "组织", lambda one: one.organization.name, width=30),
    Column("line", "条线", lambda one: one.line.name if one.line else "", width=20),
    Column("category", "类型", lambda one: one.category.name, width=16),
    Column(
        "served_group", "服务对象", lambda one: one.served_group, width=24, is_shown=False
    ),
    Column("starts", "开始日期", lambda one: one.starts_on.isoformat(), width=12),
    Column("ends", "结束日期", lambda one: one.ends_on.isoformat(), width=12),
    Column(
        "length", "每次时长", lambda one: hours_text(one.session_minutes), width=14,
        is_shown=False,
    ),
    Column("volunteers", "志愿者", lambda one: one.volunteers_wanted, width=8, is_number=True),
    Column(
        "sessions", "开展次数", lambda one: one.sessions_planned, width=10, is_number=True,
        is_shown=False,
    ),
    Column("funding", "资金保障", lambda one: one.funding, width=24, is_shown=False),
    Column(
        "state", "状态", lambda one: one.get_state_display(), width=10,
        tone=lambda one: _TONES.get(one.state, "neutral"),
    ),
)  # fmt: skip


def _form(scope: Scope, query: Query) -> DeskForm:
    near = Organization.objects.in_scope(scope)
    return DeskForm(QueryDict(urlencode(query)), organizations=near)


def found(scope: Scope, query: Query, _at: datetime) -> ScopedQuerySet:
    """Return the projects within a scope that a query asks for."""
    return queries.projects_for_desk(scope, _form(scope, query).filters())


def said(scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    """Return the filters in words."""
    return _form(scope, query).said()


PROJECTS = Register(
    key="projects",
    title="项目列表",
    unit="个",
    page="projects:desk_list",
    row_page="projects:desk_detail",
    permission=Permission.PROJECT_SEE,
    export_permission=Permission.PROJECT_SEE,
    columns=COLUMNS,
    found=found,
    said=said,
)
