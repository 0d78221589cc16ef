"""What the actions share: a step by a conditional update, its record, nobody's own case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.models import Application
from voluncity.fund.review.models import Decision, DecisionMove, Review, ReviewMove
from voluncity.fund.review.queries import is_expert_of
from voluncity.fund.review.states import DECISION_FLOW, REVIEW_FLOW, ReviewState
from voluncity.kernel.refusals import NotAllowed, WrongState


def review_step(
    review: Review, verb: str, *, seen: int, by: User, at: datetime, words: str = "", **changes: Any
) -> Review:
    """Take one step of a review, if it is still as it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = REVIEW_FLOW.after(verb, review.state)
    same = Review.objects.filter(pk=review.pk, state=review.state, edition=seen)
    if not same.update(edition=F("edition") + 1, **changes):
        raise WrongState("评审安排刚刚变过，请刷新页面后再办理。", code="review.was_faster")
    review.refresh_from_db(fields=["edition", *changes])
    note_review(review, verb, by=by, at=at, words=words)
    return review


def note_review(
    review: Review, verb: str, *, by: User | None, at: datetime, words: str = "", **data: Any
) -> None:
    """Write down what the office did with a review."""
    ReviewMove.objects.create(review=review, verb=verb, at=at, by=by, words=words)
    record(f"review.{verb}", ("fund_review", review.pk), by=by, at=at, call=review.call_id, **data)


def hold(review: Review) -> None:
    """Take the review's row while it is open: what is arranged or scored takes turns with its end.

    :raises WrongState: when scoring is over.
    """
    if not Review.objects.filter(pk=review.pk, state=ReviewState.OPEN).update(edition=F("edition")):
        raise WrongState("评分已经结束，不能再办理。请刷新页面。", code="review.closed")


def decision_step(
    decision: Decision,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    **changes: Any,
) -> Decision:
    """Take one step of a decision, if nobody has changed it since it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = DECISION_FLOW.after(verb, decision.state)
    same = Decision.objects.filter(pk=decision.pk, state=decision.state, edition=decision.edition)
    if not same.update(edition=F("edition") + 1, **changes):
        raise WrongState("这项决定刚刚有人办理过，请刷新页面。", code="review.was_faster")
    decision.refresh_from_db(fields=["edition", *changes])
    note_decision(decision, verb, by=by, at=at, words=words)
    return decision


def note_decision(
    decision: Decision, verb: str, *, by: User | None, at: datetime, words: str = ""
) -> None:
    """Write down what happened with a decision: its words for the page, ids for the journal."""
    DecisionMove.objects.create(decision=decision, verb=verb, at=at, by=by, words=words)
    record(
        f"review.{verb}", decision, by=by, at=at, application=decision.application_id,
        outcome=str(decision.outcome), fen=decision.awarded_fen,
    )  # fmt: skip


def refuse_own(application: Application, by: User) -> None:
    """Let nobody decide about an organization that they act or acted for, nor judge and decide.

    :raises NotAllowed: when they do, or when they are or were to score this application.
    """
    if by.pk in calls.speakers([application])[application.pk]:
        raise NotAllowed(
            "您可以代这个组织申报，不能办理它的评审和决定，请由另一位同事办理。",
            code="review.own_case",
        )
    if is_expert_of(application, by):
        raise NotAllowed(
            "您是这份申报的评审专家，或者已经回避，请由另一位同事办理。", code="review.is_expert"
        )
