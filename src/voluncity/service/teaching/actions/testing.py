"""Take the short test of a course; for who has no phone the trainer writes the result down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.teaching import queries
from voluncity.service.teaching.actions.settling import certificate, hold, rule_for, tell
from voluncity.service.teaching.models import Outcome, TestTry
from voluncity.service.teaching.states import OutcomeState


@transaction.atomic
def take_test(*, outcome_id: int, answers: Mapping[int, int], by: User, at: datetime) -> TestTry:
    """Answer all questions of the course; `answers` holds the chosen option by question.

    :raises BadInput: when a question is not answered.
    :raises Refusal: when the time is over.
    :raises WrongState: when no test is due.
    """
    outcome = _held(outcome_id)
    last = local_date(_test_until(outcome))
    if at > _test_until(outcome):
        raise Refusal(
            f"测验时间已过（{last.month}月{last.day}日截止），请联系举办单位。",
            code="teaching.test_over",
        )
    questions = list(queries.questions_of(outcome.session.course_id))
    if not questions:
        raise Refusal("这门课程的测验由讲师在现场进行，请联系讲师。", code="teaching.no_questions")
    missing = next((n for n, one in enumerate(questions, 1) if one.pk not in answers), None)
    if missing:
        raise BadInput(f"第 {missing} 题还没有选择答案，请选好后再提交。", field="answers")
    right = sum(answers[one.pk] == one.right for one in questions)
    return _tried(outcome, right * 100 // len(questions), entered_by=None, by=by, at=at)


@transaction.atomic
def enter_result(*, outcome_id: int, percent: int, by: User, at: datetime) -> TestTry:
    """Write down the result of a test on paper or aloud.

    :raises BadInput: outside 0 to 100.
    :raises Refusal: when it is one's own.
    :raises WrongState: when no test is due.
    """
    if not 0 <= percent <= 100:  # noqa: PLR2004 -- percent
        raise BadInput("得分应为 0 到 100 之间的整数，请修改。", field="percent")
    outcome = _held(outcome_id)
    if outcome.volunteer.user_id == by.pk:
        raise Refusal("不能登记自己的测验结果，请由同事登记。", code="teaching.own_result")
    return _tried(outcome, percent, entered_by=by, by=by, at=at)


def _held(outcome_id: int) -> Outcome:
    known = Outcome.objects.filter(pk=outcome_id).values_list("session", flat=True).first()
    if known is None:
        raise NotFound("没有找到这条培训结果，请刷新页面。")
    hold(known)
    found = Outcome.objects.select_related("session__activity__project", "volunteer")
    outcome: Outcome = found.get(pk=outcome_id)
    if outcome.state != OutcomeState.TEST:
        raise WrongState("现在不需要测验，请刷新页面查看结果。", code="wrong_state.test")
    return outcome


def _test_until(outcome: Outcome) -> datetime:
    ends_at = outcome.session.activity.ends_at
    days = policy.number("teaching.test_days", on=local_date(ends_at))
    return ends_at + timedelta(days=days)


def _tried(
    outcome: Outcome, percent: int, *, entered_by: User | None, by: User, at: datetime
) -> TestTry:
    rule = rule_for(outcome.session)
    number = outcome.tries.count() + 1  # the session is held: nobody else counts now
    made = TestTry.objects.create(
        outcome=outcome, number=number, percent=percent,
        is_passed=percent >= rule.pass_percent, taken_at=at, entered_by=entered_by,
    )  # fmt: skip
    if made.is_passed:
        outcome.state = OutcomeState.PASSED
        outcome.record = certificate(outcome, by=entered_by, at=at)
    elif number >= rule.tries:
        outcome.state = OutcomeState.FAILED
    outcome.save(update_fields=["state", "record"])
    if outcome.state != OutcomeState.TEST:
        tell([outcome], by=by, at=at)
    return made
