"""What came of an application: the review of the fund says so when a decision has its effect."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.fund.calls.actions.checking import refuse_unread
from voluncity.fund.calls.actions.steps import said, step
from voluncity.fund.calls.models import Application


@transaction.atomic
def award(
    *, application: Application, submission_id: int, by: User | None, at: datetime
) -> Application:
    """Let an application become a funded project; its number stays.

    :raises WrongState: when it is not accepted any more, or something newer was handed in.
    """
    refuse_unread(application, submission_id)
    return step(application, "award", by=by, at=at)


@transaction.atomic
def refuse(
    *, application: Application, submission_id: int, words: str, by: User | None, at: datetime
) -> Application:
    """End an application that gets no money, with the reason.

    :raises BadInput: without a reason.
    :raises WrongState: when it is not accepted any more, or something newer was handed in.
    """
    refuse_unread(application, submission_id)
    reason = said(words, "不予资助的原因")
    return step(application, "refuse", by=by, at=at, words=reason, reason=reason)
