"""What everybody sees: the wall, by kind, theme, region and distance, and what came true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from voluncity.care.wishes.models import Claim, Theme, Wish, WishKind
from voluncity.care.wishes.states import SHOWN, ClaimState, WishState
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.city.stations.rules.mapping import Place
from voluncity.kernel.geo import Box, distance_m, distance_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in

S = WishState
VIEWS = ((S.OPEN, "等人认领"), (S.CLAIMED, "正在实现"), (S.COMPLETED, "已经实现"))
Point = tuple[float, float]


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty means everything that is open."""

    kind: str = ""
    theme: Theme | None = None
    region: Region | None = None
    state: str = S.OPEN
    box: Box | None = None


def kinds() -> QuerySet[WishKind]:
    """Return the kinds that may be wished now."""
    return WishKind.objects.filter(ended_at=None)


def themes(*, on: date) -> QuerySet[Theme]:
    """Return the themes that are on."""
    return Theme.objects.filter(starts_on__lte=on, ends_on__gte=on)


def wall(filters: Filters) -> QuerySet[Wish]:
    """Return the public wishes that fit: what ends soonest, or came true last, first."""
    states = [S.CLAIMED, S.DONE] if filters.state == S.CLAIMED else [filters.state]
    found = Wish.objects.filter(state__in=states).select_related("kind", "region", "theme")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.theme is not None:
        found = found.filter(theme=filters.theme)
    if filters.region is not None:
        found = found.filter(region__path__startswith=filters.region.path)
    if filters.box is not None:
        found = found.filter(pk__in=_within(found, filters.box))
    order = ("-confirmed_at",) if filters.state == S.COMPLETED else ("wanted_on",)
    return found.order_by(*order, "-pk")


def shown(wish_id: int) -> Wish:
    """Return one public wish.

    :raises NotFound: when there is none, or it is not public any more.
    """
    found = Wish.objects.filter(pk=wish_id, state__in=SHOWN)
    wish: Wish | None = found.select_related("kind", "region", "theme", "photo", "user").first()
    if wish is None:
        raise NotFound("没有找到这个心愿，它可能已经撤回或过期。请回到心愿墙看看。")
    return wish


def thanked_in_public(wishes: Iterable[Wish]) -> dict[int, str]:
    """Return wish → the volunteer's name, where both agreed to thanks in public."""
    ids = [one.pk for one in wishes if one.is_thanks_public and one.thanks_hidden_at is None]
    named = Claim.objects.filter(wish__in=ids, state=ClaimState.COMPLETED, is_named=True)
    return dict(named.values_list("wish", "volunteer__name"))


def counts() -> dict[str, int]:
    """Return how many wishes are open, being fulfilled and fulfilled."""
    rows = Wish.objects.filter(state__in=SHOWN).order_by().values_list("state")
    found = dict(rows.annotate(number=Count("pk")))
    return {
        S.OPEN: found.get(S.OPEN, 0),
        S.CLAIMED: found.get(S.CLAIMED, 0) + found.get(S.DONE, 0),
        S.COMPLETED: found.get(S.COMPLETED, 0),
    }


# -- Where it is: the middle of the community, never an address ---------------------------------


def _centers(paths: Iterable[str]) -> dict[str, Point]:
    """Return path → the middle of the region, or of the nearest one above that has one."""
    wanted = set(paths)
    codes = {code for path in wanted for code in path.split("/") if code}
    rows = Region.objects.filter(code__in=codes, lat__isnull=False, lng__isnull=False)
    known = {code: (lat, lng) for code, lat, lng in rows.values_list("code", "lat", "lng")}
    found: dict[str, Point] = {}
    for path in wanted:
        here = [code for code in path.split("/") if code in known]
        if here:
            lat, lng = known[here[-1]]
            found[path] = (float(lat or 0), float(lng or 0))
    return found


def _placed(found: QuerySet[Wish]) -> list[tuple[Any, ...]]:
    rows = list(found.order_by("pk").values_list("pk", "title", "state", "region__path"))
    centers = _centers(row[3] for row in rows)
    return [(*row, centers[row[3]]) for row in rows if row[3] in centers]


def places(found: QuerySet[Wish]) -> list[Place]:
    """Return the points of wishes for the map."""
    county = Region.objects.filter(level=Level.COUNTY, valid_to=None)
    counties = list(county.values_list("path", "name"))
    return [
        Place(pk, title, point[0], point[1], state == S.OPEN, _county(path, counties))
        for pk, title, state, path, point in _placed(found)
    ]


def _county(path: str, counties: list[tuple[str, str]]) -> str:
    return next((name for county, name in counties if path.startswith(county)), "")


def _within(found: QuerySet[Wish], box: Box) -> list[int]:
    return [
        row[0]
        for row in _placed(found)
        if box.south <= row[4][0] <= box.north and box.west <= row[4][1] <= box.east
    ]


def by_distance(found: QuerySet[Wish], here: Point) -> list[tuple[int, str]]:
    """Return (id, distance in words) of the wishes that fit, the nearest community first."""
    near = sorted((distance_m(*here, *row[4]), row[0]) for row in _placed(found))
    listed = [(pk, f"约 {distance_text(meters)}") for meters, pk in near]
    known = {pk for pk, _ in listed}
    return listed + [(pk, "") for pk in found.values_list("pk", flat=True) if pk not in known]


def near_home(found: QuerySet[Wish], home: Region) -> QuerySet[Wish]:
    """Return the same wishes: those of one's community and street first."""
    street = home.parent.path if home.parent is not None else home.path
    return found.annotate(
        far=Case(
            When(region=home, then=Value(0)),
            When(Q(region__path__startswith=street), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
    ).order_by("far", "wanted_on", "-pk")


def region_named(text: str, *, at_day: date) -> Region | None:
    """Return the region of this city whose id stands in an address."""
    if (pk := number_in(text)) is None:
        return None
    below = regions.valid(at_day).filter(path__startswith=regions.city().path)
    return below.filter(pk=pk).first()


def theme_named(text: str) -> Theme | None:
    """Return the theme whose id stands in an address."""
    pk = number_in(text)
    return None if pk is None else Theme.objects.filter(pk=pk).first()
