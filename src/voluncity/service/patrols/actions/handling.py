"""What desks and units do: dispatch, accept, return, solve, refuse, join."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.patrols.actions.steps import due, said, step
from voluncity.service.patrols.models import Problem
from voluncity.service.patrols.states import ProblemState

S = ProblemState


@transaction.atomic
def dispatch_problem(
    *, problem: Problem, unit: Organization, words: str, by: User, at: datetime
) -> Problem:
    """Give a problem to the unit that has to solve it, with a new term.

    :raises BadInput: when the unit has it already, or does not work any more.
    :raises WrongState: when it is solved or refused.
    """
    if unit.pk == problem.unit_id:
        raise BadInput("已经在这个单位办理，请选择别的单位。", field="unit")
    if unit.state != OrgState.ACTIVE:
        raise BadInput("这个单位现在不能办理，请选择别的单位。", field="unit")
    return step(
        problem, "dispatch", by=by, at=at, told=unit, words=words,
        unit=unit, due_on=due("solve", today=local_date(at)), escalated_at=None,
    )  # fmt: skip


@transaction.atomic
def accept_problem(*, problem: Problem, by: User, at: datetime) -> Problem:
    """Take a problem on for the unit.

    :raises WrongState: when it is not for this unit any more.
    """
    return step(problem, "accept", by=by, at=at)


@transaction.atomic
def return_problem(*, problem: Problem, words: str, by: User, at: datetime) -> Problem:
    """Give a problem back to the desk: it is not for this unit.

    :raises BadInput: without a reason.
    :raises WrongState: when it is not with the unit.
    """
    return step(
        problem, "return", by=by, at=at, words=said(words, "退回原因", field="words"),
        told=problem.unit, unit=None, due_on=due("dispatch", today=local_date(at)),
        escalated_at=None,
    )  # fmt: skip


@transaction.atomic
def solve_problem(
    *, problem: Problem, words: str, photo: Checked | None, by: User, at: datetime
) -> Problem:
    """Say how a problem was solved, with a picture; the patrol looks again.

    :raises BadInput: when words or picture are missing.
    :raises NotAllowed: when one reported it oneself.
    :raises WrongState: when it is not with a unit.
    """
    if problem.volunteer.user_id == by.pk:
        raise NotAllowed("这是您自己反映的问题，请由同事登记办结。", code="patrols.own_problem")
    how = said(words, "办理情况", field="words")
    if photo is None:
        raise BadInput("请拍一张办结后的照片。", field="photo")
    stored = files.store(photo, subject="patrol", by=by, at=at)
    return step(
        problem, "solve", by=by, at=at, words=how,
        solved_at=at, solved_by=by, solved_photo=stored,
    )  # fmt: skip


@transaction.atomic
def refuse_problem(*, problem: Problem, words: str, by: User, at: datetime) -> Problem:
    """Say that nothing will be done, and why.

    :raises BadInput: without a reason.
    :raises WrongState: when it is solved already.
    """
    return step(problem, "refuse", by=by, at=at, words=said(words, "不受理的原因", field="words"))


@transaction.atomic
def join_problem(*, problem: Problem, other: Problem, by: User, at: datetime) -> Problem:
    """Let a problem go on as part of another one that says the same.

    Both rows are written in the order of their ids, so that two joinings take turns.

    :raises BadInput: when the other one cannot take it in.
    :raises WrongState: when it is solved already.
    """
    for pk in sorted((problem.pk, other.pk)):
        Problem.objects.filter(pk=pk).update(joinings=F("joinings") + 1)
    other.refresh_from_db(fields=["state"])
    if other.pk == problem.pk or other.state in {S.JOINED, S.REFUSED}:
        raise BadInput("不能并入这一件，请填写另一件正在办理或已办结的问题编号。", field="other")
    if problem.joined.exists():
        raise BadInput("已有别的反映并入了这一件，请反过来并案。", field="other")
    return step(problem, "join", by=by, at=at, told=other.unit, same_as=other)


@transaction.atomic
def hide_photos(*, problem: Problem, by: User, at: datetime) -> None:
    """Keep the photos of a problem away from the public board: faces, number plates."""
    if not Problem.objects.filter(pk=problem.pk, hidden_at=None).update(hidden_at=at):
        raise WrongState("照片已经不公开，请刷新页面。", code="patrols.hidden")
    record("patrols.hide", problem, by=by, at=at)


@transaction.atomic
def show_photos(*, problem: Problem, by: User, at: datetime) -> None:
    """Let the photos of a problem stand on the public board again."""
    shown = Problem.objects.filter(pk=problem.pk, hidden_at__isnull=False).update(hidden_at=None)
    if not shown:
        raise WrongState("照片本来就公开，请刷新页面。", code="patrols.shown")
    record("patrols.show", problem, by=by, at=at)
