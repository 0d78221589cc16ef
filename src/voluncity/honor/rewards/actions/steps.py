"""Take one step of a table: the update decides, history and journal follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.rewards.models import Merchant, Move, Offer
from voluncity.kernel.flow import Flow
from voluncity.kernel.refusals import NotAllowed, WrongState

TOO_SLOW = "刚刚有人办理过，请刷新页面查看最新情况。"


def step(row: Any, flow: Flow, verb: str, **changes: Any) -> None:
    """Take one step, if the row still is in the state in which it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = flow.after(verb, row.state)
    if not type(row).objects.filter(pk=row.pk, state=row.state).update(**changes):
        raise WrongState(TOO_SLOW, code="rewards.was_faster")
    row.refresh_from_db(fields=list(changes))


def note(
    merchant: Merchant,
    verb: str,
    *,
    by: models.Model | None,
    at: datetime,
    offer: Offer | None = None,
    words: str = "",
) -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    who = by.pk if by else None
    Move.objects.create(merchant=merchant, offer=offer, verb=verb, at=at, by_id=who, words=words)
    record(f"rewards.{verb}", offer or merchant, by=by, at=at, merchant=merchant.pk)


def refuse_own(author_id: int | None, by: User) -> None:
    """Refuse that somebody decides about what they handed in themself.

    :raises NotAllowed: when they did.
    """
    if author_id == by.pk:
        raise NotAllowed("这是您自己提交的，请由另一位工作人员审核。", code="rewards.own_case")
