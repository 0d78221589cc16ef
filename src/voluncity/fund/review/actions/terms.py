"""What time does: a word to experts before the end, what could not take effect is tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from voluncity.city.inbox import actions as inbox
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.fund.review import queries
from voluncity.fund.review.actions.deciding import retry_effects
from voluncity.fund.review.actions.steps import hold, note_review
from voluncity.fund.review.models import Place, Review
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal


def keep_terms(*, at: datetime) -> int:
    """Remind experts before the end, and try what could not take effect; return how many did."""
    days = policy.number("review.remind_days", on=local_date(at))
    soon = queries.owed(at=at).filter(review__due_at__lte=at + timedelta(days=days))
    _remind(soon, f"due:{local_date(at)}", at=at)
    return retry_effects(at=at)


@transaction.atomic
def remind(*, review: Review, by: User, at: datetime) -> int:
    """Remind every expert who still owes a score; return how many people were told.

    :raises Refusal: when nobody owes one.
    :raises WrongState: when scoring is over.
    """
    hold(review)
    told = _remind(queries.owed(at=at).filter(review=review), f"office:{at:%Y%m%d%H%M}", at=at)
    if not told:
        raise Refusal("没有需要提醒的专家。", code="review.nobody_owes")
    note_review(review, "remind", by=by, at=at, words=f"提醒 {told} 位专家", people=told)
    return told


def _remind(places: Iterable[Place], key: str, *, at: datetime) -> int:
    owed = list(places)
    counted = Counter((one.review_id, one.expert_id) for one in owed)
    reviews = {one.review_id: one.review for one in owed}
    for (review_id, expert_id), number in counted.items():
        review = reviews[review_id]
        inbox.send(
            user_id=expert_id, key=f"review:{key}:{review_id}:{expert_id}", at=at,
            title="基金评审还没有完成", url="/fund/review/tasks/",
            body=f"{review.call}：还有 {number} 份申报等您评分，截止到 {review.due_text}。",
        )  # fmt: skip
    return len(counted)
