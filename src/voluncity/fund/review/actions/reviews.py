"""Open the review of a call, arrange it until somebody has scored, end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.people.models import User
from voluncity.fund.calls.models import Call
from voluncity.fund.calls.states import CallState
from voluncity.fund.review import queries
from voluncity.fund.review.actions.steps import note_review, review_step
from voluncity.fund.review.models import Criteria, Review
from voluncity.fund.review.rules import Criterion, ReviewPlan
from voluncity.fund.review.rules.criteria import content_of, criteria_of, refuse_far, said
from voluncity.fund.review.states import ReviewState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState


@transaction.atomic
def open_review(*, call: Call, plan: ReviewPlan, by: User, at: datetime) -> Review:
    """Begin the review of a call that is out.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the call is a draft, or has a review.
    """
    if call.state != CallState.OPEN:
        raise WrongState("申报通知还没有发布，不能启动评审。", code="review.draft_call")
    criteria = plan.checked(at=at)
    try:
        with transaction.atomic():
            review = Review.objects.create(
                call=call, experts_each=plan.experts_each, due_at=plan.due_at, opened_at=at,
                opened_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("这份通知的评审已经启动，请刷新页面。", code="review.twice") from None
    _write_criteria(review, criteria, by=by, at=at)
    note_review(review, "open", by=by, at=at)
    return review


def _write_criteria(
    review: Review, criteria: Sequence[Criterion], *, by: User, at: datetime
) -> None:
    """Keep a new version of what is scored by, unless it says the same as the last one."""
    now = review.criteria
    if now is not None and criteria_of(now.content) == tuple(criteria):
        return
    made = Criteria.objects.create(
        review=review, number=review.versions.count() + 1, content=content_of(criteria),
        made_at=at, made_by=by,
    )  # fmt: skip
    Review.objects.filter(pk=review.pk).update(criteria=made)
    review.criteria = made


@transaction.atomic
def change_review(*, review: Review, plan: ReviewPlan, seen: int, by: User, at: datetime) -> Review:
    """Arrange a review anew while nobody has scored; what was said before is kept.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when somebody has scored, scoring is over, or somebody was faster.
    """
    criteria = plan.checked(at=at)
    if not Review.objects.filter(pk=review.pk, scored_since=None).update(edition=F("edition")):
        raise WrongState(
            "已经有专家开始评分，评分标准和人数不能再改；期限可以推迟。", code="review.frozen"
        )
    review_step(
        review, "change", seen=seen, by=by, at=at, experts_each=plan.experts_each,
        due_at=plan.due_at,
    )  # fmt: skip
    _write_criteria(review, criteria, by=by, at=at)
    return review


@transaction.atomic
def postpone(
    *, review: Review, due_at: datetime, words: str, seen: int, by: User, at: datetime
) -> Review:
    """Give experts more time, with the reason.

    :raises BadInput: without a reason, or when it is no later.
    :raises WrongState: when scoring is over, or somebody was faster.
    """
    reason = said(words, "推迟的原因")
    if due_at <= review.due_at or due_at <= at:
        raise BadInput("新的截止时间应晚于原来的，也应晚于现在。", field="due_at")
    refuse_far(due_at, at=at)
    return review_step(review, "postpone", seen=seen, by=by, at=at, words=reason, due_at=due_at)


@transaction.atomic
def close_review(*, review: Review, words: str, seen: int, by: User, at: datetime) -> Review:
    """End scoring, so that the meeting can decide; with fewer scores than wanted, with a reason.

    :raises BadInput: when scores are missing and nothing is said about it.
    :raises WrongState: when it is over, nothing was scored, or somebody was faster.
    """
    found = queries.standings(review, on=local_date(at))
    if not any(one.done for one in found):
        raise WrongState("还没有专家提交评分，不能结束。", code="review.nothing_scored")
    lacking = sum(one.lacks > 0 for one in found if one.is_in_review)
    reason = words.strip()
    if lacking and not reason:
        raise BadInput(
            f"还有 {lacking} 项申报的评分不够 {review.experts_each} 份，请催办，"
            "或写明为什么现在结束。",
            field="words",
        )
    reason = said(words, "说明") if reason else ""
    return review_step(review, "close", seen=seen, by=by, at=at, words=reason, closed_at=at)


@transaction.atomic
def reopen_review(
    *, review: Review, due_at: datetime, words: str, seen: int, by: User, at: datetime
) -> Review:
    """Let experts score again what nobody has decided about; what is decided stays as it is.

    :raises BadInput: without a reason, or when the new end is not ahead.
    :raises WrongState: when all is decided, it is open, or somebody was faster.
    """
    reason = said(words, "恢复评分的原因")
    refuse_far(due_at, at=at)
    if review.state == ReviewState.CLOSED and not queries.undecided(review).exists():
        raise WrongState("在评的申报都已经登记了会议决定，不能恢复评分。", code="review.decided")
    return review_step(
        review, "reopen", seen=seen, by=by, at=at, words=reason, due_at=due_at, closed_at=None
    )
