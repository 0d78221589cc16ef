"""Evaluate: people without ties give points, the office publishes what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.standards import standard_for
from voluncity.fund.closings.actions.steps import (
    hold,
    note,
    refuse_own,
    said,
    step,
    take,
    turn,
)
from voluncity.fund.closings.actions.writing import waits_of
from voluncity.fund.closings.models import Closing, Mark, Result, Scorer, Visit
from voluncity.fund.closings.rules import LONG_MOST, scoring
from voluncity.fund.closings.states import ClosingState, ScorerState, StandardKind, VisitState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, WrongState

C, S = ClosingState, ScorerState
SCORERS_MOST = 9


@transaction.atomic
def appoint(*, closing: Closing, user_id: int, by: User, at: datetime) -> Scorer:
    """Ask somebody to evaluate, by the criteria that hold today.

    :raises BadInput: when they belong to the organization, are oneself, or asked already.
    :raises WrongState: when the report was not accepted, or the result is out.
    """
    refuse_own(closing.funding, by)
    if user_id == by.pk:
        raise BadInput("不能请自己评估，请由另一位同事安排。", field="user")
    if not queries.may_score(closing.funding).filter(pk=user_id).exists():
        raise BadInput("这个人和受资助方有关系，或者不是基金的工作人员和专家。", field="user")
    take(closing, C.ACCEPTED)
    if closing.scorers.count() >= SCORERS_MOST:
        raise BadInput(f"最多请 {SCORERS_MOST} 人评估。", field="user")
    standard = standard_for(closing.funding.fund, StandardKind.SCORE, by=None, at=at)
    first = closing.scorers.select_related("standard").first()
    try:
        with transaction.atomic():
            made = Scorer.objects.create(
                closing=closing, user_id=user_id, asked_at=at, asked_by=by,
                standard=first.standard if first else standard,  # all by the same
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("这个人已经在评估名单里。", field="user") from error
    note(closing, "appoint", by=by, at=at, scorer=made.pk)
    return made


@transaction.atomic
def dismiss(*, closing: Closing, scorer_id: int, by: User, at: datetime) -> None:
    """Take somebody off the list who has not answered.

    :raises NotFound: when there is no such person.
    :raises WrongState: when they have answered.
    """
    refuse_own(closing.funding, by)
    take(closing, C.ACCEPTED)
    found = closing.scorers.filter(pk=scorer_id).first()
    if found is None:
        raise NotFound("评估名单里没有这个人，请刷新页面。")
    deleted, _ = closing.scorers.filter(pk=scorer_id, state=S.ASKED).delete()
    if not deleted:
        raise WrongState("这个人已经评分或回避，不能取消。", code="closings.answered")
    note(closing, "dismiss", by=by, at=at, user=found.user_id)


def _own_place(closing: Closing, by: User) -> Scorer:
    """Return the asker's own place among those who evaluate.

    :raises NotAllowed: when they were not asked, or have ties.
    """
    found: Scorer | None = closing.scorers.filter(user=by).select_related("standard").first()
    if found is None:
        raise NotAllowed("没有请您评估这个项目。", code="closings.not_asked")
    return found


@transaction.atomic
def recuse(*, closing: Closing, words: str, by: User, at: datetime) -> Scorer:
    """Step back because of ties.

    :raises BadInput: without a reason.
    :raises WrongState: when one has scored.
    """
    reason = said(words, "回避的原因")
    take(closing, C.ACCEPTED)
    place = _own_place(closing, by)
    _answer(place, state=S.RECUSED, words=reason, answered_at=at)
    note(closing, "recuse", by=by, at=at, scorer=place.pk)
    return place


@transaction.atomic
def score(
    *, closing: Closing, points: Mapping[int, int], words: str, by: User, at: datetime
) -> Scorer:
    """Give points for every criterion, with words; once and for good.

    :raises BadInput: when a criterion has none or too many, or nothing is said.
    :raises NotAllowed: when one was not asked, or belongs to the organization by now.
    :raises WrongState: when one has answered, or the result is out.
    """
    refuse_own(closing.funding, by)
    text = said(words, "评语")
    take(closing, C.ACCEPTED)
    place = _own_place(closing, by)
    items = {one.pk: one for one in place.standard.items.all()}
    for pk, item in items.items():
        if not 0 <= points.get(pk, -1) <= scoring.POINTS_MOST:
            raise BadInput(f"“{item.text}”请填写 0 到 100 的整数。", field=f"points{pk}")
    given = {pk: points[pk] for pk in items}
    total = scoring.weighted(given, {pk: item.weight for pk, item in items.items()})
    _answer(place, state=S.SCORED, score=total, words=text, answered_at=at)
    Mark.objects.bulk_create(
        Mark(scorer=place, item=items[pk], points=number) for pk, number in given.items()
    )
    note(closing, "score", by=by, at=at, scorer=place.pk)
    return place


def _answer(place: Scorer, **changes: object) -> None:
    if not Scorer.objects.filter(pk=place.pk, state=S.ASKED).update(**changes):
        raise WrongState("您已经办理过，不能再改。", code="closings.answered")
    place.refresh_from_db()


@transaction.atomic
def publish(*, closing: Closing, words: str, seen: int, by: User, at: datetime) -> Result:
    """Publish what the evaluation comes to, with reasons; the organization may object once.

    :raises BadInput: without reasons.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: while scores or a visit are missing, or when somebody was faster.
    """
    refuse_own(closing.funding, by)
    hold(closing, seen)
    reasons = said(words, "理由", most=LONG_MOST)
    refuse_unready(closing, at=at)
    today = local_date(at)
    scores = list(closing.scorers.filter(state=S.SCORED).values_list("score", flat=True))
    total = scoring.mean([one for one in scores if one is not None])
    made = Result.objects.create(
        closing=closing, number=1, score=total, level=scoring.level(total, queries.ladder(today)),
        words=reasons, object_until=queries.object_until(today), made_at=at, made_by=by,
    )  # fmt: skip
    step(closing, "publish", by=by, at=at, words=reasons, result=made)
    turn(closing, waits_of(closing.funding), at=at)
    return made


def refuse_unready(closing: Closing, *, at: datetime) -> None:
    """Let no result be published before everybody was heard.

    :raises WrongState: with what is missing.
    """
    missing = unready(closing, at=at)
    if missing:
        raise WrongState(f"还不能公布：{'；'.join(missing)}。", code="closings.not_ready")


def unready(closing: Closing, *, at: datetime) -> list[str]:
    """Return what is missing before a result can be published."""
    found = []
    visit = Visit.objects.filter(
        closing=closing, state__in=[VisitState.PLANNED, VisitState.RECORDED]
    ).first()
    if visit is not None and visit.state == VisitState.PLANNED:
        found.append("现场评估还没有登记")
    elif visit is not None:
        until = queries.answer_until(visit)
        if until is not None and local_date(at) <= until:
            found.append(f"等组织确认现场评估记录，到 {until:%Y-%m-%d} 没有回复视为认可")
    elif queries.needs_visit(closing.funding, at=at) and not queries.was_visited(closing):
        found.append("这个项目需要现场评估，还没有安排")
    states = list(closing.scorers.values_list("state", flat=True))
    done, wanted = states.count(S.SCORED), queries.scorers_wanted(at=at)
    if done < wanted:
        found.append(f"至少要有 {wanted} 人评分，现在有 {done} 人")
    if S.ASKED in states:
        found.append("还有人没有评分")
    return found
