"""Two records of one person become one: stories go along, and come back when it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.kernel.merging import MergePart, Pair
from voluncity.voice.showcase.models import Story


def _preview(pair: Pair) -> list[str]:
    number = Story.objects.filter(volunteer=pair.loser_id).count()
    return [f"{number} 篇写本人的风采故事转到保留的登记。"] if number else []


def _move(pair: Pair) -> dict[str, Any]:
    theirs = Story.objects.filter(volunteer=pair.loser_id)
    ids = list(theirs.values_list("pk", flat=True))
    theirs.update(volunteer=pair.winner_id)
    return {"stories": ids}


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    Story.objects.filter(pk__in=kept.get("stories", []), volunteer=pair.winner_id).update(
        volunteer=pair.loser_id
    )
    return []


PART = MergePart("showcase", "志愿风采", _preview, _move, _restore)
