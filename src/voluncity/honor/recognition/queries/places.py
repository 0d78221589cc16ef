"""Read the leaderboard, and where somebody stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.cache import cache
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from voluncity.city.people.models import Consent, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.honor.recognition.models import StarAward, Total
from voluncity.kernel.masks import mask_name
from voluncity.kernel.statements import Statement

ALL_TIME = ""
PLACES = 50
KEPT_SECONDS = 10


@dataclass(frozen=True)
class Place:
    """One line of the leaderboard; `name` is masked."""

    rank: int
    name: str
    region: str
    minutes: int
    stars: int
    is_me: bool


@dataclass(frozen=True)
class MyPlace:
    """Where the person who looks stands, also when they do not show themself."""

    rank: int
    minutes: int
    is_shown: bool


@dataclass(frozen=True)
class Board:
    """The first places, whose they are, and when they were counted."""

    places: tuple[Place, ...]
    people: tuple[int, ...]
    counted_at: datetime


Row = tuple[int, str, str, int]


def agreed_to_be_shown(volunteer_ids: Collection[int]) -> set[int]:
    """Return who of these people agrees to be on the leaderboard now (PIPL art. 25)."""
    agreed = _agreements().filter(volunteer__in=volunteer_ids, volunteer__closed_at=None)
    return set(agreed.values_list("volunteer_id", flat=True))


def _agreements() -> QuerySet[Consent]:
    return Consent.objects.filter(purpose=Purpose.RANKING, withdrawn_at=None)


def _totals(month: str) -> QuerySet[Total]:
    """Return the totals of people who agree at this moment."""
    agreed = Exists(_agreements().filter(volunteer=OuterRef("volunteer")))
    return Total.objects.filter(agreed, month=month, minutes__gt=0, volunteer__closed_at=None)


def _rows(totals: QuerySet[Total]) -> list[Row]:
    return list(
        totals.values_list("volunteer_id", "volunteer__name", "volunteer__region__name", "minutes")
    )


def leaderboard(*, month: str, viewer: Volunteer | None, limit: int = PLACES) -> list[Place]:
    """Return the first places of a month ("2026-11") or of all time ("").

    Equal minutes share a place.
    """
    return list(_places(_first(month, viewer, limit), viewer))


def _first(month: str, viewer: Volunteer | None, limit: int) -> list[Row]:
    rows = _rows(_totals(month).filter(is_shown=True).order_by("-minutes", "volunteer_id")[:limit])
    if viewer is None or any(row[0] == viewer.pk for row in rows):
        return rows
    # Who agreed a moment ago is not marked yet, and must not look in vain.
    own = _rows(_totals(month).filter(volunteer=viewer))
    return sorted(rows + own, key=lambda row: (-row[3], row[0]))[:limit]


def _places(rows: Sequence[Row], viewer: Volunteer | None) -> tuple[Place, ...]:
    stars = _stars_of_many([row[0] for row in rows])
    places: list[Place] = []
    for number, (pk, name, region, minutes) in enumerate(rows, start=1):
        is_tie = bool(places) and places[-1].minutes == minutes
        places.append(
            Place(
                rank=places[-1].rank if is_tie else number,
                name=mask_name(name),
                region=region,
                minutes=minutes,
                stars=stars.get(pk, 0),
                is_me=viewer is not None and viewer.pk == pk,
            )
        )
    return tuple(places)


def _stars_of_many(volunteer_ids: Sequence[int]) -> dict[int, int]:
    awards = StarAward.objects.filter(volunteer_id__in=volunteer_ids, withdrawn_at=None)
    return dict(awards.order_by("stars").values_list("volunteer_id", "stars"))


def board(*, month: str, viewer: Volunteer | None, at: datetime) -> tuple[Board, MyPlace | None]:
    """Return the first places, counted at most ten seconds ago, and the viewer's own place.

    A name whose consent was withdrawn is gone at once, and what it says of the viewer is never
    old: otherwise it is counted anew.
    """
    key = f"recognition.board:{month}"
    mine = my_place(viewer, month=month) if viewer else None
    kept: Board | None = cache.get(key)
    if kept is None or not _holds(kept) or (viewer and mine and _is_old(kept, viewer, mine)):
        rows = _first(month, viewer, PLACES)
        kept = Board(_places(rows, None), tuple(row[0] for row in rows), at)
        cache.set(key, kept, KEPT_SECONDS)
    return _seen_by(kept, viewer), mine


_AGREEING = """
    SELECT COUNT(*) FROM people_consent c JOIN people_volunteer v ON v.id = c.volunteer_id
    WHERE c.purpose = 'ranking' AND c.withdrawn_at IS NULL AND v.closed_at IS NULL
    AND c.volunteer_id {among}
"""
_STILL_AGREE = Statement(
    _AGREEING.format(among="= ANY(%(people)s::bigint[])"),
    _AGREEING.format(among="IN (SELECT value FROM json_each(%(people)s))"),
)


def _holds(kept: Board) -> bool:
    """Return whether all whose names are kept still agree, asked with every view of the page.

    As one text: to put in fifty parameters took longer than the question.
    """
    people = ",".join(map(str, kept.people))
    packed = f"[{people}]" if connection.vendor == "sqlite" else f"{{{people}}}"
    found = _STILL_AGREE.row(connection, {"people": packed})
    return found == (len(kept.people),)


def _is_old(kept: Board, viewer: Volunteer, mine: MyPlace) -> bool:
    if viewer.pk in kept.people:
        listed = kept.places[kept.people.index(viewer.pk)]
        return (listed.minutes, True) != (mine.minutes, mine.is_shown)
    is_full = len(kept.places) == PLACES
    is_far = is_full and mine.minutes <= kept.places[-1].minutes
    return mine.is_shown and mine.minutes > 0 and not is_far


def _seen_by(kept: Board, viewer: Volunteer | None) -> Board:
    if viewer is None or viewer.pk not in kept.people:
        return kept
    places = list(kept.places)
    own = kept.people.index(viewer.pk)
    places[own] = replace(places[own], is_me=True)
    return replace(kept, places=tuple(places))


_MY_PLACE = Statement(
    """
    SELECT own.minutes, own.is_agreed, CAST(coalesce((
        SELECT sum(s.people) FROM recognition_standing s
        WHERE s.month = %(month)s AND s.minutes > own.minutes
    ), 0) AS bigint)
    FROM (
        SELECT coalesce(max(t.minutes), 0) AS minutes, EXISTS (
            SELECT 1 FROM people_consent c WHERE c.volunteer_id = %(volunteer)s
            AND c.purpose = 'ranking' AND c.withdrawn_at IS NULL
        ) AS is_agreed
        FROM recognition_total t
        WHERE t.volunteer_id = %(volunteer)s AND t.month = %(month)s
    ) own
    """
)


def my_place(volunteer: Volunteer, *, month: str) -> MyPlace:
    """Return where a volunteer stands among those who agreed to be shown."""
    found = _MY_PLACE.row(connection, {"volunteer": volunteer.pk, "month": month})
    minutes, is_agreed, ahead = found or (0, False, 0)
    is_shown = bool(is_agreed) and minutes > 0 and volunteer.closed_at is None
    return MyPlace(rank=1 + ahead, minutes=minutes, is_shown=is_shown)
