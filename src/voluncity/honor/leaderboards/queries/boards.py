"""Read a board of people: its first places, one's own place, and who stands around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import F, QuerySet, Sum

from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import Consent, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.policy.rules import POLICIES
from voluncity.city.regions.models import Level, Region
from voluncity.honor.leaderboards.models import Score, Standing, TeamScore
from voluncity.honor.leaderboards.rules import ALL_TIME, first_and_next, is_year, ranks
from voluncity.honor.recognition.models import StarAward, Total
from voluncity.kernel.identity import age_on
from voluncity.kernel.masks import mask_name
from voluncity.kernel.statements import Statement
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust

PLACES = 50
NEAR = 5
KEPT_SECONDS = 10
# Boards of organizations with many below add up their scores: these are kept longer.
KEPT_LONG_SECONDS = 60
_COLUMNS = {Level.COUNTY: "county", Level.TOWN: "town", Level.COMMUNITY: "community"}

Row = tuple[int, int]  # a volunteer, and the minutes that rank


@dataclass(frozen=True)
class Asked:
    """Which board of people is meant: when, which minutes, where or recorded by whom."""

    period: str
    today: date
    is_proven: bool = True
    region: Region | None = None  # None: the whole city
    organization: Organization | None = None

    @property
    def key(self) -> str:
        """Return the name under which its first places are kept."""
        place = f"r{self.region.pk}" if self.region else ""
        team = f"o{self.organization.pk}" if self.organization else ""
        return f"leaderboards.board:{self.period}:{self.is_proven:d}:{place}{team}"

    @property
    def is_city(self) -> bool:
        """Return whether it is the board of everybody."""
        return self.organization is None and self.column is None

    @property
    def column(self) -> str | None:
        """Return the column of the scores that names its area; None for the whole city."""
        return _COLUMNS.get(Level(self.region.level)) if self.region else None


@dataclass(frozen=True)
class Place:
    """One line of a board; `name` is masked."""

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


@dataclass(frozen=True)
class Around:
    """Who stands right above and right below somebody, and how many at the very same place."""

    above: tuple[Place, ...]
    me: Place
    ties: int
    below: tuple[Place, ...]


def agreed_to_be_shown(volunteer_ids: Collection[int]) -> set[int]:
    """Return who of these people agrees to be on a board now (PIPL art. 25)."""
    agreed = Consent.objects.filter(
        purpose=Purpose.RANKING, withdrawn_at=None, volunteer__in=volunteer_ids,
        volunteer__closed_at=None,
    )  # fmt: skip
    return set(agreed.values_list("volunteer_id", flat=True))


def scores(asked: Asked) -> QuerySet[Any, dict[str, Any]]:
    """Return volunteer and `amount` of everybody on a board, in no order."""
    column = "proven" if asked.is_proven else "minutes"
    if asked.organization is not None:
        recorded = TeamScore.objects.filter(
            period=asked.period, organization__path__startswith=asked.organization.path
        )
        summed: QuerySet[Any, Any] = (
            recorded.values("volunteer_id")
            .annotate(amount=Sum(column))
            .filter(amount__gt=0)
            .order_by()
        )
        return summed
    found = Score.objects.filter(**{"period": asked.period, f"{column}__gt": 0})
    if asked.column is not None:
        found = found.filter(**{asked.column: asked.region})
    amounts: QuerySet[Any, Any] = found.values("volunteer_id").annotate(amount=F(column))
    return amounts


def _first(asked: Asked, limit: int) -> list[Row]:
    found = scores(asked).order_by("-amount", "volunteer_id")
    return list(found.values_list("volunteer_id", "amount")[:limit])


def leaderboard(asked: Asked, *, viewer: Volunteer | None, limit: int = PLACES) -> list[Place]:
    """Return the first places; equal minutes share a place."""
    return list(_places(_with_viewer(asked, viewer, limit), viewer))


def _with_viewer(asked: Asked, viewer: Volunteer | None, limit: int) -> list[Row]:
    """Return the first rows; who agreed or served a moment ago must not look in vain."""
    rows = _first(asked, limit)
    mine = my_place(viewer, asked) if viewer else None
    if viewer is None or mine is None or not mine.is_shown:
        return rows
    others = [row for row in rows if row[0] != viewer.pk]
    return sorted([*others, (viewer.pk, mine.minutes)], key=lambda row: (-row[1], row[0]))[:limit]


def _places(
    rows: Sequence[Row], viewer: Volunteer | None, *, numbers: Sequence[int] | None = None
) -> tuple[Place, ...]:
    """Return lines for rows in their order; who does not agree any more is left out."""
    ids = [pk for pk, _ in rows]
    agreed = agreed_to_be_shown(ids)
    known = {
        pk: (name, region)
        for pk, name, region in Volunteer.objects.filter(pk__in=agreed).values_list(
            "pk", "name", "region__name"
        )
    }
    shown = [row for row in rows if row[0] in known]
    stars = _stars_of_many([pk for pk, _ in shown])
    if numbers is None:
        numbers = ranks([amount for _, amount in shown])
    else:
        numbers = [number for number, row in zip(numbers, rows, strict=True) if row[0] in known]
    return tuple(
        Place(
            rank=number, name=mask_name(known[pk][0]), region=known[pk][1], minutes=amount,
            stars=stars.get(pk, 0), is_me=viewer is not None and viewer.pk == pk,
        )
        for number, (pk, amount) in zip(numbers, shown, strict=True)
    )  # fmt: skip


def _stars_of_many(volunteer_ids: Sequence[int]) -> dict[int, int]:
    awards = StarAward.objects.filter(volunteer_id__in=volunteer_ids, withdrawn_at=None)
    return dict(awards.order_by("stars").values_list("volunteer_id", "stars"))


def board(asked: Asked, *, viewer: Volunteer | None, at: datetime) -> tuple[Board, MyPlace | None]:
    """Return the first places, counted at most some seconds ago, and the viewer's own place.

    A name whose consent was withdrawn is gone at once, and what it says of the viewer is never
    old: otherwise it is counted anew.
    """
    mine = my_place(viewer, asked) if viewer else None
    kept: Board | None = cache.get(asked.key)
    if kept is None or not _holds(kept) or (viewer and mine and _is_old(kept, viewer, mine)):
        rows = _with_viewer(asked, viewer, PLACES)
        agreed = agreed_to_be_shown([pk for pk, _ in rows])
        shown = [row for row in rows if row[0] in agreed]
        kept = Board(_places(shown, None), tuple(pk for pk, _ in shown), at)
        long = asked.organization is not None
        cache.set(asked.key, kept, KEPT_LONG_SECONDS if long else KEPT_SECONDS)
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
    listed = ",".join(map(str, kept.people))
    packed = f"[{listed}]" if connection.vendor == "sqlite" else f"{{{listed}}}"
    found = _STILL_AGREE.row(connection, {"people": packed})
    return found == (len(kept.people),)


def _is_old(kept: Board, viewer: Volunteer, mine: MyPlace) -> bool:
    if viewer.pk in kept.people:
        listed = kept.places[kept.people.index(viewer.pk)]
        return (listed.minutes, True) != (mine.minutes, mine.is_shown)
    is_full = len(kept.places) == PLACES
    is_far = is_full and mine.minutes <= kept.places[-1].minutes
    return mine.is_shown and not is_far


def _seen_by(kept: Board, viewer: Volunteer | None) -> Board:
    if viewer is None or viewer.pk not in kept.people:
        return kept
    places = list(kept.places)
    own = kept.people.index(viewer.pk)
    places[own] = replace(places[own], is_me=True)
    return replace(kept, places=tuple(places))


_MY_PLACE = Statement(
    """
    SELECT own.amount, own.is_agreed, CAST(coalesce((
        SELECT sum(s.people) FROM leaderboards_standing s
        WHERE s.period = %(period)s AND s.is_proven = %(is_proven)s AND s.minutes > own.amount
    ), 0) AS bigint)
    FROM (
        SELECT coalesce(sum(CASE WHEN %(is_proven)s THEN t.proven_minutes ELSE t.minutes END), 0)
            AS amount, EXISTS (
                SELECT 1 FROM people_consent c WHERE c.volunteer_id = %(volunteer)s
                AND c.purpose = 'ranking' AND c.withdrawn_at IS NULL
            ) AS is_agreed
        FROM recognition_total t
        WHERE t.volunteer_id = %(volunteer)s AND t.month >= %(first)s AND t.month <= %(last)s
    ) own
    """
)


def my_place(volunteer: Volunteer, asked: Asked) -> MyPlace | None:
    """Return where a volunteer stands among those who are ranked; None where they do not belong.

    To the board of an area belong those who live there. What somebody has served is read from
    their own totals and records, so that it is there before the scores follow.
    """
    if not asked.is_city:
        return _place_within(volunteer, asked)
    first, last = _months(asked.period)
    found = _MY_PLACE.row(
        connection,
        {
            "volunteer": volunteer.pk, "period": asked.period, "is_proven": asked.is_proven,
            "first": first, "last": last,
        },
    )  # fmt: skip
    minutes, is_agreed, ahead = found or (0, False, 0)
    is_ranked = bool(is_agreed) and _is_grown(volunteer, on=asked.today)
    return _mine(volunteer, int(minutes), int(ahead), is_ranked=is_ranked)


def _months(period: str) -> tuple[str, str]:
    """Return the first and the last of somebody's totals that belong to a period."""
    return (f"{period}-01", f"{period}-12") if is_year(period) else (period, period)


