"""Read ballots: counts and unusual groups of them; never whose a ballot is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from voluncity.city.access import personal
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.honor.awards.models import Ballot, Category, Choice, Selection
from voluncity.honor.awards.states import AnomalyKind
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.text import number_in

COUNTS_SECONDS = 20
SHOWN_OF_A_KIND = 30
COUNTING = Q(set_aside=None, is_double=False)


class Marks(NamedTuple):
    """By what it is known that somebody has voted: the record, and the paper behind it."""

    record: str
    paper: str


def marks_of(volunteer: Volunteer, selection_id: int) -> Marks:
    """Return the marks of a person in a selection, another one in each."""
    return Marks(
        personal.index(f"{selection_id}:{volunteer.pk}", purpose="award_record"),
        personal.index(f"{selection_id}:{volunteer.id_index}", purpose="award_paper"),
    )


def _ballots_of(volunteer: Volunteer, selection_id: int) -> QuerySet[Ballot]:
    """Return a person's ballots in a selection, also those of merged records."""
    family = Volunteer.objects.filter(pk__in=people.records_of(volunteer))
    known = [marks_of(one, selection_id) for one in family]
    return Ballot.objects.filter(
        Q(record_mark__in=[one.record for one in known])
        | Q(paper_mark__in=[one.paper for one in known]),
        category__selection=selection_id,
    )


def my_ballots(volunteer: Volunteer, selection_id: int) -> dict[int, list[int]]:
    """Return category → for whom this person has voted; for themself only."""
    rows = _ballots_of(volunteer, selection_id).values_list("category_id", "choices__nomination")
    found: dict[int, list[int]] = defaultdict(list)
    for category, nomination in rows:
        found[category].append(nomination)
    return dict(found)


def voted_categories(volunteer: Volunteer, selection_id: int) -> set[int]:
    """Return in which categories this person has voted."""
    return set(_ballots_of(volunteer, selection_id).values_list("category_id", flat=True))


def votes_in(volunteer: Volunteer, selection: Selection) -> bool:
    """Return whether somebody belongs to the area whose volunteers vote."""
    return volunteer.region.path.startswith(selection.region.path)


def tally(selection: Selection) -> dict[int, int]:
    """Return nominee → votes that count, straight from the ballots."""
    rows = (
        Choice.objects.filter(
            ballot__category__selection=selection, ballot__set_aside=None, ballot__is_double=False
        )
        .values_list("nomination_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return dict(rows)


def live_counts(selection: Selection) -> dict[int, int]:
    """Return the votes as everybody may see them; some seconds old."""
    key = f"awards.tally:{selection.pk}"
    counted: dict[int, int] = cache.get_or_set(key, lambda: tally(selection), COUNTS_SECONDS)  # type: ignore[assignment]
    return counted


# -- What is unusual ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Anomaly:
    """A group of ballots that makes somebody look: how many, when, and whom they chose."""

    kind: AnomalyKind
    key: str
    label: str
    number: int
    first: datetime
    last: datetime
    chosen: tuple[tuple[int, int], ...]  # nominee, votes; most first


def ballots_in(selection: Selection, kind: str, key: str) -> QuerySet[Ballot]:
    """Return the ballots of one group that still count."""
    found = Ballot.objects.filter(COUNTING, category__selection=selection)
    if kind == AnomalyKind.DEVICE:
        return found.filter(device=key) if key else found.none()
    if kind == AnomalyKind.ADDRESS:
        return found.filter(address=key) if key else found.none()
    if kind == AnomalyKind.MINUTE:
        minute = _instant(key)
        return found.filter(cast_at=minute) if minute else found.none()
    nominee = number_in(key) if kind == AnomalyKind.NEWCOMER else None
    if nominee is None:
        return found.none()
    return found.filter(is_newcomer=True, choices__nomination=nominee)


def _instant(key: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(key)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def anomalies(selection: Selection, *, on: date) -> list[Anomaly]:
    """Return what is unusual among the ballots that count, by the city's numbers.

    A ballot stands in one category: a person who votes in four of them is four ballots, so groups
    by phone and address are counted category by category and the largest counts.
    """
    limits = policy.numbers(
        ("awards.device_ballots", "awards.address_ballots", "awards.minute_ballots",
         "awards.newcomer_ballots"),
        on=on,
    )  # fmt: skip
    found = [
        *_alike(selection, AnomalyKind.DEVICE, "device", limits["awards.device_ballots"]),
        *_alike(selection, AnomalyKind.ADDRESS, "address", limits["awards.address_ballots"]),
        *_alike(selection, AnomalyKind.MINUTE, "cast_at", limits["awards.minute_ballots"]),
        *_newcomers(selection, limits["awards.newcomer_ballots"]),
    ]
    return [one for one in found if one is not None]


def _alike(
    selection: Selection, kind: AnomalyKind, column: str, least: int
) -> Iterable[Anomaly | None]:
    rows = (
        Ballot.objects.filter(COUNTING, category__selection=selection)
        .exclude(**{column: ""} if column != "cast_at" else {"pk": None})
        .values_list(column, "category_id")
        .annotate(number=Count("pk"))
        .filter(number__gte=least)
        .order_by("-number", column)
    )
    keys = list(dict.fromkeys(value for value, *_ in rows))[:SHOWN_OF_A_KIND]
    texts = [one.isoformat() if isinstance(one, datetime) else str(one) for one in keys]
    return (_described(selection, kind, key) for key in texts)


def _newcomers(selection: Selection, least: int) -> Iterable[Anomaly | None]:
    rows = (
        Choice.objects.filter(
            ballot__category__selection=selection, ballot__is_newcomer=True,
            ballot__set_aside=None, ballot__is_double=False,
        )
        .values_list("nomination_id")
        .annotate(number=Count("pk"))
        .filter(number__gte=least)
        .order_by("-number")
    )  # fmt: skip
    return (
        _described(selection, AnomalyKind.NEWCOMER, str(pk)) for pk, _ in rows[:SHOWN_OF_A_KIND]
    )


def _described(selection: Selection, kind: AnomalyKind, key: str) -> Anomaly | None:
    rows = list(ballots_in(selection, kind, key).values_list("pk", "cast_at"))
    if not rows:
        return None
    chosen = Counter(
        Choice.objects.filter(ballot__in=[pk for pk, _ in rows]).values_list(
            "nomination_id", flat=True
        )
    )
    times = [cast_at for _, cast_at in rows]
    return Anomaly(
        kind=kind, key=key, label=_label(kind, key), number=len(rows), first=min(times),
        last=max(times) + timedelta(minutes=1), chosen=tuple(chosen.most_common()),
    )  # fmt: skip


def _label(kind: AnomalyKind, key: str) -> str:
    """Return how a group is called: phones and addresses by the first places of their digest."""
    if kind == AnomalyKind.MINUTE:
        minute = _instant(key)
        return f"{minute.astimezone(CITY_TZ):%m月%d日 %H:%M}" if minute else ""
    return "" if kind == AnomalyKind.NEWCOMER else f"{key[:6].upper()}"


def names_of(
    anomaly: Anomaly, names: Mapping[int, str], wanted: Collection[int] | None = None
) -> list[tuple[str, int]]:
    """Return whom a group chose, in names."""
    return [
        (names.get(pk, "已退出的对象"), number)
        for pk, number in anomaly.chosen
        if wanted is None or pk in wanted
    ]


def turnout(category: Category) -> int:
    """Return how many ballots of a category count."""
    return Ballot.objects.filter(COUNTING, category=category).count()
