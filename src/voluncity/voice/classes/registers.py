"""The classes as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.voice.classes import queries
from voluncity.voice.classes.models import MicroClass, Revision
from voluncity.voice.classes.queries import Figures
from voluncity.voice.classes.states import RevisionState, Theme

S = RevisionState
WITHDRAWN = "withdrawn"
STATES = (*S.choices[:3], (WITHDRAWN, "已撤下"))


@dataclass(frozen=True)
class Row:
    """A class with what the desk works on and its figures."""

    one: MicroClass
    revision: Revision | None
    figures: Figures

    @property
    def pk(self) -> int:
        """Return what its page is called."""
        return self.one.pk

    @property
    def state(self) -> str:
        """Return where it stands, in words."""
        if self.one.withdrawn_at is not None:
            return "已撤下"
        return str(self.revision.get_state_display()) if self.revision else "—"

    @property
    def tone(self) -> str:
        """Return the color of its state."""
        if self.one.withdrawn_at is not None or self.revision is None:
            return "bad"
        return self.revision.tone


def asked_for(query: Query) -> dict[str, str]:
    """Return what a query asks for; what is not understood finds everything."""
    said = dict(query)
    return {
        "state": said.get("state", ""), "theme": said.get("theme", ""), "words": said.get("q", ""),
    }  # fmt: skip


def _found(scope: Scope, query: Query, _at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.desk_classes(scope, **asked_for(query))
    return found


def _said(_scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    asked = asked_for(query)
    words = [
        ("名称或单位", asked["words"]),
        ("主题", dict(Theme.choices).get(asked["theme"], "")),
        ("状态", dict(STATES).get(asked["state"], "")),
    ]
    return [(label, str(value)) for label, value in words if value]


def _shown(rows: Sequence[MicroClass], _today: date) -> Iterable[Row]:
    revisions = queries.newest(rows)
    figures = queries.figures(one.pk for one in rows)
    return [Row(one, revisions.get(one.pk), figures.get(one.pk, Figures())) for one in rows]


def _published(row: Row) -> str:
    at = row.revision.published_at if row.revision else None
    return local_date(at).isoformat() if at else ""


def _course(row: Row) -> str:
    return row.revision.course.name if row.revision and row.revision.course else ""


CLASSES = Register(
    key="classes",
    title="微课堂",
    unit="门",
    page="classes:desk_list",
    row_page="classes:desk_detail",
    permission=Permission.CLASS_EDIT,
    export_permission=Permission.CLASS_EDIT,
    columns=(
        Column("title", "名称", lambda row: row.revision.title if row.revision else "", width=30),
        Column("organization", "开课单位", lambda row: row.one.organization.name, width=22),
        Column(
            "theme", "主题",
            lambda row: str(row.revision.get_theme_display()) if row.revision else "",
        ),
        Column("course", "证书", _course, width=20, is_shown=False),
        Column("started", "开始学", lambda row: row.figures.started, is_number=True, width=8),
        Column("finished", "学完", lambda row: row.figures.finished, is_number=True, width=8),
        Column("passed", "通过", lambda row: row.figures.passed, is_number=True, width=8),
        Column("published", "发布日期", _published, width=12),
        Column("state", "状态", lambda row: row.state, width=10, tone=lambda row: row.tone),
    ),
    found=_found,
    said=_said,
    shown=_shown,
    private=frozenset({"q"}),
)  # fmt: skip
