"""Change a draft by hand: put somebody somewhere, move, take out, lock."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.projects.models import Shift
from voluncity.service.rosters.actions.steps import run_of
from voluncity.service.rosters.models import Assignment, Run, Turn
from voluncity.service.rosters.queries import limits
from voluncity.service.rosters.states import RunState
from voluncity.service.signups import queries as signups
from voluncity.service.signups import rules as signup_rules


@transaction.atomic
def assign(
    *, run_id: int, turn_id: int, volunteer_id: int, risks_told: bool, by: User, at: datetime
) -> Assignment:
    """Put somebody into a draft by hand; what is done by hand is locked.

    :raises BadInput: when the risks were not told (志愿服务条例第十二条).
    :raises Refusal: with the sentence why not.
    :raises WrongState: unless the draft waits to be published.
    """
    require_risks_told(risks_told=risks_told)
    run = _held(run_id)
    turn, volunteer = turn_of(run, turn_id), _volunteer(volunteer_id)
    _require(run, turn, volunteer, at=at)
    made = Assignment.objects.create(
        run=run, turn=turn, volunteer=volunteer, is_locked=True, is_by_hand=True
    )
    _note(run, made, "rosters.assign", by=by, at=at)
    return made


@transaction.atomic
def move(*, assignment_id: int, turn_id: int, by: User, at: datetime) -> Assignment:
    """Move somebody of a draft to another turn, and lock it there.

    :raises Refusal: with the sentence why not.
    :raises WrongState: unless the draft waits to be published.
    """
    assignment = _assignment(assignment_id)
    run = _held(assignment.run_id)
    if assignment.turn_id == turn_id:
        return assignment
    turn = turn_of(run, turn_id)
    _require(run, turn, assignment.volunteer, at=at, but=assignment.pk)
    old = assignment.turn_id
    same = Assignment.objects.filter(pk=assignment.pk, turn_id=old)
    if not same.update(turn=turn, is_locked=True, is_by_hand=True, problem=""):
        raise NotFound("这个安排刚刚被改动，请刷新页面。")
    assignment.refresh_from_db()
    _note(run, assignment, "rosters.move", by=by, at=at, from_turn=old)
    return assignment


@transaction.atomic
def unassign(*, assignment_id: int, by: User, at: datetime) -> None:
    """Take somebody out of a draft.

    :raises WrongState: unless the draft waits to be published.
    """
    assignment = _assignment(assignment_id)
    run = _held(assignment.run_id)
    _note(run, assignment, "rosters.unassign", by=by, at=at)
    assignment.delete()


@transaction.atomic
def lock(*, assignment_id: int, is_locked: bool, by: User, at: datetime) -> None:
    """Keep an assignment when the rest is worked out anew, or let it go.

    :raises WrongState: unless the draft waits to be published.
    """
    assignment = _assignment(assignment_id)
    run = _held(assignment.run_id)
    changed = Assignment.objects.filter(pk=assignment.pk, is_locked=not is_locked)
    if changed.update(is_locked=is_locked):
        _note(run, assignment, "rosters.lock" if is_locked else "rosters.unlock", by=by, at=at)


def require_risks_told(*, risks_told: bool) -> None:
    """Refuse to place somebody who was not told the risks (志愿服务条例第十二条).

    :raises BadInput: when the box was not ticked.
    """
    if not risks_told:
        raise BadInput(
            "请先告知风险并得到本人同意，再勾选。",
            code="signups.risks_unread", field="risks_told",
        )  # fmt: skip


def turn_of(run: Run, turn_id: int) -> Turn:
    """Return a turn of the draft's plan that has a shift.

    :raises BadInput: when it is none.
    """
    found = Turn.objects.select_related("shift", "post", "slot").filter(
        pk=turn_id, post__plan=run.plan_id, day__range=(run.first_day, run.last_day)
    )
    turn: Turn | None = found.exclude(shift=None).first()
    if turn is None:
        raise BadInput("请从列表中选择岗位和班次。", field="turn")
    return turn


def _held(run_id: int) -> Run:
    """Return the draft, held until this transaction ends.

    :raises WrongState: unless it waits to be published.
    """
    if not Run.objects.filter(pk=run_id, state=RunState.SOLVED).update(state=F("state")):
        raise WrongState("这份排班现在不能改动，请刷新页面查看最新情况。", code="wrong_state.edit")
    return run_of(run_id)


def _assignment(assignment_id: int) -> Assignment:
    rows = Assignment.objects.select_related("volunteer", "turn")
    found: Assignment | None = rows.filter(pk=assignment_id).first()
    if found is None:
        raise NotFound("没有找到这个安排，请刷新页面。")
    return found


def _volunteer(volunteer_id: int) -> Volunteer:
    found: Volunteer | None = Volunteer.objects.filter(pk=volunteer_id).first()
    if found is None:
        raise NotFound("没有找到这位志愿者，请核对编号。")
    return found


def _require(run: Run, turn: Turn, volunteer: Volunteer, *, at: datetime, but: int = 0) -> None:
    shift = Shift.objects.select_related(
        "activity__project__organization", "activity__project__course"
    ).get(pk=turn.shift_id)
    found = signup_rules.told_of(signups.reasons_for(shift, volunteer, at=at), "这位志愿者")
    signup_rules.refuse_for(found)
    drafted = Assignment.objects.filter(run=run, turn=turn, signup=None).exclude(pk=but)
    if drafted.filter(volunteer=volunteer).exists():
        raise Refusal("这位志愿者已经排在这一班。", code="rosters.twice", field="turn")
    if shift.taken + drafted.count() >= shift.capacity:
        raise Refusal(
            "这一班已经排满，请先移走一人，或选别的岗位。", code="rosters.full", field="turn"
        )
    sentence = limits.against(run.plan, volunteer, shift, run=run, but=but)
    if sentence:
        raise Refusal(sentence, code="rosters.tired", field="turn")
    if limits.with_somebody_apart(run.plan, volunteer.pk, limits.present_at(turn, run)):
        raise Refusal(
            "这两个人约定不排在同一岗位，请选别的岗位。", code="rosters.apart", field="turn"
        )


def _note(
    run: Run, assignment: Assignment, verb: str, *, by: User, at: datetime, from_turn: int = 0
) -> None:
    record(
        verb, assignment, by=by, at=at, run=run.pk, plan=run.plan_id,
        turn=assignment.turn_id, volunteer=assignment.volunteer_id, from_turn=from_turn or None,
    )  # fmt: skip
