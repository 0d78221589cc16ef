"""The wishes as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.care.wishes import queries
from voluncity.care.wishes.models import Wish, WishKind
from voluncity.care.wishes.queries.desk import TASKS, Filters
from voluncity.care.wishes.states import TONES, WishState
from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        kind=said.get("kind", "")[:24],
        state=said.get("state", ""),
        task=said.get("task", ""),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
        since=_day(said.get("since", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.desk_wishes(
        scope, filters_of(query, at=at), today=local_date(at)
    )
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    names = dict(WishKind.objects.values_list("key", "name"))
    words = [
        ("编号或内容", filters.words),
        ("类型", names.get(filters.kind, "")),
        ("区县", filters.region.name if filters.region else ""),
        ("状态", dict(WishState.choices).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
        ("提交于", f"{filters.since.isoformat()} 起" if filters.since else ""),
    ]
    return [(label, value) for label, value in words if value]


def _state(one: Wish) -> str:
    return str(one.get_state_display())


WISHES = Register(
    key="wishes",
    title="微心愿",
    unit="个",
    page="wishes:desk_list",
    row_page="wishes:desk_detail",
    permission=Permission.WISH_REVIEW,
    export_permission=Permission.WISH_REVIEW,
    columns=(
        Column("number", "编号", lambda one: one.number, width=12),
        Column("title", "心愿", lambda one: one.title, width=36),
        Column("kind", "类型", lambda one: one.kind.name, width=10),
        Column("region", "社区", lambda one: one.region.name, width=18),
        Column("posted", "提交日期", lambda one: local_date(one.posted_at).isoformat(), width=12),
        Column("wanted", "希望日期", lambda one: one.wanted_on.isoformat(), width=12),
        Column("worth", "分钟", lambda one: one.worth_minutes, width=8, is_number=True),
        Column("whom", "为谁", lambda one: str(one.get_for_whom_display()), is_shown=False),
        Column(
            "theme", "主题", lambda one: one.theme.title if one.theme else "", is_shown=False
        ),
        Column(
            "confirmed", "确认日期",
            lambda one: local_date(one.confirmed_at).isoformat() if one.confirmed_at else "",
            is_shown=False,
        ),
        Column("state", "状态", _state, width=10, tone=lambda one: TONES.get(one.state, "neutral")),
    ),
    found=_found,
    said=_said,
    private=frozenset({"q"}),
)  # fmt: skip
