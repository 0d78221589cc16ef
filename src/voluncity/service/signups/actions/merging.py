"""Two records of one person become one: sign-ups to come go along, doubles are given up; and back.

What was served or is being served stays with the record on which it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from voluncity.kernel.clock import span_text
from voluncity.kernel.merging import MergePart, Pair
from voluncity.service.projects.models import Shift
from voluncity.service.signups.actions.places import free_place
from voluncity.service.signups.locks import hold_activity, hold_agenda
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import HOLDING, LIVE, SignupState

REASON = "合并登记：另一份登记已报名同一时间"


def _preview(pair: Pair) -> list[str]:
    said = []
    for signup in _coming(pair.loser_id, pair.at).select_related("shift__activity"):
        shift = signup.shift
        follows = "转到保留的登记"
        if _twin(signup, pair) in LIVE or _clashes(signup, pair):
            follows = "保留的登记已报名同一时间，只保留一份"
        what = f"“{shift.activity.name}”（{span_text(shift.starts_at, shift.ends_at)}）"
        said.append(f"{what}：{follows}。")
    return said


def _move(pair: Pair) -> dict[str, Any]:
    ahead = _coming(pair.loser_id, pair.at)
    for activity_id in sorted(set(ahead.values_list("shift__activity_id", flat=True))):
        hold_activity(activity_id)
    for volunteer_id in sorted((pair.loser_id, pair.winner_id)):
        hold_agenda(volunteer_id)
    moved: list[int] = []
    changed: list[dict[str, Any]] = []
    for signup in ahead:
        twin = Signup.objects.filter(shift=signup.shift_id, volunteer=pair.winner_id).first()
        if twin is None and not _clashes(signup, pair):
            Signup.objects.filter(pk=signup.pk).update(volunteer=pair.winner_id)
            moved.append(signup.pk)
        else:
            changed.append(_join(signup, twin, pair))
    return {"moved": moved, "changed": changed}


def _join(signup: Signup, twin: Signup | None, pair: Pair) -> dict[str, Any]:
    """Leave one sign-up of two, the one with a place; return what both were and are."""
    rows = [signup] if twin is None else [signup, twin]
    before = [_said(row) for row in rows]
    freed = signup.state in HOLDING
    if twin is not None and _is_better(signup, twin) and not _clashes(signup, pair):
        freed = freed and twin.state in HOLDING  # one of two places is left over
        twin.state, twin.cancelled_at, twin.cancel_reason = signup.state, None, ""
        twin.offered_until = signup.offered_until
    signup.state, signup.cancelled_at, signup.cancel_reason = (
        SignupState.CANCELLED, pair.at, REASON,
    )  # fmt: skip
    signup.offered_until = None
    for row in rows:
        row.save(update_fields=["state", "cancelled_at", "cancel_reason", "offered_until"])
    if freed:
        free_place(signup.shift_id)
    after = [_said(row) for row in rows]
    return {"before": before, "after": after, "freed": signup.shift_id if freed else None}


def _is_better(signup: Signup, twin: Signup) -> bool:
    """Return whether the record that goes stands better in this shift than the one that stays."""
    ranks = (SignupState.WAITING, SignupState.OFFERED, SignupState.PLACED)
    if twin.state not in LIVE:
        return True
    return ranks.index(SignupState(signup.state)) > ranks.index(SignupState(twin.state))


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    touched = [*kept["moved"], *(row["pk"] for one in kept["changed"] for row in one["before"])]
    signups = Signup.objects.filter(pk__in=touched)
    for activity_id in sorted(set(signups.values_list("shift__activity_id", flat=True))):
        hold_activity(activity_id)
    for volunteer_id in sorted((pair.loser_id, pair.winner_id)):
        hold_agenda(volunteer_id)
    served = Attendance.objects.filter(signup__in=touched).values("signup_id")
    Signup.objects.filter(pk__in=kept["moved"], volunteer=pair.winner_id).exclude(
        pk__in=served
    ).update(volunteer=pair.loser_id)
    return [said for one in kept["changed"] for said in _part(one)]


def _part(one: Mapping[str, Any]) -> list[str]:
    """Make both sign-ups what they were, unless something happened to them since."""
    ids = [row["pk"] for row in one["before"]]
    now = {
        row.pk: row for row in Signup.objects.filter(pk__in=ids).select_related("shift__activity")
    }
    is_same = all(row.items() <= _said(now[row["pk"]]).items() for row in one["after"])
    if not is_same or Attendance.objects.filter(signup__in=ids).exists():
        return []
    shift = now[ids[0]].shift
    if one["freed"] and not _take_back(one["freed"]):
        what = f"“{shift.activity.name}”（{span_text(shift.starts_at, shift.ends_at)}）"
        return [f"{what}的名额已由他人补上，没有恢复这次报名。"]
    for row in one["before"]:
        at, until = row["cancelled_at"], row.get("offered_until")
        Signup.objects.filter(pk=row["pk"]).update(
            state=row["state"],
            cancelled_at=datetime.fromisoformat(at) if at else None,
            cancel_reason=row["cancel_reason"],
            offered_until=datetime.fromisoformat(until) if until else None,
        )
    return []


def _take_back(shift_id: int) -> bool:
    free = Shift.objects.filter(pk=shift_id, taken__lt=F("capacity"))
    return bool(free.update(taken=F("taken") + 1))


def _said(row: Signup) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "state": str(row.state),
        "cancelled_at": row.cancelled_at.isoformat() if row.cancelled_at else None,
        "cancel_reason": row.cancel_reason,
        "offered_until": row.offered_until.isoformat() if row.offered_until else None,
    }


def _coming(volunteer_id: int, at: datetime) -> QuerySet[Signup]:
    live = Signup.objects.filter(volunteer=volunteer_id, state__in=LIVE, attendance=None)
    return live.filter(shift__starts_at__gt=at).select_related("shift").order_by("pk")


def _twin(signup: Signup, pair: Pair) -> str | None:
    same = Signup.objects.filter(shift=signup.shift_id, volunteer=pair.winner_id)
    return same.values_list("state", flat=True).first()


def _clashes(signup: Signup, pair: Pair) -> bool:
    """Return whether the record that stays has a place elsewhere at that time."""
    shift = signup.shift
    places = Signup.objects.filter(volunteer=pair.winner_id, state__in=HOLDING)
    meanwhile = places.filter(
        shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at
    )
    return meanwhile.exclude(shift=shift).exists()


PART = MergePart("signups", "将来的报名", _preview, _move, _restore)
