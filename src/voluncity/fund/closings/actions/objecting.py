"""The organization takes a result, or objects once; another person answers."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.steps import (
    note,
    refuse_own,
    said,
    take,
    turn,
)
from voluncity.fund.closings.models import Closing, Objection, Result
from voluncity.fund.closings.rules import LONG_MOST, scoring
from voluncity.fund.closings.states import ClosingState, ScorerState
from voluncity.fund.grants.states import Waits
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState

C = ClosingState


@transaction.atomic
def take_result(*, closing: Closing, by: User, at: datetime) -> Closing:
    """Say that one has nothing against the result: nobody waits for the time to be over.

    :raises WrongState: when there is none, or it was answered already.
    """
    take(closing, C.EVALUATED)
    if closing.taken_at is not None or Objection.objects.filter(closing=closing).exists():
        raise WrongState("已经表示过意见，不用再办理。", code="closings.answered")
    Closing.objects.filter(pk=closing.pk).update(taken_at=at, changed_at=at, changed_by=by)
    closing.refresh_from_db()
    note(closing, "take", by=by, at=at)
    turn(closing, Waits.OFFICE, at=at)
    return closing


@transaction.atomic
def object_to(*, closing: Closing, words: str, by: User, at: datetime) -> Objection:
    """Object to the result, once, within its time.

    :raises BadInput: without words.
    :raises WrongState: when it is too late, was taken, or one has objected before.
    """
    text = said(words, "异议", most=LONG_MOST)
    take(closing, C.EVALUATED)
    result = closing.result
    assert result is not None  # noqa: S101 -- the database says so
    if closing.taken_at is not None:
        raise WrongState("已经认可评估结果，不能再提出异议。", code="closings.answered")
    if local_date(at) > result.object_until:
        raise WrongState(
            f"异议期限到 {result.object_until:%Y-%m-%d}，已经过了。", code="closings.too_late"
        )
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                closing=closing, against=result, words=text, made_at=at, made_by=by
            )
    except IntegrityError as error:
        raise WrongState("只能提出一次异议。", code="closings.once") from error
    note(closing, "object", by=by, at=at, words=text)
    turn(closing, Waits.OFFICE, at=at)
    return made


@transaction.atomic
def answer_objection(
    *, closing: Closing, is_right: bool, points: int | None, words: str, by: User, at: datetime
) -> Objection:
    """Answer an objection: the result stays, or another one takes its place.

    :raises BadInput: without words, or without the new points.
    :raises NotAllowed: when one evaluated or published it oneself.
    :raises WrongState: when there is none that waits.
    """
    refuse_own(closing.funding, by)
    text = said(words, "答复", most=LONG_MOST)
    take(closing, C.EVALUATED)
    first = closing.result
    assert first is not None  # noqa: S101 -- the database says so
    if by.pk == first.made_by_id or by.pk in evaluators(closing):
        raise NotAllowed(
            "评分或公布结果的人不能答复异议，请由另一位同事办理。", code="closings.own_result"
        )
    waits = Objection.objects.filter(closing=closing, answered_at=None)
    if not waits.update(answer=text, is_right=is_right, answered_at=at, answered_by=by):
        raise WrongState("没有等待答复的异议，请刷新页面。", code="closings.was_faster")
    if is_right:
        second = _second(closing, first, points, text, by=by, at=at)
        Closing.objects.filter(pk=closing.pk).update(result=second)
    Closing.objects.filter(pk=closing.pk).update(changed_at=at, changed_by=by)
    closing.refresh_from_db()
    note(closing, "revise" if is_right else "uphold", by=by, at=at, words=text)
    return Objection.objects.get(closing=closing)


def _second(
    closing: Closing, first: Result, points: int | None, words: str, *, by: User, at: datetime
) -> Result:
    if points is None or not 0 <= points <= scoring.POINTS_MOST:
        raise BadInput("请填写更改后的得分，0 到 100 的整数。", field="points")
    total = points * 100
    if total == first.score:
        raise BadInput("得分没有变化，请选择维持原结果。", field="points")
    # By the numbers of the day on which the first was published.
    level = scoring.level(total, queries.ladder(local_date(first.made_at)))
    return Result.objects.create(
        closing=closing, number=2, score=total, level=level, words=words,
        object_until=first.object_until, made_at=at, made_by=by,
    )  # fmt: skip


def evaluators(closing: Closing) -> set[int]:
    """Return who has given points."""
    scored = closing.scorers.filter(state=ScorerState.SCORED)
    return set(scored.values_list("user", flat=True))
