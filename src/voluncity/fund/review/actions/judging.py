"""An expert: declare, save what is thought so far, hand it in once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.review import queries
from voluncity.fund.review.actions.seating import leave
from voluncity.fund.review.actions.steps import hold
from voluncity.fund.review.models import Mark, Opinion, Place, Review
from voluncity.fund.review.models.opinions import POINTS_MOST
from voluncity.fund.review.rules import Criterion, criteria_of, total
from voluncity.fund.review.rules.criteria import said
from voluncity.fund.review.states import PLACE_FLOW, PlaceState
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, WrongState
from voluncity.kernel.text import words as clean_words

WORDS_MOST, REMARK_MOST, WORDS_LEAST = 1000, 300, 5


def _take(place: Place, by: User, at: datetime) -> None:
    """Take a place of an open review in its expert's hands.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when scoring is over, or the application is not reviewed any more.
    """
    if place.expert_id != by.pk or place.state == PlaceState.RELEASED:
        raise NotFound("没有找到分给您的这份材料，请从评审任务里重新打开。")
    hold(place.review)
    place.refresh_from_db(fields=["state"])
    if not queries.is_open(place, at=at) or queries.is_decided(place.application_id):
        raise WrongState(
            "评分期限已过，或这份申报已不在评审中。确需补评的，请联系基金办公室。",
            code="review.too_late",
        )


def _refuse_tied(place: Place, by: User) -> None:
    """Let nobody read or score what they themselves applied for, whenever that came about.

    :raises NotAllowed: when one acts for the organization.
    """
    found = queries.hints([place.application], [by]).get((place.application_id, by.pk), [])
    if any(one.is_blocking for one in found):
        raise NotAllowed("您代这个组织办理过申报，请选择回避。", code="review.too_close")


@transaction.atomic
def declare_none(*, place: Place, by: User, at: datetime) -> Place:
    """Declare that nothing connects one with the organization; only then the material opens.

    :raises NotAllowed: when one acts for the organization.
    :raises NotFound: when it is somebody else's.
    :raises WrongState: when one has declared, or the time is over.
    """
    _take(place, by, at)
    _refuse_tied(place, by)
    target = PLACE_FLOW.after("declare_none", place.state)
    same = Place.objects.filter(pk=place.pk, state=place.state)
    if not same.update(state=target, declared_at=at):
        raise WrongState("这份声明刚刚提交过，请刷新页面。", code="review.was_faster")
    place.refresh_from_db(fields=["state", "declared_at"])
    record("review.declare_none", place, by=by, at=at, application=place.application_id)
    return place


@transaction.atomic
def declare_conflict(*, place: Place, words: str, by: User, at: datetime) -> Place:
    """Step back from an application; the place is free for somebody else.

    :raises BadInput: without a reason.
    :raises NotFound: when it is somebody else's.
    :raises WrongState: when one has left, or the time is over.
    """
    _take(place, by, at)
    leave(place, "declare", reason=said(words, "利害关系"), by=by, at=at)
    return place


@dataclass(frozen=True)
class Scores:
    """What an expert writes about the submission that they read; none: not scored yet."""

    submission_id: int
    points: Mapping[str, int | None]
    remarks: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


@transaction.atomic
def save_opinion(*, place: Place, scores: Scores, seen: int, by: User, at: datetime) -> Opinion:
    """Keep a draft; nobody else sees it.

    `seen` is the edition of the draft that the page was drawn from, 0 without one.
    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when one acts for the organization by now.
    :raises NotFound: when it is somebody else's.
    :raises WrongState: when nothing was declared, the material is newer, it was handed in, or the
        draft changed meanwhile.
    """
    _take(place, by, at)
    _refuse_tied(place, by)
    criteria = _refuse_unread(place, scores)
    return _write(place, criteria, scores, seen=seen, at=at)


@transaction.atomic
def submit_opinion(*, place: Place, scores: Scores, seen: int, by: User, at: datetime) -> Opinion:
    """Hand scores in; they stay as they are.

    :raises BadInput: when a criterion has no points, or nothing is said about the whole.
    :raises NotAllowed: when one acts for the organization by now.
    :raises NotFound: when it is somebody else's.
    :raises WrongState: as for `save_opinion`.
    """
    _take(place, by, at)
    _refuse_tied(place, by)
    criteria = _refuse_unread(place, scores)
    opinion = _write(place, criteria, scores, seen=seen, at=at)
    given: dict[str, int] = {}
    for one in criteria:
        points = scores.points.get(one.key)
        if points is None:
            raise BadInput(f"“{one.title}”还没有打分。", field=f"points_{one.key}")
        given[one.key] = points
    if len(opinion.words) < WORDS_LEAST:
        raise BadInput(f"请写总体评语，至少 {WORDS_LEAST} 个字。", field="words")
    sum_of = total(criteria, given)
    Opinion.objects.filter(pk=opinion.pk).update(total=sum_of, submitted_at=at)
    opinion.refresh_from_db()
    record(
        "review.submit_opinion", opinion, by=by, at=at, application=place.application_id,
        submission=scores.submission_id,
    )  # fmt: skip
    return opinion


def _refuse_unread(place: Place, scores: Scores) -> tuple[Criterion, ...]:
    """Return the criteria, when the expert may read and has read what counts now."""
    if place.state != PlaceState.READING:
        PLACE_FLOW.after("declare_none", place.state)
        raise WrongState("请先声明有没有利害关系，再评分。", code="review.not_declared")
    if place.application.current_id != scores.submission_id:
        raise WrongState(
            "申报组织重新提交了材料，请阅读新的材料后再评分；原来的评分不计入。",
            code="review.newer_submission",
        )
    if place.review.criteria is None:
        raise WrongState("评分标准还没有确定，请联系基金办公室。", code="review.no_criteria")
    return criteria_of(place.review.criteria.content)


def _write(
    place: Place, criteria: tuple[Criterion, ...], scores: Scores, *, seen: int, at: datetime
) -> Opinion:
    words = clean_words(scores.words, "words", "总体评语", WORDS_MOST, wanted=False, long=True)
    marks = [_mark(one, scores) for one in criteria]
    opinion = _draft(place, seen=seen, at=at, words=words)
    opinion.marks.all().delete()
    for mark in marks:
        mark.opinion = opinion
    Mark.objects.bulk_create(marks)
    _freeze(place.review, place.review.criteria_id, at=at)
    return opinion


def _mark(one: Criterion, scores: Scores) -> Mark:
    points = scores.points.get(one.key)
    if points is not None and not 0 <= points <= POINTS_MOST:
        raise BadInput(
            f"“{one.title}”请填写 0 到 {POINTS_MOST} 的整数。", field=f"points_{one.key}"
        )
    remark = clean_words(
        scores.remarks.get(one.key, ""), f"remark_{one.key}", "评语", REMARK_MOST, wanted=False,
        long=True,
    )  # fmt: skip
    return Mark(key=one.key, points=points, remark=remark)


def _draft(place: Place, *, seen: int, at: datetime, words: str) -> Opinion:
    """Return the draft with its next edition; of two windows the second one is told."""
    if seen == 0:
        opinion, is_new = Opinion.objects.get_or_create(
            place=place, submission=place.application.current,
            defaults={
                "criteria_id": place.review.criteria_id or 0, "words": words, "saved_at": at,
            },
        )  # fmt: skip
        if is_new:
            return opinion
    same = place.opinions.filter(
        submission=place.application.current_id, edition=seen, submitted_at=None
    )
    if not same.update(edition=F("edition") + 1, words=words, saved_at=at):
        raise WrongState(
            "这份评分已经提交，或在另一个窗口改过，请刷新页面查看。", code="review.was_faster"
        )
    found: Opinion = place.opinions.get(submission=place.application.current_id)
    return found


def _freeze(review: Review, criteria_id: int | None, *, at: datetime) -> None:
    """Freeze what is scored by with the first score.

    :raises WrongState: when the office changed it this moment.
    """
    if not Review.objects.filter(pk=review.pk, criteria=criteria_id).exists():
        raise WrongState("评分标准刚刚变过，请刷新页面。", code="review.was_faster")
    Review.objects.filter(pk=review.pk, scored_since=None).update(scored_since=at)
