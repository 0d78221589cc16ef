"""The boards as lists of the desk: people who agreed to be ranked, and organizations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import Rank

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.honor.leaderboards import rules
from voluncity.honor.leaderboards.models import Figure, Score
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name


@dataclass(frozen=True)
class Filters:
    """Which board the desk looks at."""

    period: str
    is_proven: bool
    county: Region | None

    @property
    def column(self) -> str:
        """Return the column that ranks."""
        return "proven" if self.is_proven else "minutes"


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for; what is not understood is left out."""
    said, today = dict(query), local_date(at)
    counties = regions.counties(on=today)
    return Filters(
        period=rules.period(said.get("period", ""), today=today),
        is_proven=said.get("hours") != "all",
        county=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _ranked(found: ScopedQuerySet, filters: Filters) -> ScopedQuerySet:
    return found.annotate(place=Window(Rank(), order_by=F(filters.column).desc()))  # type: ignore[no-any-return]


def _people(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    filters = filters_of(query, at=at)
    found = Score.objects.in_scope(scope).filter(
        **{"period": filters.period, f"{filters.column}__gt": 0}
    )
    if filters.county is not None:
        found = found.filter(county=filters.county)
    found = found.select_related("volunteer__region")
    return _ranked(found, filters).order_by(f"-{filters.column}", "volunteer_id")


def _teams(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    filters = filters_of(query, at=at)
    found = Figure.objects.in_scope(scope).filter(
        **{"period": filters.period, f"{filters.column}__gt": 0},
        organization__state=OrgState.ACTIVE,
    )
    if filters.county is not None:
        found = found.filter(organization__region__path__startswith=filters.county.path)
    found = found.select_related("organization__region")
    return _ranked(found, filters).order_by(f"-{filters.column}", "organization_id")


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    words = [
        ("时间", rules.period_text(filters.period)),
        ("时长", "信用时长" if filters.is_proven else "全部时长"),
        ("区县", filters.county.name if filters.county else ""),
    ]
    return [(label, value) for label, value in words if value]


def _hours(minutes: int) -> str:
    """Return minutes as hours with a decimal, as sheets add them up."""
    return f"{minutes / 60:.1f}"


PEOPLE = Register(
    key="leaderboard",
    title="志愿者榜单",
    unit="人",
    page="leaderboards:desk_people",
    row_page="people:desk_detail",
    row_id=lambda one: one.volunteer_id,
    permission=Permission.VOLUNTEER_EXPORT,
    export_permission=Permission.VOLUNTEER_EXPORT,
    columns=(
        Column("name", "姓名", lambda one: mask_name(one.volunteer.name),
               full=lambda one: one.volunteer.name, width=12),
        Column("place", "名次", lambda one: one.place, is_number=True, width=8),
        Column("number", "志愿者编号", lambda one: one.volunteer.number, width=16, is_shown=False),
        Column("region", "所在区划", lambda one: one.volunteer.region.name, width=20),
        Column("proven", "信用时长（小时）", lambda one: _hours(one.proven), is_number=True),
        Column("minutes", "全部时长（小时）", lambda one: _hours(one.minutes), is_number=True),
    ),
    found=_people,
    said=_said,
    volunteer_id=lambda one: one.volunteer_id,
)  # fmt: skip

TEAMS = Register(
    key="team-leaderboard",
    title="组织榜单",
    unit="个",
    page="leaderboards:desk_teams",
    row_page="orgs:desk_detail",
    row_id=lambda one: one.organization_id,
    permission=Permission.ORG_SEE,
    export_permission=Permission.ORG_SEE,
    columns=(
        Column("name", "组织", lambda one: one.organization.name, width=30),
        Column("place", "名次", lambda one: one.place, is_number=True, width=8),
        Column("region", "所在区划", lambda one: one.organization.region.name, width=20),
        Column("proven", "信用时长（小时）", lambda one: _hours(one.proven), is_number=True),
        Column("minutes", "全部时长（小时）", lambda one: _hours(one.minutes), is_number=True),
    ),
    found=_teams,
    said=_said,
)  # fmt: skip