def _mine(volunteer: Volunteer, minutes: int, ahead: int, *, is_ranked: bool) -> MyPlace:
    is_shown = is_ranked and minutes > 0 and volunteer.closed_at is None
    return MyPlace(rank=1 + ahead, minutes=minutes, is_shown=is_shown)


def _is_grown(volunteer: Volunteer, *, on: date) -> bool:
    """Return whether somebody is no child; the city's line is asked only of who may be one."""
    age = age_on(volunteer.born_on, on)
    return age >= POLICIES["people.adult_years"].most or people.is_adult(volunteer.born_on, on=on)


def _place_within(volunteer: Volunteer, asked: Asked) -> MyPlace | None:
    if asked.organization is None:
        region = asked.region
        if region is None or not volunteer.region.path.startswith(region.path):
            return None
        minutes = _served(volunteer, asked)
    else:
        minutes = _recorded(volunteer, asked)
    ahead = scores(asked).filter(amount__gt=minutes).count() if minutes else 0
    is_agreed = volunteer.pk in agreed_to_be_shown([volunteer.pk])
    is_ranked = is_agreed and _is_grown(volunteer, on=asked.today)
    return _mine(volunteer, minutes, ahead, is_ranked=is_ranked)


def _served(volunteer: Volunteer, asked: Asked) -> int:
    first, last = _months(asked.period)
    own = Total.objects.filter(volunteer=volunteer, month__gte=first, month__lte=last)
    column = "proven_minutes" if asked.is_proven else "minutes"
    return int(own.aggregate(total=Sum(column))["total"] or 0)


