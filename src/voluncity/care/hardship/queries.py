"""Read cases and gifts of one's own area, their totals, and the sealed words of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from voluncity.care.hardship.models import Gift, Hardship
from voluncity.care.hardship.states import CaseState, Need, Occasion
from voluncity.city.access import personal
from voluncity.city.access.scopes import Scope
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region

FIRST_YEAR = 1990
COUNTS = Q(gifts__reversed_at=None)


@dataclass(frozen=True)
class Filters:
    """What the desk looks for; an empty part asks nothing."""

    words: str = ""  # a name or a volunteer number
    need: str = ""
    state: str = CaseState.OPEN
    region_path: str = ""
    occasion: str = ""
    year: int = 0  # of gifts


@dataclass(frozen=True)
class Totals:
    """How many gifts, to how many people, worth how much (fen) where a worth is known."""

    gifts: int
    people: int
    fen: int


def cases(scope: Scope, filters: Filters) -> QuerySet[Hardship]:
    """Return the cases within reach with their gifts counted, the newest first."""
    found = Hardship.objects.in_scope(scope)
    if filters.words:
        found = found.filter(_named(filters.words, "volunteer"))
    if filters.need in Need.values:
        found = found.filter(need=filters.need)
    if filters.state in CaseState.values:
        found = found.filter(state=filters.state)
    if filters.region_path:
        found = found.filter(volunteer__region__path__startswith=filters.region_path)
    counted: QuerySet[Hardship] = found.annotate(
        gift_count=Count("gifts", filter=COUNTS), gift_fen=Sum("gifts__value_fen", filter=COUNTS)
    )
    return counted.select_related("volunteer__region").order_by("-since", "-pk")


def gifts(scope: Scope, filters: Filters) -> QuerySet[Gift]:
    """Return the gifts within reach, the newest first; reversed ones are among them."""
    found = Gift.objects.in_scope(scope)
    if filters.words:
        found = found.filter(_named(filters.words, "hardship__volunteer"))
    if filters.occasion in Occasion.values:
        found = found.filter(occasion=filters.occasion)
    if filters.region_path:
        found = found.filter(hardship__volunteer__region__path__startswith=filters.region_path)
    if filters.year:
        found = found.filter(given_on__range=(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    listed: QuerySet[Gift] = found.select_related("hardship__volunteer__region")
    return listed.order_by("-given_on", "-pk")


def _named(words: str, volunteer: str) -> Q:
    return Q(**{f"{volunteer}__name__startswith": words}) | Q(
        **{f"{volunteer}__number": words.replace(" ", "")}
    )


def totals(found: QuerySet[Gift]) -> Totals:
    """Return the totals of a list of gifts; what was reversed does not count."""
    sums = found.filter(reversed_at=None).aggregate(
        gifts=Count("pk"),
        people=Count("hardship__volunteer", distinct=True),
        fen=Sum("value_fen"),
    )
    return Totals(sums["gifts"], sums["people"], sums["fen"] or 0)


def gifts_of(hardship: Hardship) -> QuerySet[Gift]:
    """Return everything that was given in one case, the newest first."""
    return (
        Gift.objects.filter(hardship=hardship)
        .select_related("entered_by", "reversed_by")
        .order_by("-given_on", "-pk")
    )


def counties_in(scope: Scope, *, on: date) -> list[Region]:
    """Return the counties that somebody may tell apart: none where all lies in one of them."""
    reach = [
        county
        for county in regions.counties(on=on)
        if any(county.path.startswith(path) for path in scope.regions)
    ]
    return reach if len(reach) > 1 else []


def reason_of(hardship: Hardship) -> str:
    """Return the sealed reason; who shows it journals the reading (`actions.read_case`)."""
    return personal.unseal(hardship.reason_cipher, bound_to=f"hardship:{hardship.key}")


def note_of(gift: Gift) -> str:
    """Return the sealed note of a gift."""
    return personal.unseal(gift.note_cipher, bound_to=f"gift:{gift.key}")
