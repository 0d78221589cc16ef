"""Two records of one person become one: claims go along, and come back when it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.care.wishes.models import Claim
from voluncity.care.wishes.states import ClaimState
from voluncity.kernel.merging import MergePart, Pair
from voluncity.kernel.own_data import Hindrance


def _hindrances(pair: Pair) -> list[Hindrance]:
    """Let what is being done be finished or given back before: it is promised by one account."""
    live = Claim.objects.filter(volunteer=pair.loser_id, state=ClaimState.LIVE)
    if not (number := live.count()):
        return []
    return [Hindrance(f"有 {number} 个认领的微心愿还没有完成，请先完成或放回。")]


def _preview(pair: Pair) -> list[str]:
    number = Claim.objects.filter(volunteer=pair.loser_id, state=ClaimState.COMPLETED).count()
    return [f"{number} 个实现过的微心愿在保留的登记里也能看到。"] if number else []


def _move(_pair: Pair) -> dict[str, Any]:
    """Move nothing: what came true is asked for with all records, its minutes move in the books."""
    return {}


def _restore(_pair: Pair, _kept: Mapping[str, Any]) -> list[str]:
    return []


PART = MergePart("wishes", "微心愿", _preview, _move, _restore, _hindrances)
