"""What operations about rewards answer with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from pydantic import Field

from voluncity.city.tokens.shapes import Shape, local
from voluncity.honor.rewards import rules
from voluncity.honor.rewards.models import Redemption, Shop, Version, Voucher
from voluncity.honor.rewards.states import VoucherState
from voluncity.kernel.masks import mask_name


class OfferLine(Shape):
    """An offer in the list."""

    id: int
    title: str
    merchant: str
    kind: str = Field(description="类型")
    points: int = Field(description="所需积分")
    stars: int = Field(description="所需星级；0 为不限")
    price: str = Field(description="所需条件的说法，例如“200 积分 · 三星以上”")
    distance: str = Field(description="最近的门店离您多远；没有给出位置时为空")
    offered_until: date = Field(description="兑换截止（含）")
    is_sold_out: bool = Field(description="已经兑完")
    photo: str = Field(description="图片的网址；没有时为空")


class ShopShape(Shape):
    """Where a voucher is used."""

    id: int
    name: str
    merchant: str
    region: str
    address: str
    hours: str = Field(description="营业时间")
    phone: str
    lat: float | None
    lng: float | None

    @classmethod
    def of(cls, one: Shop, merchant: str) -> ShopShape:
        """Return an open shop of a merchant."""
        return cls(
            id=one.pk,
            name=one.name,
            merchant=merchant,
            region=one.region.name,
            address=one.address,
            hours=one.hours,
            phone=one.phone,
            lat=one.lat,
            lng=one.lng,
        )


class VoucherShape(Shape):
    """One's own voucher, or a child's."""

    id: int
    number: str = Field(description="券的编号")
    offer_id: int
    title: str
    merchant: str
    hand_over: str = Field(description="店员要交付什么")
    terms: str = Field(description="使用须知")
    holder: str = Field(description="持券人（脱敏）；监护人也能看到孩子的")
    points: int
    state: VoucherState
    state_label: str
    taken_on: date
    use_until: date = Field(description="使用截止（含）")
    give_back_until: date = Field(description="退还截止（含）")
    used_at: datetime | None
    used_in: str = Field(description="在哪家门店使用；没有使用时为空")
    reason: str = Field(description="失效或收回的说明")

    @classmethod
    def of(cls, one: Voucher) -> VoucherShape:
        """Return a voucher read by `queries.vouchers_for`."""
        return cls(**voucher_facts(one))


class RedemptionShape(Shape):
    """What was handed over."""

    id: int
    voucher: str = Field(description="券的编号")
    title: str
    hand_over: str
    holder: str = Field(description="持券人（脱敏）")
    shop: str
    at: datetime
    undo_until: datetime = Field(description="门店可以撤销到这时")
    undone_at: datetime | None
    undo_reason: str

    @classmethod
    def of(cls, one: Redemption) -> RedemptionShape:
        """Return a redemption as the shop sees it."""
        voucher = one.voucher
        return cls(
            id=one.pk,
            voucher=voucher.number,
            title=voucher.version.title,
            hand_over=voucher.version.hand_over,
            holder=mask_name(voucher.volunteer.name),
            shop=one.shop.name,
            at=local(one.at),
            undo_until=local(one.undo_until),
            undone_at=local(one.undone_at),
            undo_reason=one.undo_reason,
        )


def voucher_facts(one: Voucher) -> dict[str, Any]:
    """Return what is told of a voucher to whom it belongs."""
    used: Redemption | None = next(iter(one.live_redemptions), None)  # type: ignore[attr-defined]
    return {
        "id": one.pk,
        "number": one.number,
        "offer_id": one.offer_id,
        "title": one.version.title,
        "merchant": str(one.merchant),
        "hand_over": one.version.hand_over,
        "terms": one.version.terms,
        "holder": mask_name(one.volunteer.name),
        "points": one.points,
        "state": VoucherState(one.state),
        "state_label": VoucherState(one.state).label,
        "taken_on": one.taken_on,
        "use_until": one.use_until,
        "give_back_until": one.give_back_until,
        "used_at": local(used.at) if used else None,
        "used_in": used.shop.name if used else "",
        "reason": one.reason,
    }


def offer_facts(one: Version, distance: str = "") -> dict[str, Any]:
    """Return what is told of an offer to everybody."""
    return {
        "id": one.offer_id,
        "title": one.title,
        "merchant": str(one.offer.merchant),
        "kind": one.kind.name,
        "points": one.points,
        "stars": one.stars,
        "price": rules.price_text(one.points, one.stars),
        "distance": distance,
        "offered_until": one.offered_until,
        "is_sold_out": one.offer.is_sold_out,
        "photo": reverse("files:show", args=[one.photo.key]) if one.photo else "",
    }
