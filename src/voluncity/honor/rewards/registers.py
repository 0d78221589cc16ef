"""Merchants and redemptions as lists of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.regions import queries as regions
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.honor.rewards import queries
from voluncity.honor.rewards.models import Merchant, OfferKind, Redemption
from voluncity.honor.rewards.queries import TASKS, Asked, Filters
from voluncity.honor.rewards.states import MerchantState
from voluncity.kernel.clock import local_date, stamp_text
from voluncity.kernel.masks import mask_name
from voluncity.kernel.money import yuan_text
from voluncity.kernel.text import clean, number_in


def day_in(text: str) -> date | None:
    """Return the day that stands in an address, or none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def filters_of(query: Query, *, at: datetime) -> Filters:
    """Return what a query asks for among the merchants; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Filters(
        words=said.get("q", ""),
        kind=clean(said.get("kind", ""))[:24],
        state=clean(said.get("state", ""))[:10],
        task=said.get("task", ""),
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def asked_of(query: Query, *, at: datetime) -> Asked:
    """Return what a query asks for among the redemptions; what is not understood is left out."""
    said = dict(query)
    counties = regions.counties(on=local_date(at))
    return Asked(
        merchant_id=number_in(said.get("merchant", "")),
        offer_id=number_in(said.get("offer", "")),
        kind=clean(said.get("kind", ""))[:24],
        since=day_in(said.get("since", "")),
        until=day_in(said.get("until", "")),
        is_undone=said.get("undone", "") == "1",
        region=next((one for one in counties if str(one.pk) == said.get("region", "")), None),
    )


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.merchants(scope, filters_of(query, at=at))
    return found


def _said(_scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    filters = filters_of(query, at=at)
    words = [
        ("名称", filters.words),
        ("类别", dict(OfferKind.objects.values_list("key", "name")).get(filters.kind, "")),
        ("区县", filters.region.name if filters.region else ""),
        ("状态", dict(MerchantState.choices).get(filters.state, "")),
        ("需要处理的", dict(TASKS).get(filters.task, "")),
    ]
    return [(label, str(value)) for label, value in words if value]


def _redeemed(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found: ScopedQuerySet = queries.redemptions(scope, asked_of(query, at=at))
    return found


def _asked(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    asked = asked_of(query, at=at)
    merchant = Merchant.objects.in_scope(scope).filter(pk=asked.merchant_id or 0).first()
    words = [
        ("商家", str(merchant) if merchant else ""),
        ("类别", dict(OfferKind.objects.values_list("key", "name")).get(asked.kind, "")),
        ("从", asked.since.isoformat() if asked.since else ""),
        ("到", asked.until.isoformat() if asked.until else ""),
        ("区县", asked.region.name if asked.region else ""),
        ("", "只看已撤销的" if asked.is_undone else ""),
    ]
    return [(label, value) for label, value in words if value]


def _day(at: datetime | None) -> str:
    return local_date(at).isoformat() if at else ""


def _taker(one: Redemption) -> str:
    return one.voucher.volunteer.name


MERCHANTS = Register(
    key="rewards",
    title="爱心商家",
    unit="家",
    page="rewards:desk_list",
    row_page="rewards:desk_merchant",
    permission=Permission.MERCHANT_REVIEW,
    export_permission=Permission.MERCHANT_REVIEW,
    columns=(
        Column("name", "商家", lambda one: one.name, width=28),
        Column("kind", "类别", lambda one: one.kind.name, width=10),
        Column("region", "所在地", lambda one: one.organization.region.name, width=16),
        Column("applied", "申请日期", lambda one: _day(one.applied_at), width=12),
        Column("joined", "加入日期", lambda one: _day(one.joined_at), width=12, is_shown=False),
        Column("given", "已回馈", lambda one: one.given, width=10, is_number=True),
        Column("state", "状态", lambda one: str(one.get_state_display()), width=10,
               tone=lambda one: one.tone),
    ),
    found=_found,
    said=_said,
    private=frozenset({"q"}),
)  # fmt: skip

REDEMPTIONS = Register(
    key="redemptions",
    title="核销记录",
    unit="次",
    page="rewards:desk_redemptions",
    row_page="rewards:desk_redemption",
    permission=Permission.MERCHANT_REVIEW,
    export_permission=Permission.MERCHANT_REVIEW,
    columns=(
        Column("at", "时间", lambda one: stamp_text(one.at), width=16),
        Column("number", "券号", lambda one: one.voucher.number, width=14),
        Column("what", "兑换项目", lambda one: one.voucher.version.title, width=28),
        Column("merchant", "商家", lambda one: one.merchant.name, width=24),
        Column("shop", "门店", lambda one: one.shop.name, width=16),
        Column("taker", "志愿者", lambda one: mask_name(_taker(one)), full=_taker, width=10),
        Column("points", "积分", lambda one: one.voucher.points, width=8, is_number=True),
        Column("fen", "结算", lambda one: yuan_text(one.fen), width=12),
        Column("clerk", "核销人", lambda one: str(one.by), width=10, is_shown=False),
        Column("undone", "撤销", lambda one: one.undo_reason, width=24, is_shown=False),
    ),
    found=_redeemed,
    said=_asked,
)  # fmt: skip
