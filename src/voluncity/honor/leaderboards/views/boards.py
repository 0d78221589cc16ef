"""The boards for everybody: people, organizations, areas; the choice of a scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import PUBLIC
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.honor.leaderboards import queries, rules
from voluncity.honor.leaderboards.queries import Asked
from voluncity.kernel.text import clean, number_in

KINDS = (("people", "志愿者"), ("teams", "组织"), ("areas", "区域"))
MONTHS, YEARS = 12, 3
FOUND = 20
WORDS_MOST = 30


@dataclass(frozen=True)
class Look:
    """What an address asks for: which board, and how it is looked at."""

    asked: Asked
    of: str
    by_share: bool
    is_around: bool

    @property
    def place(self) -> str:
        """Return the name of area or organization."""
        if self.asked.organization is not None:
            return self.asked.organization.name
        return self.asked.region.name if self.asked.region else "全市"

    def said(self, **changes: str) -> dict[str, str]:
        """Return what the address of this look says, some of it changed; usual values are out."""
        asked = self.asked
        said = {
            "of": "" if self.of == "people" else self.of,
            "period": _named(asked.period, asked.today),
            "hours": "" if asked.is_proven else "all",
            "region": str(asked.region.pk) if asked.region else "",
            "organization": str(asked.organization.pk) if asked.organization else "",
            "by": "share" if self.by_share else "",
            "view": "me" if self.is_around else "",
        } | changes
        return {name: value for name, value in said.items() if value}

    def url(self, page: str = "leaderboards:show", **changes: str) -> str:
        """Return an address that keeps this look, some of it changed."""
        words = urlencode(self.said(**changes))
        return f"{reverse(page)}?{words}" if words else reverse(page)


@dataclass(frozen=True)
class Frame:
    """What stands around a board, whoever looks: the ways to other boards."""

    of: str
    place: str
    period_text: str
    is_proven: bool
    by_share: bool
    is_of_team: bool
    kinds: tuple[tuple[str, str, str], ...]
    spans: tuple[tuple[str, str, bool], ...]
    periods: tuple[tuple[str, str, bool], ...]
    hidden: tuple[tuple[str, str], ...]
    scopes_url: str
    hours_url: str
    by_url: str
    near_url: str
    top_url: str


@lru_cache(maxsize=512)
def frame_of(look: Look, place: str) -> Frame:
    """Return what stands around a board; made once, since a dozen addresses are in it.

    `place` is named beside the look: two regions of one number are equal, whatever their name.
    """
    return Frame(
        of=look.of,
        place=place,
        period_text=rules.period_text(look.asked.period),
        is_proven=look.asked.is_proven,
        by_share=look.by_share,
        is_of_team=look.asked.organization is not None,
        kinds=tuple((key, label, look.url(of=key, view="")) for key, label in KINDS),
        spans=_spans(look),
        periods=_periods(look),
        hidden=tuple(look.said(period="").items()),
        scopes_url=look.url("leaderboards:scopes", view=""),
        hours_url=look.url(hours="all" if look.asked.is_proven else ""),
        by_url=look.url(by="" if look.by_share else "share"),
        near_url=look.url(view="me"),
        top_url=look.url(view=""),
    )


def _named(period: str, today: date) -> str:
    """Return a period as an address says it; this month needs no word."""
    if period == rules.month_of(today):
        return ""
    return period or "all"


def look_of(request: HttpRequest) -> Look:
    """Return what an address asks for; what is not understood is left out."""
    said, today = request.GET, localdate()
    of = next((key for key, _ in KINDS if key == said.get("of")), "people")
    organization = _organization(said.get("organization", ""))
    region = None if organization else _region(said.get("region", ""))
    asked = Asked(
        period=rules.period(said.get("period", ""), today=today),
        today=today,
        is_proven=said.get("hours") != "all",
        region=region,
        organization=None if of == "areas" else organization,
    )
    return Look(asked, of, said.get("by") == "share", said.get("view") == "me")


def _organization(text: str) -> Organization | None:
    number = number_in(text)
    if number is None:
        return None
    return Organization.objects.filter(pk=number, state__in=PUBLIC).first()


def _region(text: str) -> Region | None:
    """Return an area below the city; the city itself is the board of everybody."""
    number = number_in(text)
    if number is None:
        return None
    levels = (Level.COUNTY, Level.TOWN, Level.COMMUNITY)
    return Region.objects.filter(pk=number, level__in=levels).first()


@public
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show a board: the first places, and where the viewer stands."""
    look = look_of(request)
    context: dict[str, Any] = {"look": look, "frame": frame_of(look, look.place)}
    if look.of == "people":
        context |= _people(request, look)
    else:
        context |= _figures(look)
    return render(request, "leaderboards/show.html", context)


