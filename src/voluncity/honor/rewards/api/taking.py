"""Operations of the API: offers, taking one, and one's vouchers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, SIGNED_IN
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import (
    Asked,
    BodyId,
    Id,
    Latitude,
    Longitude,
    Page,
    PageAsked,
    Shape,
    Words,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.rewards import actions, codes, queries, rules
from voluncity.honor.rewards.api.shapes import (
    OfferLine,
    ShopShape,
    VoucherShape,
    offer_facts,
    voucher_facts,
)
from voluncity.honor.rewards.models import Version, Voucher
from voluncity.honor.rewards.queries.finding import Filters
from voluncity.honor.rewards.states import VoucherState
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import BadInput

router = Router(tags=["回馈激励"])

READ, WRITE = TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE
Handle = Annotated[str, Field(min_length=8, max_length=36, pattern=r"^[0-9A-Za-z-]+$")]


class OffersAsked(PageAsked):
    """What somebody looks for; what is left out asks for nothing."""

    kind: Words = Field("", max_length=24, description="类型的代号")
    region_id: Id | None = Field(None, description="区划，包含它下面的全部")
    points_most: int | None = Field(None, ge=0, le=10**9, description="所需积分不超过")
    stars_most: int | None = Field(None, ge=0, le=5, description="所需星级不超过")
    lat: Latitude | None = Field(None, description="您的位置；近的门店在前")
    lng: Longitude | None = None


class Taker(Shape):
    """For whom the caller may take it."""

    volunteer_id: int
    name: str = Field(description="姓名（脱敏）")
    is_self: bool
    why_not: str = Field(description="现在不能兑换的原因；能兑换时为空")


class OfferShape(OfferLine):
    """An offer with its terms, and who may take it."""

    terms_id: int = Field(description="条件的编号；兑换时交回，条件变了会拒绝")
    text: str
    hand_over: str = Field(description="店员要交付什么")
    terms: str = Field(description="使用须知")
    limit: str = Field(description="每人限兑的说法")
    left: int | None = Field(description="剩余；不限量时为空")
    use_until: date = Field(description="今天兑换的，使用截止（含）")
    give_back_until: date = Field(description="今天兑换的，退还截止（含）")
    shops: list[ShopShape]
    takers: list[Taker] = Field(description="本人和孩子；没有密钥时为空")


class TakeAsked(Asked):
    """Take an offer."""

    terms_id: BodyId = Field(description="读到的 terms_id")
    handle: Handle = Field(description="本次操作的随机串；重发时不变，只兑换一次")
    volunteer_id: BodyId | None = Field(None, description="为孩子兑换时填写；不填为本人")


class VouchersAsked(PageAsked):
    """Which of them."""

    tab: Literal["live", "past"] = Field("live", description="待使用，或已使用、退还、失效")


class LiveVoucher(VoucherShape):
    """A voucher with the code that the shop scans."""

    code: str = Field(description="做成二维码给店员扫；失效的券为空")
    typed: str = Field(description="扫不了时报出的 10 位数字；失效的券为空")
    lasts_seconds: int = Field(description="多久更换一次")
    shops: list[ShopShape] = Field(description="可以使用的门店")


@operation(router, "GET", "offers", summary="可兑换的回馈", answer=Page[OfferLine], access=PUBLIC)
def list_offers(request: HttpRequest, asked: Query[OffersAsked]) -> Page[OfferLine]:
    """有余量的在前，新的在前；给出位置时近的门店在前。"""
    if (asked.lat is None) != (asked.lng is None):
        raise BadInput("lat 和 lng 要一起填写。", field="lat")
    found = queries.offered(_filters(asked), today=local_date(now()))
    if asked.lat is not None and asked.lng is not None:
        near, place = rows_of(queries.by_distance(found, (asked.lat, asked.lng)), asked)
        rows = found.in_bulk([pk for pk, _ in near])
        listed = [(rows[pk], distance) for pk, distance in near if pk in rows]
    else:
        plain, place = rows_of(found, asked)
        listed = [(one, "") for one in plain]
    items = [OfferLine(**offer_facts(one, distance)) for one, distance in listed]
    return Page[OfferLine](items=items, **place)


def _filters(asked: OffersAsked) -> Filters:
    if asked.kind and not queries.kinds().filter(pk=asked.kind).exists():
        raise BadInput("没有这个类型，请核对代号。", field="kind")
    return Filters(
        kind=asked.kind,
        region=_region(asked.region_id),
        points=asked.points_most,
        stars=asked.stars_most,
    )


def _region(region_id: int | None) -> Region | None:
    if region_id is None:
        return None
    region = regions.valid(local_date(now())).filter(pk=region_id).first()
    if region is None:
        raise BadInput("没有这个区划，请从区划列表中选择。", field="region_id")
    return region


@operation(router, "GET", "offers/{offer_id}", summary="一项回馈", answer=OfferShape, access=PUBLIC)
def one_offer(request: HttpRequest, offer_id: Id) -> OfferShape:
    """带密钥时，说明本人（和孩子）能不能兑换、为什么。"""
    version, today = queries.shown(offer_id), local_date(now())
    last, give_back = rules.ends(
        taken_on=today, use_days=version.use_days, use_until=version.use_until,
        give_back_days=policy.number("rewards.give_back_days", on=today),
    )  # fmt: skip
    facts = offer_facts(version)
    return OfferShape(
        **facts,
        terms_id=version.pk,
        text=version.text,
        hand_over=version.hand_over,
        terms=version.terms,
        limit=rules.limit_text(version.per_person, version.limit_period),
        left=version.offer.left,
        use_until=last,
        give_back_until=give_back,
        shops=[ShopShape.of(one, facts["merchant"]) for one in queries.shops_of(version)],
        takers=_takers(request, version, today),
    )


def _takers(request: HttpRequest, version: Version, today: date) -> list[Taker]:
    if not request.user.is_authenticated:
        return []
    me = request.user
    return [_taker(me, one, version, today) for one in queries.takers(me, on=today)]


def _taker(me: User, one: Volunteer, version: Version, today: date) -> Taker:
    why_not = queries.why_not(version, one, queries.standing(one), today=today)
    return Taker(
        volunteer_id=one.pk,
        name=mask_name(one.name),
        is_self=one.user_id == me.pk,
        why_not=why_not,
    )


@operation(
    router, "POST", "offers/{offer_id}/take", summary="兑换", answer=VoucherShape,
    access=SIGNED_IN, scope=WRITE, status=CREATED,
)  # fmt: skip
def take_offer(request: HttpRequest, offer_id: Id, asked: TakeAsked) -> VoucherShape:
    """积分和库存一起扣，绝不超兑。同一 handle 重发得到第一次的券。"""
    me, at = user_of(request), now()
    today = local_date(at)
    made = actions.take_offer(
        offer_id=offer_id, version_id=asked.terms_id, handle=asked.handle,
        volunteer=queries.taker(me, asked.volunteer_id, on=today), by=me, at=at,
    )  # fmt: skip
    return VoucherShape.of(queries.own_voucher(me, made.pk, on=today))


@operation(
    router, "GET", "me/vouchers", summary="我的兑换券", answer=Page[VoucherShape],
    access=SIGNED_IN, scope=READ,
)  # fmt: skip
def vouchers(request: HttpRequest, asked: Query[VouchersAsked]) -> Page[VoucherShape]:
    """待使用的按到期先后，其余新的在前；包括孩子的。"""
    found = queries.vouchers_for(user_of(request), on=local_date(now()))
    live = {"state": VoucherState.TAKEN}
    if asked.tab == "past":
        found = found.exclude(**live)
    else:
        found = found.filter(**live).order_by("use_until", "pk")
    rows, place = rows_of(found, asked)
    return Page[VoucherShape](items=[VoucherShape.of(row) for row in rows], **place)


@operation(
    router, "GET", "me/vouchers/{voucher_id}", summary="一张兑换券和它的券码",
    answer=LiveVoucher, access=SIGNED_IN, scope=WRITE,
)  # fmt: skip
def voucher(request: HttpRequest, voucher_id: Id) -> LiveVoucher:
    """券码每 15 秒更换，请在出示时再取；谁有券码，谁就能用这张券。"""
    at = now()
    found = queries.own_voucher(user_of(request), voucher_id, on=local_date(at))
    facts, token = voucher_facts(found), codes.phone_token(found.pk, at=at)
    address = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('rewards:scan')}?code={token}"
    return LiveVoucher(
        **facts,
        code=address if found.is_live else "",
        typed=codes.typed_number(found.pk, found.serial, at=at) if found.is_live else "",
        lasts_seconds=int(codes.STEP.total_seconds()),
        shops=[ShopShape.of(one, facts["merchant"]) for one in queries.shops_for(found)],
    )


@operation(
    router, "POST", "me/vouchers/{voucher_id}/give-back", summary="退还兑换券",
    answer=VoucherShape, access=SIGNED_IN, scope=WRITE,
)  # fmt: skip
def give_voucher_back(request: HttpRequest, voucher_id: Id) -> VoucherShape:
    """退还截止以前，没有用过的券可以退，积分回到账上。"""
    me, at = user_of(request), now()
    today = local_date(at)
    found: Voucher = queries.own_voucher(me, voucher_id, on=today)
    actions.give_voucher_back(voucher=found, by=me, at=at)
    return VoucherShape.of(queries.own_voucher(me, voucher_id, on=today))
