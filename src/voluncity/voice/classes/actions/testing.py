"""The short test: questions are drawn, answers judged, and who passes gets the certificate."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, TooMany, WrongState
from voluncity.service.training import actions as training
from voluncity.service.training.models import TrainingRecord
from voluncity.voice.classes import queries, rules
from voluncity.voice.classes.models import Attempt, Progress, Question, Revision


@transaction.atomic
def start_test(*, revision: Revision, by: User, at: datetime) -> Attempt:
    """Draw questions from the bank; a test that was begun today and not handed in goes on.

    :raises NotAllowed: when a certificate would have nobody to go to.
    :raises Refusal: before all chapters are read, without questions, or when it is passed.
    :raises TooMany: when today's tries are used up.
    """
    today = local_date(at)
    if (begun := queries.open_attempt(by, revision, on=today)) is not None:
        return begun
    standing = queries.standing(by, revision, queries.pages_of(revision), at=at)
    if standing.is_valid:
        raise Refusal("您已经通过这门微课的测验，不用再测了。", code="classes.passed")
    if not standing.is_read:
        left = standing.chapters - standing.done
        raise Refusal(f"还有 {left} 章没有学完，学完再来测验。", code="classes.not_read")
    if (refusal := queries.why_not(by, revision, at=at)) is not None:
        raise refusal
    if standing.attempts_today >= revision.tries:
        raise TooMany(f"今天的 {revision.tries} 次已经用完，请明天再测。", code="classes.tries")
    bank = list(revision.questions.values_list("pk", flat=True))
    if not bank:
        raise Refusal("这门微课没有测验，学完就可以了。", code="classes.no_questions")
    drawn = secrets.SystemRandom().sample(bank, min(revision.draws, len(bank)))
    made = Attempt(
        user=by, revision=revision, micro_class_id=revision.micro_class_id, day=today,
        number=standing.attempts_today + 1, started_at=at, drawn=drawn,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # pressed twice in the same moment
        raise WrongState("测验已经开始，请刷新页面。", code="classes.started") from None
    return made


def questions_of(attempt: Attempt) -> list[Question]:
    """Return the questions of a test in the order in which they were drawn."""
    found = Question.objects.in_bulk(attempt.drawn)
    return [found[pk] for pk in attempt.drawn]


@transaction.atomic
def hand_in(
    *, attempt: Attempt, answers: Mapping[int, Sequence[int]], by: User, at: datetime
) -> Attempt:
    """Judge a test; `answers` holds the chosen places by question.

    :raises BadInput: when a question is not answered, or by an option that it does not have.
    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it was handed in before, or another day has begun.
    """
    if attempt.user_id != by.pk:
        raise NotFound("没有找到这次测验，请从微课里进入。")
    if attempt.day != local_date(at):
        raise WrongState("这次测验已经过期，请重新开始。", code="classes.over")
    questions = questions_of(attempt)
    for number, one in enumerate(questions, 1):
        chosen = answers.get(one.pk) or ()
        if not chosen:
            raise BadInput(f"第 {number} 题还没有选择答案，请选好后再提交。", field=f"q{one.pk}")
        if any(not 0 <= place < len(one.options) for place in chosen):
            raise BadInput(f"第 {number} 题没有这个选项，请重新选择。", field=f"q{one.pk}")
    right = sum(rules.is_right(one.right, answers[one.pk]) for one in questions)
    percent = rules.percent(right, len(questions))
    is_passed = percent >= attempt.revision.pass_percent
    same = Attempt.objects.filter(pk=attempt.pk, finished_at=None)
    if not same.update(
        finished_at=at, percent=percent, is_passed=is_passed,
        answers={str(one.pk): sorted(set(answers[one.pk])) for one in questions},
    ):  # fmt: skip
        raise WrongState("这次测验已经交卷，请查看结果。", code="classes.handed_in")
    attempt.refresh_from_db()
    record(
        "classes.hand_in", attempt, by=by, at=at,
        micro_class=attempt.micro_class_id, percent=percent, is_passed=is_passed,
    )  # fmt: skip
    if is_passed:
        _passed(attempt, by=by, at=at)
    return attempt


def _passed(attempt: Attempt, *, by: User, at: datetime) -> None:
    """Give the certificate, where the class gives one; it is the one that conditions ask for."""
    Progress.objects.filter(user=by, micro_class=attempt.micro_class_id, passed_at=None).update(
        passed_at=at
    )
    revision, volunteer = attempt.revision, by.volunteer_or_none
    if revision.course_id is None or volunteer is None or volunteer.closed_at is not None:
        return
    minutes = revision.pages.aggregate(all=Sum("minutes"))["all"] or 1
    made: TrainingRecord = training.record_learned(
        course_id=revision.course_id, volunteer_id=volunteer.pk,
        organization_id=revision.micro_class.organization_id, passed_on=local_date(at),
        minutes=min(minutes, training.MAX_MINUTES), by=None, at=at,
    )  # fmt: skip
    Attempt.objects.filter(pk=attempt.pk).update(record=made)
    attempt.refresh_from_db()
