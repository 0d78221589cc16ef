"""Two records of one person become one: one nomination in a category, one ballot that counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.city.people.models import Volunteer
from voluncity.honor.awards import actions
from voluncity.honor.awards.models import Nomination
from voluncity.honor.awards.states import ENDED, RUNNING
from voluncity.kernel.merging import MergePart, Pair
from voluncity.kernel.own_data import Hindrance


def _hindrances(pair: Pair) -> list[Hindrance]:
    live = Nomination.objects.filter(category__selection__state__in=RUNNING).exclude(
        state__in=ENDED
    )
    both = live.filter(
        volunteer=pair.loser_id,
        category__in=live.filter(volunteer=pair.winner_id).values("category"),
    )
    if not (number := both.count()):
        return []
    return [Hindrance(f"两份登记在 {number} 个评选类别里都有推荐，请先撤回其中一份。")]


def _preview(pair: Pair) -> list[str]:
    number = Nomination.objects.filter(volunteer=pair.loser_id).exclude(state__in=ENDED).count()
    return [f"{number} 份评选推荐在保留的登记里也能看到。"] if number else []


def _move(pair: Pair) -> dict[str, Any]:
    """Let one ballot count where both records have voted."""
    records = Volunteer.objects.in_bulk([pair.loser_id, pair.winner_id])
    return {
        "doubles": actions.count_once(loser=records[pair.loser_id], winner=records[pair.winner_id])
    }


def _restore(_pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    doubles = kept.get("doubles", [])
    back = actions.uncount_once(ballot_ids=doubles)
    if back == len(doubles):
        return []
    return [f"{len(doubles) - back} 张选票所在的评选已经计票，没有恢复。"]


PART = MergePart("awards", "评选表彰", _preview, _move, _restore, _hindrances)
