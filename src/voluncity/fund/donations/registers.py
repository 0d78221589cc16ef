"""Gifts as a list of the desk: columns, filters, export."""

from __future__ import annotations

from datetime import date, datetime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.fund.donations import queries, rules
from voluncity.fund.donations.models import Appeal, Gift
from voluncity.fund.donations.queries import Asked, Filters
from voluncity.fund.donations.states import Channel, DonorKind, GiftState
from voluncity.kernel.clock import stamp_text
from voluncity.kernel.masks import mask_name
from voluncity.kernel.money import yuan_text
from voluncity.kernel.text import clean, number_in


def day_in(text: str) -> date | None:
    """Return the day that stands in an address, or none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def filters_of(query: Query) -> Filters:
    """Return what a query asks for among the appeals; what is not understood is left out."""
    said = dict(query)
    return Filters(words=clean(said.get("q", ""))[:60], state=clean(said.get("state", ""))[:10])


def asked_of(query: Query) -> Asked:
    """Return what a query asks for among the gifts; what is not understood is left out."""
    said = dict(query)
    return Asked(
        appeal_id=number_in(said.get("appeal")), event_id=number_in(said.get("event")),
        batch_id=number_in(said.get("batch")), state=clean(said.get("state", ""))[:10],
        channel=clean(said.get("channel", ""))[:10], number=clean(said.get("q", ""))[:64],
        since=day_in(said.get("since", "")), until=day_in(said.get("until", "")),
    )  # fmt: skip


def _found(scope: Scope, query: Query, _at: datetime) -> ScopedQuerySet:
    return queries.gifts(scope, asked_of(query))


def _said(scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    asked = asked_of(query)
    appeal = Appeal.objects.in_scope(scope).filter(pk=asked.appeal_id or 0).first()
    words = [
        ("募捐", str(appeal) if appeal else ""),
        ("状态", {**dict(GiftState.choices), "receipt": "待开票据"}.get(asked.state, "")),
        ("渠道", dict(Channel.choices).get(asked.channel, "")),
        ("编号或流水号", asked.number),
        ("从", asked.since.isoformat() if asked.since else ""),
        ("到", asked.until.isoformat() if asked.until else ""),
    ]
    return [(label, str(value)) for label, value in words if value]


def masked_donor(gift: Gift) -> str:
    """Return the giver with the name hidden, as lists show it."""
    name = queries.donor(gift)
    if gift.donor_kind == DonorKind.UNIT and not gift.is_anonymous:
        return name  # whose name tells of nobody's private life
    return mask_name(name) if name else rules.ANONYMOUS


GIFTS = Register(
    key="donations",
    title="捐赠登记",
    unit="笔",
    page="donations:desk_gifts",
    row_page="donations:desk_gift",
    permission=Permission.FUND_SEE,
    export_permission=Permission.FUND_SEE,
    columns=(
        Column("number", "编号", lambda one: one.number, width=14),
        Column("donor", "捐赠人", masked_donor, full=queries.donor, width=20),
        Column("amount", "金额", lambda one: one.amount_text, width=14, is_number=True),
        Column("appeal", "募捐", lambda one: one.appeal.title, width=28),
        Column("channel", "渠道", lambda one: one.get_channel_display(), width=12),
        Column(
            "given", "捐赠时间", lambda one: stamp_text(one.given_at),
            width=16,
        ),
        Column(
            "state", "状态", lambda one: one.get_state_display(), tone=lambda one: one.tone,
            width=10,
        ),
        Column("purpose", "限定用途", lambda one: str(one.purpose or "不限定"), is_shown=False),
        Column("receipt", "流水号", lambda one: one.receipt_no, width=24, is_shown=False),
        Column(
            "refunded", "已退还", lambda one: yuan_text(one.refunded_fen) if one.refunded_fen
            else "", is_shown=False,
        ),
        Column("fen", "金额（分）", lambda one: one.amount_fen, is_number=True, is_shown=False),
        Column("wants", "要票据", lambda one: "是" if one.wants_receipt else "", is_shown=False),
        Column("by", "登记人", lambda one: str(one.recorded_by or ""), is_shown=False),
        Column("checked", "复核人", lambda one: str(one.decided_by or ""), is_shown=False),
    ),
    found=_found,
    said=_said,
)  # fmt: skip
