"""The register of organizations as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs import queries
from voluncity.city.orgs.models import Membership, Organization, Proof
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.regions.models import Region
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name, mask_phone
from voluncity.kernel.text import number_in

_TONES = {
    OrgState.ACTIVE: "good",
    OrgState.APPLIED: "warn",
    OrgState.SENT_BACK: "warn",
    OrgState.SHOWN: "info",
    OrgState.SUSPENDED: "bad",
    OrgState.REFUSED: "bad",
    OrgState.DISSOLVED: "neutral",
}


@dataclass(frozen=True)
class Listed:
    """One organization of a list with what is counted for all at once."""

    organization: Organization
    members: int
    stations: int
    below: int
    proof: Proof | None

    @property
    def pk(self) -> int:
        """Return where the row leads."""
        return self.organization.pk


def filters_of(query: Query, scope: Scope, *, at: datetime) -> queries.Filters:
    """Return what a query asks for; what is not understood or out of reach is left out."""
    said = dict(query)
    region = number_in(said.get("region", ""))
    above = number_in(said.get("above", ""))
    today = local_date(at)
    valid = Region.objects.filter(valid_from__lte=today).exclude(valid_to__lte=today)
    return queries.Filters(
        kind=said.get("kind", ""),
        state=said.get("state", ""),
        region=valid.filter(pk=region).first() if region else None,
        words=said.get("q", ""),
        above=Organization.objects.in_scope(scope).filter(pk=above).first() if above else None,
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    return queries.desk_list(scope, filters_of(query, scope, at=at))  # type: ignore[return-value]


def _said(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, scope, at=at)
    kinds, states = dict(Kind.choices), dict(OrgState.choices)
    words = [
        ("名称", filters.words),
        ("类型", str(kinds.get(filters.kind, ""))),
        ("状态", str(states.get(filters.state, ""))),
        ("区划", filters.region.name if filters.region else ""),
        ("上级", filters.above.name if filters.above else ""),
    ]
    return [(label, value) for label, value in words if value]


def _shown(rows: Sequence[Organization], _today: date) -> Iterator[Listed]:
    if not rows:
        return
    ids = [row.pk for row in rows]
    members = _counted(Membership.objects.filter(organization__in=ids, left_at=None))
    stations = _counted(rows[0].stations.model.objects.filter(organization__in=ids, closed_at=None))
    active = Organization.objects.filter(parent__in=ids, state=OrgState.ACTIVE)
    below = _counted(active, by="parent_id")
    proofs = Proof.objects.in_bulk(ids)
    for row in rows:
        counts = (members.get(row.pk, 0), stations.get(row.pk, 0), below.get(row.pk, 0))
        yield Listed(row, *counts, proofs.get(row.pk))


def _counted(found: QuerySet[Any], by: str = "organization_id") -> dict[int, int]:
    """Return how many rows each organization has; from its own rows, so that an index serves."""
    return dict(found.order_by().values_list(by).annotate(n=Count("pk")))


def _phone(one: Listed) -> str:
    return queries.contact_phone(one.organization)


ORGANIZATIONS = Register(
    key="orgs",
    title="组织名册",
    unit="个",
    page="orgs:desk_list",
    row_page="orgs:desk_detail",
    permission=Permission.ORG_SEE,
    export_permission=Permission.ORG_SEE,
    columns=(
        Column("name", "名称", lambda one: one.organization.name, width=36),
        Column("kind", "类型", lambda one: one.organization.get_kind_display(), width=20),
        Column(
            "parent",
            "主管单位",
            lambda one: one.organization.parent.name if one.organization.parent else "",
            width=28,
        ),
        Column("region", "区划", lambda one: one.organization.region.name),
        Column(
            "state",
            "状态",
            lambda one: one.organization.get_state_display(),
            tone=lambda one: _TONES[OrgState(one.organization.state)],
        ),
        Column("members", "成员", lambda one: one.members, is_number=True),
        Column("stations", "服务站", lambda one: one.stations, is_number=True, is_shown=False),
        Column("below", "下级组织", lambda one: one.below, is_number=True, is_shown=False),
        Column(
            "code", "统一社会信用代码", lambda one: one.organization.code, width=22, is_shown=False
        ),
        Column(
            "filing",
            "备案编号",
            lambda one: one.proof.filing_number if one.proof else "",
            width=22,
            is_shown=False,
        ),
        Column(
            "contact",
            "联系人",
            lambda one: mask_name(one.organization.contact_name),
            full=lambda one: one.organization.contact_name,
            is_shown=False,
        ),
        Column(
            "phone", "联系电话", lambda one: mask_phone(_phone(one)), full=_phone, is_shown=False
        ),
        Column(
            "applied",
            "申请时间",
            lambda one: local_date(one.organization.applied_at).isoformat(),
        ),
    ),
    found=_found,
    said=_said,
    shown=_shown,
)
