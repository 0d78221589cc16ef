"""The automatic roster: asked for, worked out by a job week by week, discarded, done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.rosters.actions.steps import overtaken, plan_of, run_of
from voluncity.service.rosters.models import Assignment, Hole, LeftOut, Run, RunWeek
from voluncity.service.rosters.queries.ground import Week, open_turns, week
from voluncity.service.rosters.rules import checking, explaining
from voluncity.service.rosters.rules.recurrence import monday_of
from voluncity.service.rosters.rules.solving import Solution, solve
from voluncity.service.rosters.states import RUN_FLOW, PlanState, RunState

Clock = Callable[[], datetime]
SILENT = timedelta(minutes=3)
MOST_TURNS = 5
_WEEK = timedelta(days=7)


@transaction.atomic
def start_run(*, plan_id: int, weeks: int, by: User, at: datetime) -> Run:
    """Ask for a roster of the coming weeks; a worker makes it.

    :raises Refusal: when there is nothing to place, nobody to be placed, or a draft is open.
    """
    plan = plan_of(plan_id)
    first = local_date(at)
    last = monday_of(first) + _WEEK * weeks - timedelta(days=1)
    if plan.state != PlanState.ACTIVE:
        raise Refusal("方案还没有启用，请先启用。", code="rosters.not_active")
    if not open_turns(plan, first, last, at=at):
        raise Refusal("这段时间还没有班次，请先生成班次。", code="rosters.no_turns")
    if not plan.wishes.filter(left_at=None).exists():
        raise Refusal(
            "还没有志愿者填写排班意愿，请先请大家在“我的排班”里填写。", code="rosters.nobody"
        )
    try:
        with transaction.atomic():
            run = Run.objects.create(
                plan=plan, first_day=first, last_day=last, touched_at=at, made_at=at, made_by=by,
                weeks=weeks,
            )  # fmt: skip
    except IntegrityError:
        raise Refusal(
            "已有一份排班还没有发布，请先发布或作废它。", code="rosters.run_open"
        ) from None
    record("rosters.start_run", run, by=by, at=at, plan=plan.pk, weeks=weeks)
    return run


@transaction.atomic
def discard_run(*, run_id: int, by: User, at: datetime) -> Run:
    """Give a draft up; nobody was told of it.

    :raises WrongState: when it is published already.
    """
    return _step(run_of(run_id), "discard", by=by, at=at)


@transaction.atomic
def solve_again(*, run_id: int, by: User, at: datetime) -> Run:
    """Let everything but the locked assignments be worked out anew.

    :raises WrongState: unless the draft waits to be published.
    """
    try:
        with transaction.atomic():
            run = _step(run_of(run_id), "again", by=by, at=at, turn=0, problem="")
    except IntegrityError:
        raise Refusal(
            "已有一份排班还没有发布，请先发布或作废它。", code="rosters.run_open"
        ) from None
    run.weeks_done.all().delete()
    return run


def _step(run: Run, verb: str, *, by: User, at: datetime, **changes: object) -> Run:
    target = RUN_FLOW.after(verb, run.state)
    same = Run.objects.filter(pk=run.pk, state=run.state)
    if not same.update(state=target, touched_at=at, **changes):
        raise overtaken(verb)
    run.refresh_from_db()
    record(f"rosters.{verb}_run", run, by=by, at=at, plan=run.plan_id)
    return run


def work_at_run(*, run_id: int, clock: Clock) -> None:
    """Solve a draft to its end, or until somebody discards it; solved weeks are kept."""
    run = _taken(run_id, at=clock())
    if run is None:
        return
    try:
        for monday in _mondays(run):
            if not run.weeks_done.filter(monday=monday).exists():
                _solve_week(run, monday, clock)
        _finish(run, at=clock())
    except WrongState:
        return  # discarded, or taken by another worker: theirs is the word now


def silent_runs(*, at: datetime) -> list[int]:
    """Return the drafts whose worker is gone, or that nobody took."""
    found = Run.objects.filter(
        state__in=(RunState.WAITING, RunState.RUNNING), touched_at__lte=at - SILENT
    )
    return list(found.values_list("pk", flat=True))


def _taken(run_id: int, *, at: datetime) -> Run | None:
    """Take a draft that waits, or one whose worker is gone; of two workers one gets it."""
    silent = Q(state=RunState.RUNNING, touched_at__lte=at - SILENT)
    free = Run.objects.filter(Q(state=RunState.WAITING) | silent, pk=run_id)
    if not free.update(state=RunState.RUNNING, turn=F("turn") + 1, touched_at=at):
        return None
    run = run_of(run_id)
    if run.turn > MOST_TURNS:
        sentence = "几次都没有排完，请系统管理员查看运行日志。"
        mine = Run.objects.filter(pk=run.pk, turn=run.turn, state=RunState.RUNNING)
        mine.update(state=RunState.FAILED, problem=sentence)
        return None
    return run


def _mondays(run: Run) -> list[date]:
    monday = monday_of(run.first_day)
    count = (run.last_day - monday).days // 7 + 1
    return [monday + _WEEK * number for number in range(count)]


def _move(run: Run, *, at: datetime, state: str = RunState.RUNNING) -> None:
    """Write a sign of life.

    :raises WrongState: when somebody discarded the draft, or another worker took it.
    """
    mine = Run.objects.filter(pk=run.pk, turn=run.turn, state=RunState.RUNNING)
    if not mine.update(state=state, touched_at=at):
        raise WrongState("这份排班已经作废，或由另一个进程接着排。")


def _solve_week(run: Run, monday: date, clock: Clock) -> None:
    _move(run, at=clock())
    asked = week(run, monday, at=clock())
    solution = solve(asked.problem, seconds=run.seconds)
    wrong = checking.faults(asked.problem, solution.seats)
    if wrong:  # the solver is never believed alone
        raise RuntimeError(f"the roster breaks its rules: {wrong[:3]}")
    with transaction.atomic():
        _move(run, at=clock())
        _keep(run, monday, asked, solution)


def _keep(run: Run, monday: date, asked: Week, solution: Solution) -> None:
    problem = asked.problem
    days = (monday, monday + _WEEK - timedelta(days=1))
    old = Assignment.objects.filter(run=run, turn__day__range=days, is_locked=False)
    old.delete()
    kept = set(problem.kept)
    Assignment.objects.bulk_create(
        Assignment(run=run, turn_id=asked.turn_of(seat), volunteer_id=asked.volunteers[seat[0]])
        for seat in solution.seats
        if seat not in kept
    )
    Hole.objects.filter(run=run, turn__day__range=days).delete()
    Hole.objects.bulk_create(
        Hole(run=run, turn_id=asked.turns[post, time], missing=missing, sentence=sentence)
        for post, time, missing, sentence in explaining.holes(problem, solution.seats)
        if (post, time) in asked.turns
    )
    out = explaining.left_out(problem, asked.known, solution.seats)
    _note_left_out(run, asked, out)
    RunWeek.objects.create(
        run=run, monday=monday, wanted=int(problem.wanted.sum()), filled=len(solution.seats),
        value=solution.value, bound=solution.bound, milliseconds=int(solution.seconds * 1000),
    )  # fmt: skip


def _note_left_out(run: Run, asked: Week, out: dict[int, str]) -> None:
    """Keep why somebody has no turn: as long as no week gives one, the newest reason."""
    seated = Assignment.objects.filter(run=run).values("volunteer")
    LeftOut.objects.filter(run=run, volunteer__in=seated).delete()
    has_turn = set(seated.values_list("volunteer_id", flat=True))
    rows = [
        LeftOut(run=run, volunteer_id=asked.volunteers[person], sentence=sentence[:300])
        for person, sentence in out.items()
        if asked.volunteers[person] not in has_turn
    ]
    LeftOut.objects.filter(run=run, volunteer__in=[row.volunteer_id for row in rows]).delete()
    LeftOut.objects.bulk_create(rows)


@transaction.atomic
def _finish(run: Run, *, at: datetime) -> None:
    _move(run, at=at, state=RUN_FLOW.after("finish", RunState.RUNNING))
    record("rosters.finish_run", run, by=run.made_by, at=at, plan=run.plan_id)
