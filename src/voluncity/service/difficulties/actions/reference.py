"""Keep the kinds and how soon they are answered; publish answers that help others."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.service.difficulties import rules
from voluncity.service.difficulties.actions.steps import note
from voluncity.service.difficulties.models import CommonAnswer, Difficulty, Kind
from voluncity.service.difficulties.states import DifficultyState

_KINDS = Path(__file__).parent.parent / "data" / "kinds.json"


@transaction.atomic
def load_kinds() -> None:
    """Add the kinds of the data file that the city does not have yet; harmless to repeat."""
    rows: list[list[str]] = json.loads(_KINDS.read_text(encoding="utf-8"))
    for position, (key, name) in enumerate(rows):
        Kind.objects.get_or_create(key=key, defaults={"name": name, "position": position})


@transaction.atomic
def add_kind(*, name: str, by: User, at: datetime) -> Kind:
    """Add a kind at the end of the list.

    :raises BadInput: when the name is missing, too long or taken.
    """
    label = rules.said(name, "类型名称", field="name", most=rules.KIND_NAME_MOST)
    last = Kind.objects.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            kind = Kind.objects.create(key=f"k{token_hex(4)}", name=label, position=last + 1)
    except IntegrityError:
        raise BadInput("已经有这个类型，请换个名称。", field="name") from None
    record("difficulties.add_kind", ("kind", None), by=by, at=at, position=kind.position)
    return kind


@transaction.atomic
def set_workdays(*, key: str, workdays: int | None, by: User, at: datetime) -> None:
    """Set how many working days an answer to this kind may take; None for the city's number.

    :raises BadInput: when the number is out of reach.
    :raises WrongState: when there is no such kind.
    """
    if workdays is not None and not 1 <= workdays <= rules.DAYS_MOST:
        raise BadInput(f"期限请填写 1 到 {rules.DAYS_MOST} 个工作日。", field="workdays")
    _turn(key, {}, workdays=workdays)
    record("difficulties.set_workdays", ("kind", None), by=by, at=at, workdays=workdays or 0)


@transaction.atomic
def end_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind no more; what was reported keeps it.

    :raises WrongState: when it is ended already, or is the last one.
    """
    if not Kind.objects.filter(ended_at=None).exclude(pk=key).exists():
        raise WrongState("至少要保留一个类型，请先添加新的类型。", code="difficulties.last_kind")
    _turn(key, {"ended_at": None}, ended_at=at)
    record("difficulties.end_kind", ("kind", None), by=by, at=at)


@transaction.atomic
def reopen_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind again.

    :raises WrongState: when it is offered already.
    """
    _turn(key, {"ended_at__isnull": False}, ended_at=None)
    record("difficulties.reopen_kind", ("kind", None), by=by, at=at)


def _turn(key: str, now_is: dict[str, object], **changes: object) -> None:
    if not Kind.objects.filter(pk=key, **now_is).update(**changes):
        raise WrongState("这个类型刚刚改过，请刷新页面。", code="difficulties.kind_changed")


@transaction.atomic
def publish_answer(
    *, difficulty: Difficulty, question: str, answer: str, by: User, at: datetime
) -> CommonAnswer:
    """Let others with the same difficulty read a good answer; it names nobody.

    :raises BadInput: when words are missing, or somebody is named.
    :raises WrongState: when it is not answered, or is published already.
    """
    if difficulty.state not in {DifficultyState.ANSWERED, DifficultyState.SOLVED}:
        raise WrongState("还没有答复，不能收入常见解答。", code="difficulties.unanswered")
    asked = rules.said(question, "困难", field="question", most=rules.QUESTION_MOST)
    told = rules.said(answer, "解答", field="answer", most=rules.TEXT_MOST)
    project = difficulty.project
    names = [
        difficulty.organization.name, difficulty.organization.contact_name,
        difficulty.reported_by.display_name, difficulty.responsible,
        project.name if project else "",
    ]  # fmt: skip
    try:
        with transaction.atomic():
            found = CommonAnswer.objects.create(
                kind=difficulty.kind, source=difficulty, published_at=at, published_by=by,
                question=rules.nameless(asked, names, field="question"),
                answer=rules.nameless(told, names, field="answer"),
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("已经收入常见解答。", code="difficulties.published") from None
    note(difficulty, "publish", by=by, at=at)
    return found


@transaction.atomic
def end_answer(*, answer: CommonAnswer, by: User, at: datetime) -> None:
    """Show a common answer no more.

    :raises WrongState: when it is not shown.
    """
    if not CommonAnswer.objects.filter(pk=answer.pk, ended_at=None).update(ended_at=at):
        raise WrongState("这条解答已经撤下，请刷新页面。", code="difficulties.answer_ended")
    record("difficulties.end_answer", answer, by=by, at=at)
