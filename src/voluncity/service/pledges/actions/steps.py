"""Take one step of a pledge: the update decides, the need's books and the history follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.pledges.models import Move, Need, Pledge
from voluncity.service.pledges.states import PLEDGE_FLOW


def step(
    pledge: Pledge,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    **changes: Any,
) -> Pledge:
    """Take one step, if the pledge still is in the state in which it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = PLEDGE_FLOW.after(verb, pledge.state)
    if not Pledge.objects.filter(pk=pledge.pk, state=pledge.state).update(**changes):
        raise WrongState(
            "这项认领刚刚有人办理过，请刷新页面查看最新情况。", code="pledges.was_faster"
        )
    note(pledge, verb, by=by, at=at, words=words)
    pledge.refresh_from_db(fields=list(changes))
    return pledge


def give_back(pledge: Pledge) -> None:
    """Let others take on what this pledge held; call it right after the step that ends it."""
    Need.objects.filter(pk=pledge.need_id).update(taken=F("taken") - pledge.amount)


def note(
    pledge: Pledge, verb: str, *, by: User | None, at: datetime, words: str = "", **more: Any
) -> None:
    """Write down what happened: with its words for the page, with numbers for the journal."""
    Move.objects.create(pledge=pledge, verb=verb, at=at, by=by, words=words)
    record(f"pledges.{verb}", pledge, by=by, at=at, amount=pledge.amount, **more)


def refuse_own(pledge: Pledge, by: User) -> None:
    """Refuse that somebody decides about what they promised themself.

    :raises NotAllowed: when they did.
    """
    if pledge.pledged_by_id == by.pk:
        raise NotAllowed("这是您自己的认领，请由同事办理。", code="pledges.own")
