"""Experts: invite them, let them score what they have read, or step back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, roles_with
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.awards import rules
from voluncity.honor.awards.actions.steps import refuse_unless
from voluncity.honor.awards.models import (
    Judge,
    Nomination,
    Point,
    Review,
    Selection,
    SelectionMove,
)
from voluncity.honor.awards.queries.reviewing import hints
from voluncity.honor.awards.states import REVIEW_FLOW, NominationState, Phase, ReviewState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words

REVIEWED_IN = (Phase.NOMINATING, Phase.REVIEWING, Phase.VOTING, Phase.CLOSING)
_MOST = 100


@transaction.atomic
def add_judge(*, selection: Selection, user: User, by: User, at: datetime) -> Judge:
    """Invite an expert to review everybody who takes part.

    :raises NotAllowed: for oneself, or somebody who is no expert.
    :raises Refusal: when the expert is invited already.
    :raises WrongState: when reviews are over.
    """
    refuse_unless(selection, Phase.COMING, *REVIEWED_IN, today=local_date(at), doing="邀请专家")
    if user.pk == by.pk:
        raise NotAllowed("不能邀请自己评审，请由同事办理。", code="awards.own_judge")
    experts = [str(role) for role in roles_with(Permission.AWARD_JUDGE)]
    if not Grant.objects.filter(user=user, role__in=experts, revoked_at=None).exists():
        raise NotAllowed("这个账号不是评审专家，请先分配“评审专家”角色。", code="awards.no_expert")
    try:
        with transaction.atomic():
            judge = Judge.objects.create(selection=selection, user=user, added_at=at, added_by=by)
    except IntegrityError:
        raise Refusal("这位专家已经邀请过了。", code="awards.judge_twice", field="user") from None
    record("awards.add_judge", judge, by=by, at=at, user=user.pk, selection=selection.pk)
    open_reviews(selection=selection)
    return judge


@transaction.atomic
def remove_judge(*, judge: Judge, reason: str, by: User, at: datetime) -> None:
    """Let an expert go; their scores do not count any more.

    :raises BadInput: without a reason.
    :raises WrongState: when the results are computed, or the expert has gone.
    """
    refuse_unless(
        judge.selection, Phase.COMING, *REVIEWED_IN, today=local_date(at), doing="调整专家"
    )
    said = rules.reason_words(reason)
    if not Judge.objects.filter(pk=judge.pk, removed_at=None).update(removed_at=at):
        raise WrongState("这位专家已经退出。", code="awards.judge_gone")
    SelectionMove.objects.create(
        selection=judge.selection, verb="remove_judge", at=at, by=by, words=f"{judge.user}：{said}"
    )
    record("awards.remove_judge", judge, by=by, at=at, selection=judge.selection_id)


def open_reviews(*, selection: Selection) -> None:
    """Give every expert everybody who takes part; what is there already stays."""
    judges = list(selection.judges.filter(removed_at=None))
    nominees = Nomination.objects.filter(
        category__selection=selection, state=NominationState.ADMITTED
    )
    known = set(Review.objects.filter(judge__in=judges).values_list("judge_id", "nomination_id"))
    Review.objects.bulk_create(
        [
            Review(judge=judge, nomination=nominee)
            for nominee in nominees
            for judge in judges
            if (judge.pk, nominee.pk) not in known
        ],
        ignore_conflicts=True,
    )


@dataclass(frozen=True)
class Scores:
    """What an expert gives: points to 100 for each criterion, of the version that was read."""

    version: int
    points: Mapping[int, int]  # criterion, points
    comment: str
    is_independent: bool


@transaction.atomic
def score(*, review: Review, said: Scores, by: User, at: datetime) -> Review:
    """Hand a review in; until the time is over it may be changed by its author.

    :raises BadInput: when a criterion is missing, out of its limits, or independence not declared.
    :raises NotAllowed: when the expert is too close to the nominee, or it is another's review.
    :raises WrongState: when the story has changed since it was read, or the time is over.
    """
    nomination = review.nomination
    _refuse_wrong_hands(review, by, at)
    if not said.is_independent:
        raise BadInput("请确认您和推荐对象没有利害关系；有的，请回避。", field="is_independent")
    blocking = [one for one in hints(by, nomination, on=local_date(at)) if one.is_blocking]
    if blocking:
        raise NotAllowed(f"{blocking[0].words}，请回避。", code="awards.too_close")
    given = _checked(nomination.category.selection, said)
    total = rules.review_points([(weight, points) for _, weight, points in given])
    comment = words(said.comment, "comment", "评语", rules.COMMENT_MOST, wanted=False, long=True)
    target = REVIEW_FLOW.after("score", review.state)
    same = Nomination.objects.filter(
        pk=nomination.pk, version=said.version, state=NominationState.ADMITTED
    )
    if not same.exists():
        raise WrongState("材料刚刚改过，请重新阅读后再评分。", code="awards.newer_version")
    _write(review, said.version, total, comment, target, at)
    Point.objects.filter(review=review).delete()
    Point.objects.bulk_create(
        Point(review=review, criterion_id=pk, points=points) for pk, _, points in given
    )
    record("awards.score", review, by=by, at=at, nomination=nomination.pk, version=said.version)
    return review


def _write(
    review: Review, version: int, total: int, comment: str, target: str, at: datetime
) -> None:
    mine = Review.objects.filter(pk=review.pk, state=review.state)
    if not mine.update(state=target, version=version, points=total, comment=comment, done_at=at):
        raise WrongState("这份评审刚刚改过，请刷新页面。", code="awards.was_faster")
    review.refresh_from_db(fields=["state", "version", "points", "comment", "done_at"])


def _checked(selection: Selection, said: Scores) -> list[tuple[int, int, int]]:
    """Return (criterion, weight, points) for every criterion."""
    found = []
    for criterion in selection.criteria.all():
        points = said.points.get(criterion.pk)
        if points is None or not 0 <= points <= _MOST:
            raise BadInput(
                f"“{criterion.title}”请填写 0 到 {_MOST} 的整数。", field=f"points_{criterion.pk}"
            )
        found.append((criterion.pk, criterion.weight, points))
    return found


def _refuse_wrong_hands(review: Review, by: User, at: datetime) -> None:
    if review.judge.user_id != by.pk or review.judge.removed_at is not None:
        raise NotAllowed("这份评审不是分给您的。", code="awards.not_yours")
    refuse_unless(review.judge.selection, *REVIEWED_IN, today=local_date(at), doing="评分")


@transaction.atomic
def recuse(*, review: Review, reason: str, by: User, at: datetime) -> Review:
    """Step back from a nominee to whom one is close; what was scored does not count.

    :raises BadInput: without a reason.
    :raises WrongState: when one has stepped back, or the time is over.
    """
    _refuse_wrong_hands(review, by, at)
    said = rules.reason_words(reason, label="回避的原因")
    target = REVIEW_FLOW.after("recuse", review.state)
    mine = Review.objects.filter(pk=review.pk, state=review.state)
    if not mine.update(
        state=target, points=None, version=None, comment=said[: rules.COMMENT_MOST], done_at=at
    ):
        raise WrongState("这份评审刚刚改过，请刷新页面。", code="awards.was_faster")
    Point.objects.filter(review=review).delete()
    record("awards.recuse", review, by=by, at=at, nomination=review.nomination_id)
    review.state = ReviewState(target)
    return review
