"""The plan of projects on paper and as a table: the seven fields of the notice (seed T18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from voluncity.kernel.minutes import hours_text
from voluncity.service.projects.models import Project
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "plans.typ"
# With their width in characters.
COLUMNS = (
    ("项目名称", 28), ("服务对象", 22), ("服务类型", 14), ("服务时长", 14), ("志愿者人数", 12),
    ("项目资金保障", 24), ("开展次数", 10), ("所属组织", 26), ("项目类别", 20),
    ("起止日期", 24), ("状态", 10),
)  # fmt: skip
SEVEN = 7


def cells(project: Project) -> list[str | int]:
    """Return a project as a row of the table: the seven fields, then whose it is and when."""
    return [
        project.name,
        project.served_group,
        project.category.name,
        f"每次 {hours_text(project.session_minutes)}",
        project.volunteers_wanted,
        project.funding,
        project.sessions_planned,
        project.organization.name,
        project.line.name if project.line else "",
        f"{project.starts_on:%Y-%m-%d} 至 {project.ends_on:%Y-%m-%d}",
        str(project.get_state_display()),
    ]


def plan_paper(projects: Sequence[Project], *, title: str, at: datetime) -> bytes:
    """Return the plans as PDF: one table, and for a single project what else belongs to it."""
    facts = {
        "title": "志愿服务项目编排表",
        "sub": title,
        "printed": f"{localtime(at):%Y-%m-%d %H:%M} 打印 · 共 {len(projects)} 个项目",
        "columns": ["序号", *(label for label, _ in COLUMNS[:SEVEN]), "所属组织", "起止日期"],
        "rows": [_row(number, one) for number, one in enumerate(projects, start=1)],
        "more": _more(projects[0]) if len(projects) == 1 else [],
    }
    page = (
        reverse("projects:detail", args=[projects[0].pk])
        if len(projects) == 1
        else reverse("progress:desk_list")
    )
    return printing.pdf(TEMPLATE, facts, qr=settings.VOLUNCITY_PUBLIC_URL + page)


def _row(number: int, project: Project) -> list[str]:
    row = [str(cell) for cell in cells(project)]
    days = f"{project.starts_on:%Y-%m-%d}\n至 {project.ends_on:%Y-%m-%d}"
    return [str(number), *row[:SEVEN], row[7], days]


def _more(project: Project) -> list[list[str]]:
    said = [
        ["项目类别", project.line.name if project.line else ""],
        ["项目介绍", project.intro],
        ["风险告知", project.risk_notice],
    ]
    return [[label, words] for label, words in said if words]
