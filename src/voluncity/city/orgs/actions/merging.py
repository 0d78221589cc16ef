"""Two records of one person become one: memberships go along, doubles end; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.city.orgs.models import JoinRequest, Membership
from voluncity.city.orgs.states import JOIN_FLOW, JoinState
from voluncity.kernel.merging import MergePart, Pair

REASON = "合并登记：保留的登记已是成员"


def _preview(pair: Pair) -> list[str]:
    kept = set(_live(pair.winner_id).values_list("organization_id", flat=True))
    said = []
    for membership in _live(pair.loser_id).select_related("organization").order_by("pk"):
        is_double = membership.organization_id in kept
        follows = "两份登记都是成员，只保留一份" if is_double else "转到保留的登记"
        said.append(f"“{membership.organization.name}”：{follows}。")
    asked = _open(pair.loser_id).count()
    return said + ([f"{asked} 项等待答复的入队申请一并转入。"] if asked else [])


def _move(pair: Pair) -> dict[str, Any]:
    kept = set(_live(pair.winner_id).values_list("organization_id", flat=True))
    mine = list(_live(pair.loser_id).order_by("pk"))
    moved = [one.pk for one in mine if one.organization_id not in kept]
    ended = [one.pk for one in mine if one.organization_id in kept]
    Membership.objects.filter(pk__in=moved).update(volunteer=pair.winner_id)
    Membership.objects.filter(pk__in=ended).update(left_at=pair.at, left_reason=REASON)
    return {"moved": moved, "ended": ended, **_move_requests(pair)}


def _move_requests(pair: Pair) -> dict[str, Any]:
    belongs = set(_live(pair.winner_id).values_list("organization_id", flat=True))
    belongs |= set(_open(pair.winner_id).values_list("organization_id", flat=True))
    mine = list(_open(pair.loser_id).order_by("pk"))
    asked = [one.pk for one in mine if one.organization_id not in belongs]
    needless = [one.pk for one in mine if one.organization_id in belongs]
    JoinRequest.objects.filter(pk__in=asked).update(volunteer=pair.winner_id)
    JoinRequest.objects.filter(pk__in=needless).update(
        state=JOIN_FLOW.after("withdraw", JoinState.ASKED),
        decided_at=pair.at,
        decided_by=pair.by_id,
    )
    return {"asked": asked, "needless": needless}


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    """Give back what was moved, as it is by now; open what ended only because of the merge."""
    theirs = {"volunteer": pair.winner_id}
    Membership.objects.filter(pk__in=kept["moved"], **theirs).update(volunteer=pair.loser_id)
    Membership.objects.filter(pk__in=kept["ended"], left_reason=REASON).update(
        left_at=None, left_reason=""
    )
    JoinRequest.objects.filter(pk__in=kept["asked"], **theirs).update(volunteer=pair.loser_id)
    JoinRequest.objects.filter(pk__in=kept["needless"]).update(
        state=JoinState.ASKED, decided_at=None, decided_by=None
    )
    return []


def _live(volunteer_id: int) -> Any:
    return Membership.objects.filter(volunteer=volunteer_id, left_at=None)


def _open(volunteer_id: int) -> Any:
    return JoinRequest.objects.filter(volunteer=volunteer_id, state=JoinState.ASKED)


PART = MergePart("orgs", "组织", _preview, _move, _restore)