def _recorded(volunteer: Volunteer, asked: Asked) -> int:
    """Return what the organization with all below it recorded for somebody in the period."""
    assert asked.organization is not None  # noqa: S101 -- for mypy; the caller asked
    records = ServiceRecord.objects.filter(
        volunteer__in=people.records_of(volunteer),
        state=RecordState.POSTED,
        organization__path__startswith=asked.organization.path,
    )
    if asked.period != ALL_TIME:
        first, following = first_and_next(asked.period)
        records = records.filter(served_on__gte=first, served_on__lt=following)
    if asked.is_proven:
        records = records.filter(trust=Trust.PROVEN)
    return int(records.aggregate(total=Sum("minutes"))["total"] or 0)


def around(volunteer: Volunteer, asked: Asked) -> Around | None:
    """Return five above and five below somebody who is ranked, each with the true place."""
    mine = my_place(volunteer, asked)
    if mine is None or not mine.is_shown:
        return None
    found = scores(asked).exclude(volunteer_id=volunteer.pk)
    above = _near(found.filter(amount__gt=mine.minutes).order_by("amount", "volunteer_id"))
    below = _near(found.filter(amount__lt=mine.minutes).order_by("-amount", "volunteer_id"))
    ties = found.filter(amount=mine.minutes).count()
    numbers = _ranks_above(asked, [amount for _, amount in above], mine.rank)
    after = mine.rank + ties + 1
    [me] = _places([(volunteer.pk, mine.minutes)], volunteer, numbers=[mine.rank])
    return Around(
        above=_places(above[::-1], volunteer, numbers=numbers),
        me=me,
        ties=ties,
        below=_places(below, volunteer, numbers=ranks([n for _, n in below], first=after)),
    )


def _near(found: QuerySet[Any, dict[str, Any]]) -> list[Row]:
    return list(found.values_list("volunteer_id", "amount")[:NEAR])


def _ranks_above(asked: Asked, amounts: Sequence[int], own: int) -> list[int]:
    """Return the places of the nearest above, highest first.

    Between an amount and one's own stand exactly those that were read, except for the farthest
    amount, of which some may not have been read.
    """
    return [_rank_of(asked, one, amounts, own) for one in reversed(amounts)]


def _rank_of(asked: Asked, amount: int, near: Sequence[int], own: int) -> int:
    if amount != near[-1] or len(near) < NEAR:
        return own - sum(1 for one in near if one <= amount)
    if asked.is_city:
        ahead = Standing.objects.filter(
            period=asked.period, is_proven=asked.is_proven, minutes__gt=amount
        )
        return 1 + int(ahead.aggregate(total=Sum("people"))["total"] or 0)
    return 1 + scores(asked).filter(amount__gt=amount).count()
