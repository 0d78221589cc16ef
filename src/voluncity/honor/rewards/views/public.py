"""What everybody sees: the offers, one of them, the wall of merchants, one of those."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.city.stations.rules import point
from voluncity.city.stations.rules.mapping import draw, parse_box
from voluncity.honor.rewards import queries, rules
from voluncity.honor.rewards.models import Version
from voluncity.honor.rewards.queries.finding import Filters, Standing
from voluncity.honor.rewards.views.common import UNPROCESSABLE
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.kernel.text import number_in

ON_A_PAGE, GIFTS_SHOWN = 20, 10


@public
@require_GET
def offer_list(request: HttpRequest) -> HttpResponse:
    """List what can be taken today, by kind, county, distance, points and stars."""
    today, volunteer = local_date(now()), _volunteer(request)
    mine = queries.standing(volunteer) if volunteer else None
    filters, here = _filters(request, mine, today), _point(request)
    page = _page(queries.offered(filters, today=today), here, request.GET.get("page"))
    context = {
        "page": page,
        "filters": filters,
        "kinds": queries.kinds(),
        "counties": regions.counties(on=today),
        "mine": mine,
        "here": here,
        "is_narrowed": filters != Filters(),
    }
    return render(request, "rewards/list.html", context)


def _volunteer(request: HttpRequest) -> Volunteer | None:
    found: Volunteer | None = getattr(request.user, "volunteer_or_none", None)
    return found


def _filters(request: HttpRequest, mine: Standing | None, today: date) -> Filters:
    asked = request.GET
    return Filters(
        kind=_kind(request),
        region=_county(request, today),
        points=mine.points if mine and asked.get("affordable") == "1" else None,
        stars=mine.stars if mine and asked.get("stars") == "1" else None,
    )


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in set(queries.kinds().values_list("pk", flat=True)) else ""


def _county(request: HttpRequest, today: date) -> Region | None:
    asked = request.GET.get("region", "")
    return next((one for one in regions.counties(on=today) if str(one.pk) == asked), None)


def _point(request: HttpRequest) -> tuple[float, float] | None:
    """Return the point in the address; anything that is no point is as if there were none."""
    try:
        lat, lng = float(request.GET.get("lat", "")), float(request.GET.get("lng", ""))
        point(lat, lng)
    except (ValueError, BadInput):
        return None
    return lat, lng


def _page(
    found: QuerySet[Version], here: tuple[float, float] | None, number: str | None
) -> Page[Any]:
    """Return a page of (terms, distance in words)."""
    if here is None:
        plain: Page[Any] = Paginator(found, ON_A_PAGE).get_page(number)
        plain.object_list = [_card(one, "") for one in plain.object_list]
        return plain
    near: list[Any] = queries.by_distance(found, here)
    page = Paginator(near, ON_A_PAGE).get_page(number)
    rows = found.in_bulk([pk for pk, _ in page.object_list])
    page.object_list = [_card(rows[pk], far) for pk, far in page.object_list if pk in rows]
    return page


def _card(version: Version, distance: str) -> dict[str, Any]:
    price = rules.price_text(version.points, version.stars)
    return {"version": version, "offer": version.offer, "price": price, "distance": distance}


@public
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one offer, and what this person may do about it."""
    return offer_page(request, queries.shown(pk))


def offer_page(request: HttpRequest, version: Version, problem: str = "") -> HttpResponse:
    """Draw the page of an offer; for a guardian it may be about a child."""
    today = local_date(now())
    taker, others = _taker(request, today)
    mine = queries.standing(taker) if taker else None
    last, give_back = rules.ends(
        taken_on=today, use_days=version.use_days, use_until=version.use_until,
        give_back_days=policy.number("rewards.give_back_days", on=today),
    )  # fmt: skip
    context = {
        "version": version,
        "offer": version.offer,
        "merchant": version.offer.merchant,
        "shops": queries.shops_of(version),
        "price": rules.price_text(version.points, version.stars),
        "limit": rules.limit_text(version.per_person, version.limit_period),
        "taker": taker,
        "others": others,
        "is_own": taker is not None and taker.user_id == request.user.pk,
        "mine": mine,
        "rest": mine.points - version.points if mine else 0,
        "why_not": queries.why_not(version, taker, mine, today=today) if taker and mine else "",
        "is_gone": version.offer.is_sold_out,
        "last": last,
        "give_back": give_back,
        "handle": uuid4(),
        "problem": problem,
    }
    return render(request, "rewards/one.html", context, status=UNPROCESSABLE if problem else 200)


def _taker(request: HttpRequest, today: date) -> tuple[Volunteer | None, list[Volunteer]]:
    """Return for whom the page is, and for whom it may be instead."""
    if not request.user.is_authenticated:
        return None, []
    user = user_of(request)
    asked = request.POST.get("for") or request.GET.get("for", "")
    found = queries.takers(user, on=today)
    chosen = next((one for one in found if one.pk == number_in(asked)), None)
    if asked and chosen is None:
        raise NotFound("没有找到这位志愿者，请到“家庭”查看。")
    taker = chosen or (found[0] if found else None)
    return taker, [one for one in found if one != taker]


@public
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Show who gives: the merchants by kind and county beside their map, with what they gave."""
    at = now()
    today = local_date(at)
    kind, region = _kind(request), _county(request, today)
    found = queries.wall(kind=kind, region=region)
    box = parse_box(request.GET.get("box", ""))
    if box is not None:
        found = queries.in_box(found, box)
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "sheet": draw(queries.places(found), with_labels=not (box or region)),
        "box": box,
        "kind": kind,
        "region": region,
        "kinds": queries.kinds(),
        "counties": regions.counties(on=today),
        "given": queries.given(at=at),
    }
    return render(request, "rewards/wall.html", context)


@public
@require_GET
def merchant(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one merchant: its promise, shops, offers and what it gave."""
    shown = queries.public_merchant(pk)
    offers = queries.offered(Filters(merchant_id=pk), today=local_date(now()))
    gifts = queries.given_by(shown)
    context = {
        "merchant": shown,
        "cards": [_card(one, "") for one in offers],
        "gifts": gifts[:GIFTS_SHOWN],
        "total": sum(number for _, number in gifts),
    }
    return render(request, "rewards/merchant.html", context)
