"""Keep the courses: what each asks for, and the questions of its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import clean, has_emoji
from voluncity.service.teaching.models import CourseRule, Question
from voluncity.service.teaching.rules import checked_question
from voluncity.service.training.models import Course

MOST_MONTHS = 120


@dataclass(frozen=True)
class RulePlan:
    """What a course asks for from a day on."""

    valid_from: date
    share_percent: int
    asks_test: bool
    pass_percent: int
    tries: int


@transaction.atomic
def add_course(*, name: str, content: str, valid_months: int, by: User, at: datetime) -> Course:
    """Add a course that sessions teach and projects may ask for.

    :raises BadInput: at a field that breaks a rule.
    """
    name = _words(name, "name", "课程名称", 60)
    if Course.objects.filter(name=name).exists():
        raise BadInput("已有同名的课程，请换一个名称。", field="name")
    if not 0 <= valid_months <= MOST_MONTHS:
        raise BadInput(f"有效期应为 0 到 {MOST_MONTHS} 个月。", field="valid_months")
    course = Course.objects.create(
        key=f"c{token_hex(6)}", name=name, valid_months=valid_months,
        content=_words(content, "content", "主要内容", 300),
    )  # fmt: skip
    record("training.add_course", course, by=by, at=at)
    return course


def _words(value: str, field: str, label: str, longest: int) -> str:
    text = clean(value, max_length=longest, field=field, label=label)
    if not text:
        raise BadInput(f"请填写{label}。", field=field)
    if has_emoji(text):
        raise BadInput(f"{label}不能使用表情符号，请改用文字。", field=field)
    return text


@transaction.atomic
def set_rule(*, course_id: int, plan: RulePlan, by: User, at: datetime) -> CourseRule:
    """Say what a course asks for from a day on; sessions that ended before stay as they were.

    :raises BadInput: at a field that breaks a rule.
    """
    bounds = (
        ("share_percent", "学时要求", 100),
        ("pass_percent", "合格线", 100),
        ("tries", "次数", 10),
    )
    for field, label, most in bounds:
        if not 1 <= getattr(plan, field) <= most:
            raise BadInput(f"{label}应为 1 到 {most} 之间的整数，请修改。", field=field)
    if plan.valid_from < local_date(at):
        raise BadInput("生效日期不能早于今天，请修改。", field="valid_from")
    rule, _ = CourseRule.objects.update_or_create(
        course_id=course_id, valid_from=plan.valid_from,
        defaults={
            "share_percent": plan.share_percent, "asks_test": plan.asks_test,
            "pass_percent": plan.pass_percent, "tries": plan.tries, "set_by": by, "set_at": at,
        },
    )  # fmt: skip
    record("teaching.set_rule", rule, by=by, at=at, course=course_id)
    return rule


@transaction.atomic
def add_question(
    *, course_id: int, text: str, options: Sequence[str], right: int, by: User, at: datetime
) -> Question:
    """Add a question to the test of a course.

    :raises BadInput: at a field that breaks a rule.
    """
    text, kept, place = checked_question(text, options, right)
    made = Question.objects.create(course_id=course_id, text=text, options=kept, right=place)
    record("teaching.add_question", made, by=by, at=at, course=course_id)
    return made


@transaction.atomic
def retire_question(*, question_id: int, by: User, at: datetime) -> Question:
    """Ask a question no more.

    :raises WrongState: when it was retired before.
    """
    found: Question | None = Question.objects.filter(pk=question_id).first()
    if found is None:
        raise NotFound("没有找到这道题，请刷新页面。")
    if not Question.objects.filter(pk=question_id, retired_at=None).update(retired_at=at):
        raise WrongState("这道题已经停用，请刷新页面。", code="wrong_state.retire")
    record("teaching.retire_question", found, by=by, at=at, course=found.course_id)
    return found
