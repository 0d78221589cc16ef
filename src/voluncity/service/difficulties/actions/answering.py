"""What units and offices do: accept, answer, ask for facts, pass on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.service.difficulties import rules
from voluncity.service.difficulties.actions.steps import (
    begin_turn,
    end_turn,
    held_by,
    refuse_reporter,
    step,
)
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.difficulties.queries import Holder
from voluncity.service.difficulties.rules import Answer
from voluncity.service.difficulties.states import Outcome


@transaction.atomic
def accept_difficulty(*, difficulty: Difficulty, by: User, at: datetime) -> Difficulty:
    """Take it on; the clock goes on running.

    :raises NotAllowed: when one's own organization reported it.
    :raises WrongState: when it is accepted or answered already.
    """
    refuse_reporter(difficulty, by)
    return step(difficulty, "accept", by=by, at=at)


@transaction.atomic
def answer_difficulty(
    *, difficulty: Difficulty, answer: Answer, by: User, at: datetime
) -> Difficulty:
    """Say what is done about it, by whom, until when; the reporter looks whether it helps.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when one's own organization reported it.
    :raises WrongState: when it is not waiting for an answer.
    """
    refuse_reporter(difficulty, by)
    measures = rules.said(answer.measures, "解决措施", field="measures", most=rules.TEXT_MOST)
    who = rules.said(answer.responsible, "负责人", field="responsible", most=rules.NAME_MOST)
    if answer.promised_on < local_date(at):
        raise BadInput("承诺解决的日期已经过了，请选择今天或以后。", field="promised_on")
    until = f"{answer.promised_on:%Y年%m月%d日}"
    step(
        difficulty, "answer", by=by, at=at,
        words=f"{measures}（负责人：{who}，承诺 {until}前解决）",
        measures=measures, responsible=who, promised_on=answer.promised_on,
        answered_at=at, answered_by=by,
    )  # fmt: skip
    end_turn(difficulty, Outcome.ANSWERED, on=local_date(at))
    return difficulty


@transaction.atomic
def ask_for_facts(*, difficulty: Difficulty, words: str, by: User, at: datetime) -> Difficulty:
    """Ask the reporter for more; the clock stands until they answer, or their time for it ends.

    :raises BadInput: without a question.
    :raises WrongState: when it is not waiting for an answer.
    """
    refuse_reporter(difficulty, by)
    question = rules.said(words, "要补充的情况", field="words")
    return step(
        difficulty, "ask", by=by, at=at, words=question, asked_on=local_date(at),
        reminded_at=None,
    )  # fmt: skip


@transaction.atomic
def pass_difficulty(
    *, difficulty: Difficulty, holder: Holder, words: str, by: User, at: datetime
) -> Difficulty:
    """Give it to who can answer it; the clock does not start anew.

    :raises BadInput: without a reason, or when that one has it already or reported it.
    :raises WrongState: when it is not waiting for an answer.
    """
    refuse_reporter(difficulty, by)
    why = rules.said(words, "转交原因", field="words")
    if holder.unit is None and holder.office is None:
        raise BadInput("请选择转交给谁。", field="unit")
    if holder.unit is not None and holder.unit.pk == difficulty.organization_id:
        raise BadInput("这是上报的组织自己，请选择别的单位。", field="unit")
    if (holder.unit, holder.office) == (difficulty.unit, difficulty.office):
        raise BadInput("已经在这个单位办理，请选择别的单位。", field="unit")
    step(difficulty, "pass", by=by, at=at, words=why, told=holder.name, **held_by(holder))
    end_turn(difficulty, Outcome.PASSED, on=local_date(at))
    begin_turn(difficulty, on=local_date(at))
    return difficulty
