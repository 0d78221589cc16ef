"""What the patrol does: report, confirm, reject; and what time does when nobody acts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.city.files import actions as files
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, TooMany, WrongState
from voluncity.kernel.text import clean
from voluncity.service.patrols import queries, rules
from voluncity.service.patrols.actions.steps import due, note, said, step
from voluncity.service.patrols.models import Problem
from voluncity.service.patrols.rules import Report
from voluncity.service.patrols.states import OPEN, ProblemState

S = ProblemState
TRIES = 5
PORTION = 500


@transaction.atomic
def report_problem(*, report: Report, volunteer: Volunteer, by: User, at: datetime) -> Problem:
    """Take in what somebody found; the same nonce again is the same problem.

    It goes straight to the unit that the rules name; without one it waits for the desk.

    :raises BadInput: when kind, place or words are not right.
    :raises TooMany: when somebody has reported as much as a day may have.
    """
    nonce = rules.checked_nonce(report.nonce)
    known = Problem.objects.filter(volunteer=volunteer, nonce=nonce).first()
    return known or _taken_in(_drawn_up(report, nonce, volunteer, at=at), report, by=by, at=at)


def _drawn_up(report: Report, nonce: str, volunteer: Volunteer, *, at: datetime) -> Problem:
    kind = queries.kinds().filter(pk=report.kind_key).first()
    if kind is None:
        raise BadInput("请点一个问题类型。", field="kind")
    lat, lng = rules.point(report.lat, report.lng)
    region, words = queries.place_meant(volunteer, report.place, lat=lat, lng=lng, at=at)
    where = clean(report.where, max_length=rules.PLACE_MOST, field="where", label="具体位置")
    unit, today = queries.responsible(kind.pk, region), local_date(at)
    return Problem(
        volunteer=volunteer, nonce=nonce, day=today, kind=kind, region=region,
        place="，".join(filter(None, (words, where)))[:120], lat=lat, lng=lng,
        note=clean(report.note, max_length=rules.NOTE_MOST, field="note", label="说明"),
        seen_at=rules.seen_at(report.seen_at, at=at), reported_at=at,
        unit=unit, state=S.SENT if unit else S.NEW,
        hidden_at=at if kind.pk in rules.PRIVATE_KINDS else None,
        due_on=due("solve" if unit else "dispatch", today=today),
    )  # fmt: skip


def _taken_in(problem: Problem, report: Report, *, by: User, at: datetime) -> Problem:
    """Insert it as the next one of the day; whoever was faster takes the turn before."""
    most = policy.number("patrols.day_most", on=problem.day)
    for _ in range(TRIES):
        today = Problem.objects.filter(volunteer=problem.volunteer_id, day=problem.day)
        problem.turn = (today.aggregate(last=Max("turn"))["last"] or 0) + 1
        if problem.turn > most:
            raise TooMany(
                f"您今天已经反映了 {most} 件，辛苦了！请明天再来；紧急的事请打电话。",
                code="patrols.too_many",
            )
        try:
            with transaction.atomic():
                problem.photo = files.store(report.photo, subject="patrol", by=by, at=at)
                problem.save(force_insert=True)
        except IntegrityError:
            twin = Problem.objects.filter(volunteer=problem.volunteer_id, nonce=problem.nonce)
            known: Problem | None = twin.first()
            if known is not None:
                return known
            continue
        note(problem, "report", by=by, at=at)
        if problem.unit is not None:
            note(problem, "route", by=None, at=at)
        return problem
    raise WrongState("刚才同时发来了好几件，请稍后再发一次。", code="patrols.busy")


@transaction.atomic
def confirm_problem(*, problem: Problem, by: User, at: datetime) -> Problem:
    """Say that it is solved: the patrol has looked.

    :raises WrongState: when there is nothing to confirm.
    """
    _refuse_own(problem, by)
    return step(problem, "confirm", by=by, at=at, closed_at=at, is_confirmed=True)


@transaction.atomic
def reject_problem(*, problem: Problem, words: str, by: User, at: datetime) -> Problem:
    """Say that it is not solved; the unit has to go on, with a new term.

    :raises BadInput: when it is not said what is still wrong.
    :raises WrongState: when there is nothing to look at.
    """
    _refuse_own(problem, by)
    return step(
        problem, "reject", by=by, at=at, words=said(words, "哪里没有解决", field="words"),
        due_on=due("solve", today=local_date(at)), escalated_at=None,
        solved_at=None, solved_by=None, solved_photo=None,
    )  # fmt: skip


def _refuse_own(problem: Problem, by: User) -> None:
    if problem.solved_by_id == by.pk:
        raise NotAllowed("办结是您自己登记的，不能由您确认。", code="patrols.own_solution")


def keep_terms(*, at: datetime) -> None:
    """Close what nobody looked at in time, and tell the offices what is overdue.

    Each problem in its own transaction: what somebody does meanwhile stands.
    """
    today = local_date(at)
    days = timedelta(days=policy.number("patrols.confirm_days", on=today))
    waiting = Problem.objects.filter(state=S.SOLVED, solved_at__lte=at - days)
    for problem in waiting.order_by("pk")[:PORTION]:
        _lapse(problem, at=at)
    late = Problem.objects.filter(state__in=OPEN, due_on__lt=today, escalated_at=None)
    for problem in late.select_related("unit").order_by("pk")[:PORTION]:
        _escalate(problem, at=at)


@transaction.atomic
def _lapse(problem: Problem, *, at: datetime) -> None:
    try:
        step(problem, "lapse", by=None, at=at, closed_at=at, is_confirmed=False)
    except WrongState:
        return  # the patrol was faster


@transaction.atomic
def _escalate(problem: Problem, *, at: datetime) -> None:
    same = Problem.objects.filter(
        pk=problem.pk, state=problem.state, unit=problem.unit_id, escalated_at=None
    )
    if same.update(escalated_at=at):
        note(problem, "escalate", by=None, at=at)
