"""Two records of one person become one: applications go along; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.kernel.merging import MergePart, Pair
from voluncity.kernel.own_data import Hindrance
from voluncity.service.events.models import Application
from voluncity.service.events.states import IN_PLAY


def _twice(pair: Pair) -> list[Application]:
    """Return the applications of the given-up record for events where the other one has one."""
    kept = Application.objects.filter(volunteer=pair.winner_id).values("event")
    mine = Application.objects.filter(volunteer=pair.loser_id, event__in=kept)
    return list(mine.select_related("event"))


def _preview(pair: Pair) -> list[str]:
    twice = {one.event_id for one in _twice(pair)}
    mine = Application.objects.filter(volunteer=pair.loser_id).exclude(event__in=twice)
    number = mine.count()
    return [f"{number} 份赛会报名转过去"] if number else []


def _hindrances(pair: Pair) -> list[Hindrance]:
    """Two live applications for one event: the organizer decides which one stays."""
    return [
        Hindrance(f"两份登记都报名了“{one.event.name}”，请组织者先让其中一份退出。")
        for one in _twice(pair)
        if one.state in IN_PLAY
        and Application.objects.filter(
            event=one.event_id, volunteer=pair.winner_id, state__in=IN_PLAY
        ).exists()
    ]


def _move(pair: Pair) -> dict[str, Any]:
    """Let applications go along; one for an event where the other record has one stays."""
    twice = [one.pk for one in _twice(pair)]
    mine = Application.objects.filter(volunteer=pair.loser_id).exclude(pk__in=twice)
    moved = list(mine.values_list("pk", flat=True))
    Application.objects.filter(pk__in=moved).update(volunteer=pair.winner_id)
    return {"moved": moved}


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    theirs = Application.objects.filter(pk__in=kept.get("moved", []), volunteer=pair.winner_id)
    theirs.update(volunteer=pair.loser_id)
    return []


PART = MergePart("events", "赛会报名", _preview, _move, _restore, _hindrances)
