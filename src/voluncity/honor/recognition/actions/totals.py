"""Keep the totals, and how many people on the leaderboard have how many minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from voluncity.city.journal.models import Cursor
from voluncity.honor.recognition.models import Standing, Total
from voluncity.honor.recognition.queries import ALL_TIME, agreed_to_be_shown, told_minutes
from voluncity.service.hours.states import Trust

READER = "honor.totals"
ROWS = 2_000  # of one statement

Pair = tuple[int, str]  # a volunteer and a month


@transaction.atomic
def add_minutes(deltas: Mapping[tuple[int, str, str], int]) -> None:
    """Add (volunteer, month, trust) → minutes to the totals of the month and of all time."""
    sums: dict[Pair, list[int]] = {}
    for (volunteer, month, trust), minutes in deltas.items():
        for wanted in (month, ALL_TIME):
            both = sums.setdefault((volunteer, wanted), [0, 0])
            both[0 if trust == Trust.PROVEN else 1] += minutes
    if not sums:
        return
    _open_totals(sorted(sums))
    moves: Counter[tuple[str, int]] = Counter()
    for volunteer, month, minutes, is_shown in _locked(sums):
        if is_shown:
            moves[month, minutes] -= 1
            moves[month, minutes + sum(sums[volunteer, month])] += 1
    for rows in _portions([(*pair, *both) for pair, both in sorted(sums.items())]):
        _run(_ADD, rows)
    _move(moves)


@transaction.atomic
def recount_people(volunteer_ids: Collection[int], *, until: int) -> None:
    """Make the totals of people anew from the journal's entries up to a number.

    Where records were merged, everything stands with the one in which the person lives.
    """
    deltas: Counter[tuple[int, str, str]] = Counter()
    kept = Total.objects.filter(volunteer__in=volunteer_ids).exclude(month=ALL_TIME)
    for total in kept.order_by("pk").select_for_update():
        deltas[total.volunteer_id, total.month, Trust.PROVEN] -= total.proven_minutes
        deltas[total.volunteer_id, total.month, Trust.ENTERED] -= total.entered_minutes
    for pk in sorted(volunteer_ids):
        for (month, trust), minutes in told_minutes(pk, until=until).items():
            deltas[pk, month, Trust(trust)] += minutes
    add_minutes({key: minutes for key, minutes in deltas.items() if minutes})


def _open_totals(pairs: Sequence[Pair]) -> None:
    agreed = agreed_to_be_shown({volunteer for volunteer, _ in pairs})
    Total.objects.bulk_create(
        (
            Total(volunteer_id=volunteer, month=month, is_shown=volunteer in agreed)
            for volunteer, month in pairs
        ),
        ignore_conflicts=True,
    )


def _locked(pairs: Collection[Pair]) -> Iterator[tuple[int, str, int, bool]]:
    """Return volunteer, month, minutes and whether shown, which nobody changes meanwhile."""
    months = {month for _, month in pairs}
    people = {volunteer for volunteer, _ in pairs}
    totals = Total.objects.filter(volunteer__in=people, month__in=months).order_by("pk")
    rows = totals.select_for_update().values_list("volunteer_id", "month", "minutes", "is_shown")
    return (row for row in rows if row[:2] in pairs)


@transaction.atomic
def show_people(volunteer_ids: Collection[int]) -> None:
    """Take people on the leaderboard, or off it, as their consent of this moment says."""
    agreed = agreed_to_be_shown(volunteer_ids)
    totals = Total.objects.filter(volunteer__in=volunteer_ids).order_by("pk").select_for_update()
    moves: Counter[tuple[str, int]] = Counter()
    changed: dict[bool, list[int]] = {True: [], False: []}
    for total in totals:
        is_shown = total.volunteer_id in agreed
        if is_shown != total.is_shown:
            changed[is_shown].append(total.pk)
            moves[total.month, total.minutes] += 1 if is_shown else -1
    for is_shown, ids in changed.items():
        Total.objects.filter(pk__in=ids).update(is_shown=is_shown)
    _move(moves)


def _move(moves: Mapping[tuple[str, int], int]) -> None:
    """Count people out of their old minutes and into their new ones; nobody counts with none."""
    rows = [
        (month, minutes, people)
        for (month, minutes), people in sorted(moves.items())
        if people and minutes > 0
    ]
    Standing.objects.bulk_create(
        (Standing(month=month, minutes=minutes) for month, minutes, _ in rows),
        ignore_conflicts=True,
    )
    for portion in _portions(rows):
        _run(_COUNT, portion)


@transaction.atomic
def recount_board() -> None:
    """Make the leaderboard anew from all totals and consents, as after a restore or a big load."""
    Cursor.objects.filter(reader=READER).update(position=F("position"))  # the reader waits
    with connection.cursor() as cursor:
        for statement in RECOUNT:
            cursor.execute(statement)


def _portions(rows: Sequence[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while portion := list(islice(left, ROWS)):
        yield portion


def _run(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    rows = list(rows)
    marks = ", ".join("(" + ", ".join(["%s"] * len(row)) + ")" for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=marks), [value for row in rows for value in row])


# One statement for a thousand totals: an update for each of them took most of a reader's time.
_ADD = """
    WITH moved (volunteer_id, month, proven, entered) AS (VALUES {rows})
    UPDATE recognition_total SET
        proven_minutes = recognition_total.proven_minutes + moved.proven,
        entered_minutes = recognition_total.entered_minutes + moved.entered,
        minutes = recognition_total.minutes + moved.proven + moved.entered
    FROM moved WHERE recognition_total.volunteer_id = moved.volunteer_id
        AND recognition_total.month = moved.month
"""
_COUNT = """
    WITH moved (month, minutes, people) AS (VALUES {rows})
    UPDATE recognition_standing SET people = recognition_standing.people + moved.people
    FROM moved WHERE recognition_standing.month = moved.month
        AND recognition_standing.minutes = moved.minutes
"""
_AGREED = """
    SELECT c.volunteer_id FROM people_consent c JOIN people_volunteer v ON v.id = c.volunteer_id
    WHERE c.purpose = 'ranking' AND c.withdrawn_at IS NULL AND v.closed_at IS NULL
"""
RECOUNT = (
    (
        f"UPDATE recognition_total SET is_shown = TRUE "  # noqa: S608 -- our own words
        f"WHERE NOT is_shown AND volunteer_id IN ({_AGREED})"
    ),
    (
        f"UPDATE recognition_total SET is_shown = FALSE "  # noqa: S608 -- our own words
        f"WHERE is_shown AND volunteer_id NOT IN ({_AGREED})"
    ),
    "DELETE FROM recognition_standing",
    (
        "INSERT INTO recognition_standing (month, minutes, people) "
        "SELECT month, minutes, COUNT(*) FROM recognition_total "
        "WHERE is_shown AND minutes > 0 GROUP BY month, minutes"
    ),
)
