"""Publish a draft: each assignment becomes a place, once, if nothing stands against it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import span_text
from voluncity.kernel.refusals import Refusal
from voluncity.service.rosters.actions.runs import SILENT
from voluncity.service.rosters.actions.steps import overtaken, run_of
from voluncity.service.rosters.actions.telling import tell
from voluncity.service.rosters.models import Assignment, Run, Wish
from voluncity.service.rosters.queries import limits
from voluncity.service.rosters.states import RUN_FLOW, RunState
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Signup
from voluncity.service.signups.rules import AlreadyIn
from voluncity.service.signups.states import SignupState

Clock = Callable[[], datetime]
_TOLD = 12  # turns that are named in a message


@transaction.atomic
def publish_run(*, run_id: int, by: User, at: datetime) -> Run:
    """Decide that a draft holds; a worker gives the places.

    :raises WrongState: unless it waits to be published.
    """
    run = run_of(run_id)
    target = RUN_FLOW.after("publish", run.state)
    same = Run.objects.filter(pk=run.pk, state=run.state)
    if not same.update(state=target, touched_at=at, published_at=at, published_by=by):
        raise overtaken("publish")
    run.refresh_from_db()
    record("rosters.publish_run", run, by=by, at=at, plan=run.plan_id)
    return run


def work_at_publishing(*, run_id: int, clock: Clock) -> None:
    """Give the places of a draft that is being published; safe to begin again at any point."""
    run = run_of(run_id)
    if run.state != RunState.PUBLISHING or run.published_by is None:
        return
    open_ones = run.assignments.filter(signup=None, problem="", turn__shift__isnull=False)
    for assignment in open_ones.select_related("turn__shift", "volunteer").order_by("pk"):
        _place(run, assignment, by=run.published_by, at=clock())
    run.assignments.filter(signup=None, problem="").update(problem="这个班次已经撤销。")
    _tell_everybody(run, at=clock())
    _close(run, at=clock())


def silent_publishings(*, at: datetime) -> list[int]:
    """Return the drafts whose publishing stopped in the middle."""
    found = Run.objects.filter(state=RunState.PUBLISHING, touched_at__lte=at - SILENT)
    return list(found.values_list("pk", flat=True))


def _place(run: Run, assignment: Assignment, *, by: User, at: datetime) -> None:
    still = Assignment.objects.filter(pk=assignment.pk, signup=None)
    try:
        with transaction.atomic():
            still.update(signup=_placed(run, assignment, by=by, at=at))
    except AlreadyIn:
        held = Signup.objects.get(shift=assignment.turn.shift_id, volunteer=assignment.volunteer_id)
        if held.state == SignupState.PLACED:
            still.update(signup=held)
        else:
            still.update(problem="本人正在候补这一班，轮到时会收到消息。")
    except Refusal as refusal:
        still.update(problem=refusal.sentence[:300])
    Run.objects.filter(pk=run.pk).update(touched_at=at)


def _placed(run: Run, assignment: Assignment, *, by: User, at: datetime) -> Signup:
    shift = assignment.turn.shift
    assert shift is not None, "asked for in the query"  # noqa: S101
    signup = signups.place(
        shift_id=shift.pk, volunteer_id=assignment.volunteer_id, roster=run.plan_id, by=by, at=at
    )
    sentence = limits.against(run.plan, assignment.volunteer, shift)
    if sentence:  # came in between: another place, too near to this one
        raise Refusal(sentence, code="rosters.tired")
    _require_still_wanted(run, assignment)
    return signup


def _require_still_wanted(run: Run, assignment: Assignment) -> None:
    """Refuse what somebody said since the draft was made."""
    own = Wish.objects.filter(plan=run.plan_id, volunteer=assignment.volunteer_id)
    if own.filter(left_at__isnull=False).exists():
        raise Refusal("本人已退出这个排班。", code="rosters.left")
    if not assignment.is_by_hand and own.filter(aways__day=assignment.turn.day).exists():
        raise Refusal("本人这一天不能来。", code="rosters.away")
    others = limits.present_at(assignment.turn, None) - {assignment.volunteer_id}
    if limits.with_somebody_apart(run.plan, assignment.volunteer_id, others):
        raise Refusal("同岗位有约定不排在一起的人。", code="rosters.apart")


def _tell_everybody(run: Run, *, at: datetime) -> None:
    """Send each person one message with all their turns; mark who could not be reached."""
    placed = run.assignments.exclude(signup=None).select_related(
        "turn__shift", "turn__post", "volunteer"
    )
    turns: dict[Volunteer, list[Assignment]] = defaultdict(list)
    for one in placed.order_by("turn__shift__starts_at", "pk"):
        turns[one.volunteer].append(one)
    unreached = [
        volunteer.pk
        for volunteer, own in turns.items()
        if not tell(
            volunteer, key=f"rosters.publish:{run.pk}:{volunteer.pk}",
            title=f"您的排班出来了，共 {len(own)} 班", body=_said(own), at=at,
        )
    ]  # fmt: skip
    run.assignments.filter(volunteer__in=unreached).update(is_told=False)


def _said(own: list[Assignment]) -> str:
    lines = [
        f"{span_text(one.turn.shift.starts_at, one.turn.shift.ends_at)} {one.turn.post.name}"
        for one in own[:_TOLD]
        if one.turn.shift is not None
    ]
    more = f"等 {len(own)} 班" if len(own) > _TOLD else ""
    return "；".join(lines) + more + "。来不了的，请尽早在“我的排班”里找人接替，或取消。"


@transaction.atomic
def _close(run: Run, *, at: datetime) -> None:
    target = RUN_FLOW.after("close", RunState.PUBLISHING)
    mine = Run.objects.filter(pk=run.pk, state=RunState.PUBLISHING)
    if mine.update(state=target, touched_at=at):
        placed = run.assignments.exclude(signup=None).count()
        refused = run.assignments.filter(signup=None).count()
        record(
            "rosters.close_run", run, by=run.published_by, at=at,
            plan=run.plan_id, placed=placed, refused=refused,
        )  # fmt: skip
