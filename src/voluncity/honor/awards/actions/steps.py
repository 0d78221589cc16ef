"""Take one step of a selection or a nomination: the update decides, the history follows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.awards.models import Move, Nomination, Selection, SelectionMove
from voluncity.honor.awards.states import (
    NOMINATION_FLOW,
    SELECTION_FLOW,
    Phase,
    SelectionState,
)
from voluncity.kernel.refusals import WrongState


def step(
    nomination: Nomination,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    **changes: Any,
) -> Nomination:
    """Take one step of a nomination, if it still is as it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = NOMINATION_FLOW.after(verb, nomination.state)
    changes["waits_since"] = at
    same = Nomination.objects.filter(
        pk=nomination.pk, state=nomination.state, version=nomination.version
    )
    if not same.update(**changes):
        raise WrongState(
            "这份推荐刚刚有人办理过，请刷新页面查看最新情况。", code="awards.was_faster"
        )
    note(nomination, verb, by=by, at=at, words=words)
    nomination.refresh_from_db(fields=[name.removesuffix("_id") for name in changes])
    return nomination


def note(
    nomination: Nomination, verb: str, *, by: User | None, at: datetime, words: str = ""
) -> None:
    """Write down what happened: with its words for the page, with numbers for the journal."""
    Move.objects.create(nomination=nomination, verb=verb, at=at, by=by, words=words)
    record(
        f"awards.{verb}", nomination, by=by, at=at,
        category=nomination.category_id, version=nomination.version,
    )  # fmt: skip


def selection_step(
    selection: Selection,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    **changes: Any,
) -> Selection:
    """Take one step of a selection, if it still is in the state in which it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = SELECTION_FLOW.after(verb, selection.state)
    if not Selection.objects.filter(pk=selection.pk, state=selection.state).update(**changes):
        raise WrongState(
            "这项评选刚刚有人办理过，请刷新页面查看最新情况。", code="awards.selection_was_faster"
        )
    if words or changes["state"] != selection.state:  # computing anew is no news
        SelectionMove.objects.create(selection=selection, verb=verb, at=at, by=by, words=words)
    record(f"awards.{verb}_selection", selection, by=by, at=at)
    selection.refresh_from_db(fields=[name.removesuffix("_id") for name in changes])
    return selection


def refuse_unless(selection: Selection, *phases: Phase, today: date, doing: str) -> None:
    """Refuse what the calendar does not allow today.

    :raises WrongState: when it is too early or too late.
    """
    if selection.state == SelectionState.PUBLISHED and selection.phase(today) in phases:
        return
    now = (
        selection.phase(today).label
        if selection.state == SelectionState.PUBLISHED
        else selection.get_state_display()
    )
    raise WrongState(
        f"“{selection.title}”现在是“{now}”，不能{doing}。"
        f"推荐到 {selection.nominate_until:%m月%d日}，"
        f"投票从 {selection.vote_from:%m月%d日} 到 {selection.vote_until:%m月%d日}。",
        code="awards.not_now",
    )
