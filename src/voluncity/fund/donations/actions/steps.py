"""Take one step of a table: the update decides."""

from __future__ import annotations

from typing import Any

from voluncity.city.people.models import User
from voluncity.kernel.flow import Flow
from voluncity.kernel.refusals import NotAllowed, WrongState

TOO_SLOW = "刚刚有人办理过，请刷新页面查看最新情况。"


def step(row: Any, flow: Flow, verb: str, **changes: Any) -> None:
    """Take one step, if the row still is in the state in which it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = flow.after(verb, row.state)
    if not type(row).objects.filter(pk=row.pk, state=row.state).update(**changes):
        raise WrongState(TOO_SLOW, code="donations.was_faster")
    row.refresh_from_db()


def refuse_own(author_id: int | None, by: User, sentence: str) -> None:
    """Refuse that somebody decides about what they did themself.

    :raises NotAllowed: when they did.
    """
    if author_id == by.pk:
        raise NotAllowed(sentence, code="donations.own_case")
