"""Read the tree of divisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import NotFound


def city() -> Region:
    """Return the city that this deployment serves (VOLUNCITY_CITY_CODE).

    :raises NotFound: while its divisions are not loaded.
    """
    found = Region.objects.filter(code=settings.VOLUNCITY_CITY_CODE).first()
    if found is None:
        raise NotFound(
            "本市的区划数据还没有装入，请系统管理员先装入基础数据。", code="regions.no_city"
        )
    return found


def valid(on: date) -> QuerySet[Region]:
    """Return the regions that exist on a day: from `valid_from` on, before `valid_to`."""
    return Region.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


def children(parent_id: int, *, on: date) -> QuerySet[Region]:
    """Return the regions right below one, as they exist on a day, by code."""
    return valid(on).filter(parent_id=parent_id).order_by("code")


def counties(*, on: date) -> QuerySet[Region]:
    """Return the counties of the city."""
    return children(city().pk, on=on)


def in_tree(path: str) -> QuerySet[Region]:
    """Return a region and everything below it, by code; of any time."""
    return Region.objects.filter(path__startswith=path).order_by("code")


def trail(region: Region) -> list[Region]:
    """Return the regions from the root down to this one."""
    codes = [code for code in region.path.split("/") if code]
    return list(Region.objects.filter(code__in=codes).order_by("path"))


def names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of regions by their codes."""
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def full_name(region: Region) -> str:
    """Return the name as in an address, without the province: 太原市迎泽区桥东街道."""
    return "".join(step.name for step in trail(region) if step.level != Level.PROVINCE)


def chosen_chain(ids: list[int], *, on: date) -> list[Region]:
    """Return the longest chain from the city down that these ids form; wrong ones end it."""
    by_parent = {region.parent_id: region for region in valid(on).filter(pk__in=ids)}
    chain: list[Region] = []
    parent_id = city().pk
    while parent_id in by_parent and len(chain) < len(Level):
        chain.append(by_parent[parent_id])
        parent_id = chain[-1].pk
    return chain


def choices_along(chain: list[Region], *, on: date) -> list[tuple[list[Region], Region | None]]:
    """Return for each level below the city what may be chosen and what is chosen.

    The last level is the one still to choose; it is left out where nothing lies below.
    """
    parents = [city(), *chain]
    chosen: list[Region | None] = [*chain, None]
    offers = [list(children(parent.pk, on=on)) for parent in parents]
    return [pair for pair in zip(offers, chosen, strict=True) if pair[0]]
