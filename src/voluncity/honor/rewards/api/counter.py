"""Operations of the API for a shop's counter: find a voucher, hand over, take it back."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access import actions as access
from voluncity.city.access.marks import Access
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import Asked, Id, Page, PageAsked, Shape, Words, rows_of
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.rewards import actions, codes, queries
from voluncity.honor.rewards.api.shapes import RedemptionShape, ShopShape
from voluncity.honor.rewards.models import Redemption, Shop, Voucher
from voluncity.kernel.masks import mask_name

router = Router(tags=["核销（商家）"])

READ, WRITE = TokenScope.ORGANIZER_READ, TokenScope.ORGANIZER_WRITE
TAKE = Access("permission", (Permission.REDEMPTION_TAKE,))


class VoucherCodeAsked(Asked):
    """What was scanned or typed at the counter."""

    code: Words = Field(max_length=400, description="扫到的内容，或顾客报出的 10 位数字")


class PassAsked(Asked):
    """What was found a moment ago."""

    pass_code: Words = Field(max_length=400, description="查券得到的 pass_code，三分钟内有效")


class UndoAsked(Asked):
    """Why a redemption is taken back."""

    words: Words = Field(max_length=200, description="撤销的原因，志愿者看得到")


class FoundVoucher(Shape):
    """A voucher that this shop may take now."""

    voucher: str = Field(description="券的编号")
    title: str
    hand_over: str = Field(description="要交付什么")
    terms: str = Field(description="使用须知")
    holder: str = Field(description="持券人（脱敏）")
    use_until: date
    pass_code: str = Field(description="核销时交回，三分钟内有效，只给查券的人")


@operation(
    router, "GET", "organizer/shops", summary="我负责核销的门店", answer=Page[ShopShape],
    access=TAKE, scope=READ,
)  # fmt: skip
def shops_to_serve(request: HttpRequest, asked: Query[PageAsked]) -> Page[ShopShape]:
    """营业中的门店。"""
    found = queries.shops_to_serve(user_of(request))
    rows, place = rows_of(found.select_related("merchant__organization", "region"), asked)
    items = [ShopShape.of(row, str(row.merchant)) for row in rows]
    return Page[ShopShape](items=items, **place)


@operation(
    router, "POST", "organizer/shops/{shop_id}/find-voucher", summary="查券",
    answer=FoundVoucher, access=TAKE, scope=WRITE,
)  # fmt: skip
def find_voucher(request: HttpRequest, shop_id: Id, asked: VoucherCodeAsked) -> FoundVoucher:
    """只查不核销。错误的码试得太多，会停用一小时。"""
    me, at = user_of(request), now()
    found = actions.find_voucher(text=asked.code, shop=_shop(me, shop_id), by=me, at=at)
    return _found(found, codes.make_pass(found.pk, clerk_id=me.pk, at=at))


@operation(
    router, "POST", "organizer/shops/{shop_id}/redemptions", summary="核销",
    answer=RedemptionShape, access=TAKE, scope=WRITE, status=CREATED,
)  # fmt: skip
def redeem_voucher(request: HttpRequest, shop_id: Id, asked: PassAsked) -> RedemptionShape:
    """一张券只能核销一次；核销后请立即交付。"""
    me, at = user_of(request), now()
    shop = _shop(me, shop_id)
    voucher_id = codes.read_pass(asked.pass_code, clerk_id=me.pk, at=at)
    done = actions.redeem(voucher_id=voucher_id, shop=shop, by=me, at=at)
    return _told(done.pk)


@operation(
    router, "POST", "organizer/redemptions/{redemption_id}/undo", summary="撤销核销",
    answer=RedemptionShape, access=TAKE, scope=WRITE,
)  # fmt: skip
def undo_redemption(request: HttpRequest, redemption_id: Id, asked: UndoAsked) -> RedemptionShape:
    """弄错了时，在 undo_until 以前撤销，券恢复可用；过后请联系文明办。"""
    me, at = user_of(request), now()
    found = access.fetch(
        me, Permission.REDEMPTION_TAKE, Redemption.objects.all(), at=at, pk=redemption_id
    )
    actions.undo(redemption=cast(Redemption, found), words=asked.words, by=me, at=at)
    return _told(redemption_id)


def _shop(me: User, shop_id: int) -> Shop:
    rows = Shop.objects.select_related("merchant__organization")
    found = access.fetch(me, Permission.REDEMPTION_TAKE, rows, at=now(), pk=shop_id)
    return cast(Shop, found)


def _found(one: Voucher, pass_code: str) -> FoundVoucher:
    return FoundVoucher(
        voucher=one.number,
        title=one.version.title,
        hand_over=one.version.hand_over,
        terms=one.version.terms,
        holder=mask_name(one.volunteer.name),
        use_until=one.use_until,
        pass_code=pass_code,
    )


def _told(pk: int) -> RedemptionShape:
    rows = Redemption.objects.select_related("voucher__version", "voucher__volunteer", "shop")
    return RedemptionShape.of(rows.get(pk=pk))
