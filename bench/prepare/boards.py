"""W4: the boards of the city, of areas and of organizations, looked at by who stands on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import now

from bench import plan
from bench.plan import Request
from bench.prepare.visitors import browsers, programs, volunteers
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.orgs.states import PUBLIC
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level
from voluncity.honor.leaderboards.models import TeamScore
from voluncity.kernel.clock import local_date

VISITORS = 60
LARGE = 5  # organizations whose boards add up the most
AREAS = (Level.COUNTY, Level.TOWN, Level.COMMUNITY)

Looks = dict[str, list[tuple[str, dict[str, object]]]]


def boards(folder: Path, port: int) -> dict[str, int]:
    """Write down each visitor's look at the boards on which they stand, and at their own place."""
    at = now()
    people = volunteers(VISITORS, at=at)
    visitors, keys = browsers(people, port=port), programs(people, at=at)
    own, page = _organizations(people), reverse("leaderboards:show")
    asked: dict[str, list[Request]] = {"place": []}
    for person, visitor, key in zip(people, visitors, keys, strict=True):
        for name, looks in _looks(person, own.get(person.pk), on=local_date(at)).items():
            for label, query in looks:
                path = _address(page, query)
                asked.setdefault(name, []).append(visitor.get(path, label=label, words="排行"))
                path = _address("/api/v1/me/place", _of_program(query))
                if name != "around":
                    seen = Request(path, headers=key, label=label, expect={200: "rank"})
                    asked["place"].append(seen)
    for name, requests in asked.items():
        plan.write(folder / f"boards-{name}.jsonl", requests)
    return {"visitors": len(people), **{name: len(requests) for name, requests in asked.items()}}


def _looks(person: Volunteer, own: list[int] | None, *, on: date) -> Looks:
    """Return label and query of what somebody looks at, by the kind of the board."""
    periods = {"this month": {}, "this year": {"period": f"{on:%Y}"}, "ever": {"period": "all"}}
    areas = {
        f"{Level(one.level).value.lower()}": {"region": one.pk}
        for one in regions.trail(person.region)
        if one.level in AREAS
    }
    teams = {f"organization {number}": {"organization": pk} for number, pk in enumerate(own or [])}
    city = list(_mixed({"city": {}}, periods))
    return {
        "city": city,
        "area": list(_mixed(areas, periods)),
        "organization": list(_mixed(teams, periods)),
        "around": [(label, {**query, "view": "me"}) for label, query in city],
    }


def _mixed(
    places: Mapping[str, Mapping[str, object]], periods: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[str, dict[str, object]]]:
    for place, where in places.items():
        for period, when in periods.items():
            yield f"{place}, {period}", {**where, **when}


def _organizations(people: list[Volunteer]) -> dict[int, list[int]]:
    """Return for each visitor the largest organizations in turn, and one to which they belong."""
    counted = Organization.objects.filter(state__in=PUBLIC, pk__in=_most_served())
    large = list(counted.order_by("pk").values_list("pk", flat=True))
    joined = dict(
        Membership.objects.filter(volunteer__in=people, left_at=None)
        .order_by("pk")
        .values_list("volunteer_id", "organization_id")
    )
    found: dict[int, list[int]] = {}
    for number, one in enumerate(people):
        chosen = [large[number % len(large)]] if large else []
        found[one.pk] = [*chosen, *([joined[one.pk]] if one.pk in joined else [])]
    return found


def _most_served() -> list[int]:
    scores = TeamScore.objects.filter(period="").values("organization_id")
    ranked = scores.annotate(people=Count("pk")).order_by("-people", "organization_id")
    return list(ranked.values_list("organization_id", flat=True)[:LARGE])


def _of_program(query: Mapping[str, object]) -> dict[str, object]:
    """Return the same board as the API names it; without a month it is that of all time."""
    names = {"region": "region_id", "organization": "organization_id"}
    said = {names[name]: value for name, value in query.items() if name in names}
    if query.get("period") == "all":
        return said
    return said | {"month": query.get("period", f"{local_date(now()):%Y-%m}")}


def _address(page: str, query: Mapping[str, object]) -> str:
    return f"{page}?{urlencode(query)}" if query else page
