"""The wish wall for everybody, one wish, claiming it, and saying that it is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.care.wishes import actions, queries, rules
from voluncity.care.wishes.forms import ClaimForm, ComplaintForm
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.queries.finding import Filters
from voluncity.care.wishes.states import TONES, WishState
from voluncity.care.wishes.views.common import UNPROCESSABLE, photo_of
from voluncity.city.access.marks import public, signed_in, volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.city.stations.rules import point
from voluncity.city.stations.rules.mapping import draw, parse_box
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
S = WishState


@public
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """List the wishes that fit the address beside their map: cards without any address."""
    today = local_date(now())
    filters, here = _filters(request, today), _point(request)
    found, home = queries.wall(filters), _home(request)
    page = _page(found, here, home, filters, request.GET.get("page"))
    listed = list(page)
    thanked = queries.thanked_in_public([wish for wish, _ in listed])
    cards = [(wish, distance, thanked.get(wish.pk, "")) for wish, distance in listed]
    is_open = filters.state == S.OPEN
    sheet = None
    if is_open and cards:
        sheet = draw(queries.places(found), with_labels=not (filters.box or filters.region))
    numbers = queries.counts()
    context = {
        "page": page,
        "cards": cards,
        "filters": filters,
        "views": [(key, label, numbers[key]) for key, label in queries.VIEWS],
        "kinds": queries.kinds(),
        "themes": queries.themes(on=today),
        "counties": regions.counties(on=today),
        "home": home,
        "here": here,
        "is_open": is_open,
        "sheet": sheet,
    }
    return render(request, "wishes/wall.html", context)


def _filters(request: HttpRequest, today: date) -> Filters:
    asked = request.GET
    kinds = set(queries.kinds().values_list("pk", flat=True))
    state = asked.get("state", "")
    return Filters(
        kind=asked.get("kind", "") if asked.get("kind", "") in kinds else "",
        theme=queries.theme_named(asked.get("theme", "")),
        region=queries.region_named(asked.get("region", ""), at_day=today),
        state=state if state in dict(queries.VIEWS) else S.OPEN,
        box=parse_box(asked.get("box", "")),
    )


def _point(request: HttpRequest) -> tuple[float, float] | None:
    """Return the point in the address; anything that is no point is as if there were none."""
    try:
        lat, lng = float(request.GET.get("lat", "")), float(request.GET.get("lng", ""))
        point(lat, lng)
    except (ValueError, BadInput):
        return None
    return lat, lng


def _home(request: HttpRequest) -> Any:
    volunteer: Volunteer | None = getattr(request.user, "volunteer_or_none", None)
    return volunteer.region if volunteer is not None else None


def _page(
    found: QuerySet[Wish],
    here: tuple[float, float] | None,
    home: Any,
    filters: Filters,
    number: str | None,
) -> Page[Any]:
    """Return a page of (wish, distance in words): near oneself, near home, or as they are."""
    if here is not None:
        near: list[Any] = queries.by_distance(found, here)
        page = Paginator(near, ON_A_PAGE).get_page(number)
        wishes = found.in_bulk([pk for pk, _ in page.object_list])
        # Somebody may have claimed one since the places were read.
        listed = [(wishes.get(pk), distance) for pk, distance in page.object_list]
        page.object_list = [(wish, distance) for wish, distance in listed if wish is not None]
        return page
    sorted_ = queries.near_home(found, home) if home and filters.state == S.OPEN else found
    plain: Page[Any] = Paginator(sorted_, ON_A_PAGE).get_page(number)
    plain.object_list = [(wish, "") for wish in plain.object_list]
    return plain


@public
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one public wish, with what this person may do about it."""
    return _one(request, queries.shown(pk))


@volunteer_only
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a wish."""
    me = user_of(request)
    form = ClaimForm(request.POST, led=queries.led_organizations(me))
    if form.is_valid():
        with refusals_in(form):
            actions.claim_wish(
                wish_id=pk, volunteer=me.volunteer, by=me, at=now(), **form.cleaned_data
            )
    if form.errors:
        return _one(request, queries.shown(pk), form)
    messages.success(request, "认领成功！请先打电话和许愿人约好时间。")
    return redirect("wishes:held", pk)


def _one(request: HttpRequest, wish: Wish, form: ClaimForm | None = None) -> HttpResponse:
    me, today = request.user, local_date(now())
    volunteer: Volunteer | None = getattr(me, "volunteer_or_none", None)
    why_not, is_open = "", wish.state == S.OPEN
    if volunteer is not None and is_open:
        why_not = queries.why_not(wish, volunteer, today=today)
        if form is None and not why_not:
            last = rules.last_promise(
                today=today, wanted_on=wish.wanted_on,
                most_days=policy.number("wishes.promise_days", on=today),
            )  # fmt: skip
            form = ClaimForm(
                led=queries.led_organizations(user_of(request)), initial={"promised_on": last}
            )
    context = {
        "wish": wish,
        "tone": TONES.get(WishState(wish.state), "neutral"),
        "form": form,
        "why_not": why_not,
        "is_open": is_open,
        "volunteer": volunteer,
        "is_mine": me.is_authenticated and wish.user_id == me.pk,
        "is_held": me.is_authenticated and queries.is_held_by(wish, user_of(request)),
        "thanked_name": queries.thanked_in_public([wish]).get(wish.pk, ""),
    }
    status = UNPROCESSABLE if form is not None and form.is_bound else 200
    return render(request, "wishes/one.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the office what is wrong with a wish."""
    wish = queries.shown(pk)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.complain(wish=wish, by=user_of(request), at=now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, "已收到，工作人员会核实。谢谢您！")
            return redirect("wishes:one", pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "wishes/complain.html", {"wish": wish, "form": form}, status=status)


@public
@require_safe
def photo(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Show a photo: public ones to everybody, others to those whom it concerns."""
    return photo_of(request, pk, which)
