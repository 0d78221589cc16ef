"""Two records of one person become one: all cases with their gifts go along; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from voluncity.care.hardship.models import Hardship
from voluncity.care.hardship.states import CaseState, EndReason
from voluncity.kernel.merging import MergePart, Pair


def _open(volunteer_id: int) -> QuerySet[Hardship]:
    return Hardship.objects.filter(volunteer=volunteer_id, state=CaseState.OPEN)


def _move(pair: Pair) -> dict[str, Any]:
    """Let every case go along; of two open ones that of the given-up record ends."""
    moved = list(Hardship.objects.filter(volunteer=pair.loser_id).values_list("pk", flat=True))
    ended: list[int] = []
    if _open(pair.winner_id).exists():
        ended = list(_open(pair.loser_id).values_list("pk", flat=True))
        _open(pair.loser_id).update(
            state=CaseState.ENDED,
            ended_at=pair.at,
            ended_by=pair.by_id,
            end_reason=EndReason.MERGED,
        )
    Hardship.objects.filter(pk__in=moved).update(volunteer=pair.winner_id)
    return {"moved": moved, "ended": ended}


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    """Give the cases back, as they are by now; open what ended only because of the merge."""
    theirs = Hardship.objects.filter(pk__in=kept.get("moved", []), volunteer=pair.winner_id)
    theirs.filter(pk__in=kept.get("ended", []), end_reason=EndReason.MERGED).update(
        volunteer=pair.loser_id,
        state=CaseState.OPEN,
        ended_at=None,
        ended_by=None,
        end_reason="",
    )
    theirs.update(volunteer=pair.loser_id)
    return []


# Who is in need is told to those who may know, never on the page of a merge.
PART = MergePart("hardship", "", lambda _: [], _move, _restore)