def _people(request: HttpRequest, look: Look) -> dict[str, Any]:
    viewer = getattr(request.user, "volunteer_or_none", None)
    found, mine = queries.board(look.asked, viewer=viewer, at=now())
    near = queries.around(viewer, look.asked) if look.is_around and viewer else None
    return {
        "places": found.places,
        "mine": mine,
        "viewer": viewer,
        "near": near,
        "counted_at": found.counted_at,
    }


def _figures(look: Look) -> dict[str, Any]:
    if look.of == "teams":
        found = queries.organizations(look.asked)
        lines = [(one, reverse("orgs:detail", args=[one.id])) for one in found]
    else:
        found = queries.areas(look.asked, by_share=look.by_share)
        area = partial(look.url, of="", by="", organization="")
        lines = [(one, area(region=str(one.id))) for one in found]
    return {"lines": lines, "counted_at": queries.counted_at(look.asked.period)}


def _spans(look: Look) -> tuple[tuple[str, str, bool], ...]:
    today = look.asked.today
    spans = (("本月", rules.month_of(today)), ("今年", f"{today:%Y}"), ("累计", rules.ALL_TIME))
    return tuple(
        (label, look.url(period=_named(period, today)), look.asked.period == period)
        for label, period in spans
    )


def _periods(look: Look) -> tuple[tuple[str, str, bool], ...]:
    """Return what the choice of another time offers: a year of months, some years."""
    today = look.asked.today
    months = [rules.month_before(rules.month_of(today), back) for back in range(1, MONTHS + 1)]
    years = [str(today.year - back) for back in range(1, YEARS + 1)]
    offered = [*months, *years]
    if look.asked.period not in {*offered, rules.ALL_TIME, rules.month_of(today), str(today.year)}:
        offered.append(look.asked.period)
    return tuple((one, rules.period_text(one), one == look.asked.period) for one in offered)


@public
@require_safe
def scopes(request: HttpRequest) -> HttpResponse:
    """Let an area or an organization be chosen, whose board is then shown."""
    look = look_of(request)
    viewer = getattr(request.user, "volunteer_or_none", None)
    words = clean(request.GET.get("q", "")[:WORDS_MOST])
    top = look.asked.region or regions.city()
    here = str(top.pk) if look.asked.region else ""
    context = {
        "look": look,
        "words": words,
        "back": look.url(),
        "hidden": look.said().items(),
        "whole": look.url(region="", organization=""),
        "top": top,
        "here": look.url(region=here, organization=""),
        "steps": _areas(look, regions.trail(top)[:-1]),
        "below": _areas(look, regions.children(top.pk, on=look.asked.today)),
        "own": _own(viewer, look) if viewer else [],
        "found": [
            (one, look.url(organization=str(one.pk), region=""))
            for one in (_like(words) if words else ())
        ],
    }
    return render(request, "leaderboards/scopes.html", context)


def _areas(look: Look, found: Iterable[Region]) -> list[tuple[str, str]]:
    """Return the addresses at which one goes on choosing, from the city down."""
    return [
        (
            one.name,
            look.url(
                "leaderboards:scopes",
                organization="",
                region="" if one.level == Level.CITY else str(one.pk),
            ),
        )
        for one in found
        if one.level != Level.PROVINCE
    ]


def _own(viewer: Volunteer, look: Look) -> list[tuple[str, str]]:
    """Return the boards of where somebody lives and of where they are a member."""
    levels = {Level.COUNTY, Level.TOWN, Level.COMMUNITY}
    areas = [one for one in regions.trail(viewer.region) if one.level in levels]
    teams = [one.organization for one in orgs.memberships_of(viewer)]
    return [
        *((one.name, look.url(region=str(one.pk), organization="")) for one in areas),
        *((one.name, look.url(organization=str(one.pk), region="")) for one in teams),
    ]


def _like(words: str) -> list[Organization]:
    found = Organization.objects.filter(state__in=PUBLIC)
    for word in words.split():
        found = found.filter(name__icontains=word)
    return list(found.select_related("region").order_by("name", "pk")[:FOUND])
