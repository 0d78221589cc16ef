"""Keep the scores: who is ranked, with how many minutes, and how many people have as many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F

from voluncity.city.journal.models import Cursor
from voluncity.city.people.models import Volunteer
from voluncity.honor.leaderboards.models import Building, Score, Standing, TeamScore
from voluncity.honor.leaderboards.queries import truth
from voluncity.kernel.bulk import copy_rows
from voluncity.kernel.clock import local_date

READER = "leaderboards.scores"
AT_ONCE = 500  # people
PORTION = 2_000  # people of the city between two marks of how far it is

SCORE = ("volunteer_id", "period", "proven", "minutes", "county_id", "town_id", "community_id")
TEAM = ("organization_id", "volunteer_id", "period", "proven", "minutes")
Place = tuple[str, bool, int]  # period, proven or all, minutes


@transaction.atomic
def settle_people(volunteer_ids: Collection[int], *, on: date) -> None:
    """Let the scores of these people say what records, merges and consents say on a day.

    Done again it changes nothing. The reader waits meanwhile: two that settle the same people
    would count them twice in the standings.
    """
    Cursor.objects.get_or_create(reader=READER)
    Cursor.objects.filter(reader=READER).update(position=F("position"))
    ids = sorted(volunteer_ids)
    moves: Counter[Place] = Counter()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        told = truth.told(some, on=on)
        concerned = {*some, *told.homes}
        _write_whole(concerned, told, moves)
        _write_teams(concerned, told)
    _move(moves)


def _write_whole(concerned: Collection[int], told: truth.Truth, moves: Counter[Place]) -> None:
    kept = {
        row[1:]: row[0]
        for row in Score.objects.filter(volunteer__in=concerned).values_list("pk", *SCORE)
    }
    wanted = set(truth.score_rows(told))
    gone = [pk for row, pk in kept.items() if row not in wanted]
    for start in range(0, len(gone), AT_ONCE):
        Score.objects.filter(pk__in=gone[start : start + AT_ONCE]).delete()
    new = sorted(wanted - kept.keys(), key=str)
    copy_rows(Score, SCORE, new)
    for rows, sign in ((kept.keys() - wanted, -1), (new, 1)):
        for _, period, proven, minutes, *_ in rows:
            moves[str(period), True, int(proven or 0)] += sign
            moves[str(period), False, int(minutes or 0)] += sign


def _write_teams(concerned: Collection[int], told: truth.Truth) -> None:
    kept = {
        row[1:]: row[0]
        for row in TeamScore.objects.filter(volunteer__in=concerned).values_list("pk", *TEAM)
    }
    wanted = set(truth.team_rows(told))
    gone = [pk for row, pk in kept.items() if row not in wanted]
    for start in range(0, len(gone), AT_ONCE):
        TeamScore.objects.filter(pk__in=gone[start : start + AT_ONCE]).delete()
    copy_rows(TeamScore, TEAM, sorted(wanted - kept.keys()))


def _move(moves: Mapping[Place, int]) -> None:
    """Count people out of their old minutes and into their new ones; nobody counts with none."""
    rows = [(*place, people) for place, people in sorted(moves.items()) if people and place[2] > 0]
    for start in range(0, len(rows), AT_ONCE):
        _count(rows[start : start + AT_ONCE])


def _count(rows: list[tuple[str, bool, int, int]]) -> None:
    Standing.objects.bulk_create(
        (
            Standing(period=one, is_proven=proven, minutes=minutes)
            for one, proven, minutes, _ in rows
        ),
        ignore_conflicts=True,
    )
    marks = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(rows=marks), [value for row in rows for value in row])


_COUNT = """
    WITH moved (period, is_proven, minutes, people) AS (VALUES {rows})
    UPDATE leaderboards_standing SET people = leaderboards_standing.people + moved.people
    FROM moved WHERE leaderboards_standing.period = moved.period
        AND leaderboards_standing.is_proven = moved.is_proven
        AND leaderboards_standing.minutes = moved.minutes
"""


@transaction.atomic
def start_building(*, at: datetime) -> None:
    """Let the worker make all scores anew, as for the first time or after a restore."""
    Building.objects.update_or_create(
        pk=1, defaults={"position": 0, "touched_at": at, "finished_at": None}
    )


def claim_building(*, before: datetime, at: datetime) -> bool:
    """Return whether making the scores is ours now; others wait until we are silent."""
    silent = Building.objects.filter(pk=1, finished_at=None).exclude(touched_at__gte=before)
    return bool(silent.update(touched_at=at))


def build(*, clock: Callable[[], datetime], is_wanted: Callable[[], bool] = lambda: True) -> bool:
    """Make the scores of everybody, a portion in a transaction; return whether all is done.

    A job that was killed, or is not wanted any more, goes on after its last portion.
    """
    Building.objects.get_or_create(pk=1)
    while is_wanted():
        if not _build_portion(clock()):
            return True
    return False


@transaction.atomic
def _build_portion(at: datetime) -> bool:
    building = Building.objects.filter(pk=1, finished_at=None)
    if not building.update(touched_at=at):
        return False
    position = building.values_list("position", flat=True).get()
    ids = list(
        Volunteer.objects.filter(pk__gt=position)
        .order_by("pk")
        .values_list("pk", flat=True)[:PORTION]
    )
    if not ids:
        building.update(finished_at=at)
        return False
    settle_people(ids, on=local_date(at))
    building.update(position=ids[-1])
    return True
