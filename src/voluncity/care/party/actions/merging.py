"""Two records of one person become one: the report goes along, of two one ends; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from voluncity.care.party.models import Report
from voluncity.care.party.states import LIVE, ReportState
from voluncity.city.people.models import Volunteer
from voluncity.kernel.merging import MergePart, Pair


def _live(volunteer_id: int) -> QuerySet[Report]:
    return Report.objects.filter(volunteer=volunteer_id, state__in=LIVE)


def _goes_along(pair: Pair) -> bool:
    """Return whether the record that stays may report, and has not."""
    is_member = Volunteer.objects.filter(pk=pair.winner_id, is_party_member=True).exists()
    return is_member and not _live(pair.winner_id).exists()


def _preview(pair: Pair) -> list[str]:
    # The desk that merges may not be among those who may know: it says neither unit nor community.
    if not _live(pair.loser_id).exists():
        return []
    if _goes_along(pair):
        return ["一项登记随本人转到保留的登记。"]
    return ["一项登记不再需要，随合并结束。"]


def _move(pair: Pair) -> dict[str, Any]:
    mine = _live(pair.loser_id)
    moved = list(mine.values_list("pk", flat=True)) if _goes_along(pair) else []
    ended = [] if moved else [[one.pk, str(one.state)] for one in mine]
    Report.objects.filter(pk__in=moved).update(volunteer=pair.winner_id)
    mine.update(state=ReportState.ENDED, ended_at=pair.at)
    return {"moved": moved, "ended": ended, "at": pair.at.isoformat()}


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    """Give the report back, as it is by now; open what ended only because of the merge."""
    theirs = Report.objects.filter(volunteer=pair.winner_id)
    theirs.filter(pk__in=kept.get("moved", [])).update(volunteer=pair.loser_id)
    for pk, state in kept.get("ended", []):
        at = datetime.fromisoformat(kept["at"])
        ended = Report.objects.filter(pk=pk, state=ReportState.ENDED, ended_at=at)
        ended.update(state=state, ended_at=None)
    return []


PART = MergePart("party", "其他登记", _preview, _move, _restore)
