"""What everybody sees: offers by kind, county, distance, points and stars; who gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Region
from voluncity.city.stations.rules.mapping import Place
from voluncity.honor.points import queries as points
from voluncity.honor.recognition import queries as recognition
from voluncity.honor.rewards.models import Merchant, Offer, OfferKind, Redemption, Shop, Version
from voluncity.honor.rewards.rules import limit_text, period_of
from voluncity.honor.rewards.states import MerchantState, OfferState, VersionState
from voluncity.kernel.geo import Box, distance_m, distance_text
from voluncity.kernel.refusals import NotFound

Point = tuple[float, float]
PEOPLE_COUNTED_FOR = timedelta(minutes=5)
PUBLIC = (MerchantState.ACTIVE, MerchantState.SUSPENDED)


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty means everything that is offered today."""

    kind: str = ""
    region: Region | None = None
    box: Box | None = None
    points: int | None = None  # not dearer than this
    stars: int | None = None  # asks for no more than this
    merchant_id: int | None = None


def kinds() -> QuerySet[OfferKind]:
    """Return the kinds in use."""
    return OfferKind.objects.filter(ended_at=None)


def offered(filters: Filters, *, today: date) -> QuerySet[Version]:
    """Return the terms that can be taken today: what is left first, the newest first."""
    found = Version.objects.filter(
        state=VersionState.APPROVED, offer__state=OfferState.OPEN,
        offer__merchant__state=MerchantState.ACTIVE,
        offer__merchant__organization__state=OrgState.ACTIVE,
        offered_from__lte=today, offered_until__gte=today,
    )  # fmt: skip
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.points is not None:
        found = found.filter(points__lte=filters.points)
    if filters.stars is not None:
        found = found.filter(stars__lte=filters.stars)
    if filters.merchant_id is not None:
        found = found.filter(offer__merchant=filters.merchant_id)
    if filters.region is not None:
        inside = Shop.objects.filter(closed_at=None, region__path__startswith=filters.region.path)
        found = found.filter(_has_shop(inside))
    gone = Case(
        When(offer__stock__isnull=False, offer__taken__gte=F("offer__stock"), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    named = found.select_related("kind", "photo", "offer__merchant__organization__region")
    listed: QuerySet[Version] = named.annotate(gone=gone).order_by("gone", "-offer_id")
    return listed


def _has_shop(shops: QuerySet[Shop]) -> Exists:
    uses = Version.shops.through.objects.filter(version=OuterRef("pk"), shop__in=shops)
    return Exists(uses)


def by_distance(found: QuerySet[Version], here: Point) -> list[tuple[int, str]]:
    """Return (id, distance in words) of the terms that fit, the nearest shop first."""
    uses = Version.shops.through.objects.filter(
        version__in=found.order_by().values("pk"), shop__closed_at=None, shop__lat__isnull=False
    ).values_list("version", "shop__lat", "shop__lng")
    nearest: dict[int, int] = {}
    for pk, lat, lng in uses:
        meters = distance_m(*cast("tuple[float, float, float, float]", (*here, lat, lng)))
        nearest[pk] = min(meters, nearest.get(pk, meters))
    near = sorted((meters, pk) for pk, meters in nearest.items())
    listed = [(pk, distance_text(meters)) for meters, pk in near]
    return listed + [(pk, "") for pk in found.values_list("pk", flat=True) if pk not in nearest]


def shown(offer_id: int) -> Version:
    """Return what holds for one public offer.

    :raises NotFound: when there is none, or it was never let in.
    """
    offer: Offer | None = (
        Offer.objects.filter(pk=offer_id, merchant__state__in=PUBLIC, current__isnull=False)
        .select_related("current__kind", "current__photo", "merchant__organization__region")
        .first()
    )
    if offer is None or offer.current is None:
        raise NotFound("没有找到这个兑换项目，请回到列表看看。")
    offer.current.offer = offer
    return offer.current


def shops_of(version: Version) -> list[Shop]:
    """Return the shops where a voucher can be used."""
    return list(version.shops.filter(closed_at=None).select_related("region"))


@dataclass(frozen=True)
class Standing:
    """What somebody has that offers ask for."""

    points: int
    stars: int


def standing(volunteer: Volunteer) -> Standing:
    """Return somebody's points and stars."""
    return Standing(points.balance(volunteer.pk), recognition.stars_of(volunteer.pk))


def why_not(version: Version, volunteer: Volunteer, mine: Standing, *, today: date) -> str:
    """Return why somebody cannot take an offer now, or nothing; taking asks again."""
    return _closed(version, today=today) or _missing(version, volunteer, mine, today=today)


def _closed(version: Version, *, today: date) -> str:
    offer = version.offer
    if offer.state != OfferState.OPEN or not offer.merchant.is_open:
        return "这个项目现在不能兑换，请看看其他项目。"
    if today < version.offered_from:
        return f"{version.offered_from:%Y年%m月%d日} 才开始兑换，请到时再来。"
    if today > version.offered_until:
        return "兑换时间已经结束，请看看其他项目。"
    return "已经兑完了，请看看其他项目。" if offer.is_sold_out else ""


def _missing(version: Version, volunteer: Volunteer, mine: Standing, *, today: date) -> str:
    if volunteer.identity_state != IdentityState.VERIFIED:
        return "兑换前要先完成实名认证，请到“我的”里提交。"
    if mine.stars < version.stars:
        return f"要 {version.stars} 星以上，现在是 {mine.stars} 星，请看看其他项目。"
    if mine.points < version.points:
        return f"还差 {version.points - mine.points:,} 积分，请看看其他项目。"
    period = period_of(version.limit_period, today)
    had = version.offer.vouchers.filter(volunteer=volunteer, period=period, turn__isnull=False)
    if had.count() >= version.per_person:
        return f"{limit_text(version.per_person, version.limit_period)}，已经兑过了。"
    return ""


# -- Who gives -----------------------------------------------------------------------------------


def wall(*, kind: str = "", region: Region | None = None) -> QuerySet[Merchant]:
    """Return the merchants in the program, who gave most first; `given` is how often."""
    found = Merchant.objects.filter(state=MerchantState.ACTIVE)
    if kind:
        found = found.filter(kind=kind)
    if region is not None:
        inside = Shop.objects.filter(
            merchant=OuterRef("pk"), closed_at=None, region__path__startswith=region.path
        )
        found = found.filter(Exists(inside))
    named = found.select_related("organization__region", "kind", "photo")
    listed: QuerySet[Merchant] = named.order_by("-given", "joined_at", "pk")
    return listed


def public_merchant(pk: int) -> Merchant:
    """Return a merchant in the program with its open shops.

    :raises NotFound: when there is none.
    """
    shops = Prefetch("shops", Shop.objects.filter(closed_at=None).select_related("region"))
    found = Merchant.objects.filter(pk=pk, state__in=PUBLIC).prefetch_related(shops)
    merchant: Merchant | None = found.select_related(
        "organization__region", "kind", "photo"
    ).first()
    if merchant is None:
        raise NotFound("没有找到这家爱心商家，请回到商家墙看看。")
    return merchant


def given_by(merchant: Merchant) -> list[tuple[str, int]]:
    """Return all that a merchant gave: (name, how often), most first."""
    live = Redemption.objects.filter(merchant=merchant, undone_at=None)
    rows = live.order_by().values_list("voucher__version__title")
    return list(rows.annotate(number=Count("pk")).order_by("-number"))


@dataclass(frozen=True)
class Given:
    """What the whole program gave; how many people had something was counted at `at`."""

    merchants: int
    pieces: int
    people: int
    at: datetime


def given(*, at: datetime) -> Given:
    """Return how many merchants gave how much to how many people."""
    sums = Merchant.objects.aggregate(
        pieces=Sum("given", default=0), merchants=Count("pk", filter=Q(state=MerchantState.ACTIVE))
    )
    people, counted_at = _people_at(at)
    return Given(sums["merchants"], sums["pieces"], people, counted_at)


_counted: dict[str, tuple[int, datetime]] = {}  # database → how many people, and when


def _people_at(at: datetime) -> tuple[int, datetime]:
    """Return how many people had something: walking all redemptions, once in some minutes."""
    name = str(connection.settings_dict["NAME"])
    known = _counted.get(name)
    if known is None or not timedelta(0) <= at - known[1] < PEOPLE_COUNTED_FOR:
        live = Redemption.objects.filter(undone_at=None)
        found = live.aggregate(people=Count("voucher__volunteer", distinct=True))
        known = _counted[name] = (found["people"], at)
    return known


def places(merchants: QuerySet[Merchant]) -> list[Place]:
    """Return the points of the merchants' shops for the map; a mark leads to the merchant."""
    shops = Shop.objects.filter(
        merchant__in=merchants.order_by().values("pk"), closed_at=None, lat__isnull=False
    ).select_related("region")
    return [
        Place(
            one.merchant_id,
            one.name,
            one.lat or 0,
            one.lng or 0,
            is_open=True,
            group=one.region.name,
        )
        for one in shops.order_by("pk")
    ]


def in_box(merchants: QuerySet[Merchant], box: Box) -> QuerySet[Merchant]:
    """Keep the merchants with a shop in a rectangle of the map."""
    inside = Shop.objects.filter(
        merchant=OuterRef("pk"), closed_at=None, lat__range=(box.south, box.north),
        lng__range=(box.west, box.east),
    )  # fmt: skip
    return merchants.filter(Exists(inside))
