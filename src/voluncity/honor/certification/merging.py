"""Two records of one person become one: honors go along, and come back when it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.honor.certification.models import Candidate, Honor
from voluncity.honor.certification.states import RUNNING
from voluncity.kernel.merging import MergePart, Pair


def _preview(pair: Pair) -> list[str]:
    number = Honor.objects.filter(volunteer=pair.loser_id, revoked_at=None).count()
    return [f"{number} 项认定荣誉移到保留的登记，同样的只保留一项。"] if number else []


def _move(pair: Pair) -> dict[str, Any]:
    """Move honors and open candidacies that the other record has not got itself.

    What it has stays where it is: each star and each medal once, also of one person.
    """
    held = {(one.kind, one.grade) for one in _live(pair.winner_id)}
    honors = [one.pk for one in _live(pair.loser_id) if (one.kind, one.grade) not in held]
    Honor.objects.filter(pk__in=honors).update(volunteer_id=pair.winner_id)
    known = Candidate.objects.filter(volunteer=pair.winner_id).values("batch")
    open_ones = Candidate.objects.filter(volunteer=pair.loser_id, batch__state__in=RUNNING)
    candidates = list(open_ones.exclude(batch__in=known).values_list("pk", flat=True))
    Candidate.objects.filter(pk__in=candidates).update(volunteer_id=pair.winner_id)
    return {"honors": honors, "candidates": candidates}


def _live(volunteer_id: int) -> list[Honor]:
    return list(Honor.objects.filter(volunteer=volunteer_id, revoked_at=None))


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    """Give back what went along, unless the first record has got the same meanwhile."""
    held = {(one.kind, one.grade) for one in _live(pair.loser_id)}
    stays = 0
    for honor in Honor.objects.filter(pk__in=kept["honors"], volunteer=pair.winner_id):
        if honor.revoked_at is None and (honor.kind, honor.grade) in held:
            stays += 1
            continue
        Honor.objects.filter(pk=honor.pk).update(volunteer_id=pair.loser_id)
    moved = Candidate.objects.filter(pk__in=kept["candidates"], volunteer=pair.winner_id)
    moved.update(volunteer_id=pair.loser_id)
    return [f"{stays} 项认定荣誉留在现在的登记。"] if stays else []


PART = MergePart("certification", "认定荣誉", _preview, _move, _restore)
