"""Keep the totals of people: minutes of all time and of each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction

from voluncity.honor.recognition.models import Total
from voluncity.honor.recognition.queries import ALL_TIME, told_minutes
from voluncity.service.hours.states import Trust

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
    _hold(sums)
    for rows in _portions([(*pair, *both) for pair, both in sorted(sums.items())]):
        _run(_ADD, rows)


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
    Total.objects.bulk_create(
        (Total(volunteer_id=volunteer, month=month) for volunteer, month in pairs),
        ignore_conflicts=True,
    )


def _hold(pairs: Collection[Pair]) -> None:
    """Take the rows in one order: two that add to the same people never wait for each other."""
    months = {month for _, month in pairs}
    people = {volunteer for volunteer, _ in pairs}
    totals = Total.objects.filter(volunteer__in=people, month__in=months).order_by("pk")
    list(totals.select_for_update().values_list("pk"))


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
