"""What time does: remind the day before, say what is overdue, hand it up, close what was left."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.city.regions.models import Level
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState
from voluncity.kernel.workdays import Calendar
from voluncity.service.difficulties import queries
from voluncity.service.difficulties.actions.steps import end_turn, note, raised, step
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.difficulties.states import WAITING, DifficultyState, Outcome

PORTION = 500


def keep_terms(*, today: date, at: datetime) -> None:
    """Look at everything that waits; each difficulty in its own transaction."""
    calendar = publicity.calendar()
    keys = (
        "difficulties.escalate_workdays", "difficulties.confirm_workdays",
        "difficulties.supply_workdays",
    )  # fmt: skip
    numbers = policy.numbers(keys, on=today)
    _keep_asked(numbers["difficulties.supply_workdays"], calendar, today=today, at=at)
    waiting = Difficulty.objects.filter(state__in=WAITING).order_by("pk")
    tomorrow = calendar.add_workdays(today, 1)
    soon = waiting.filter(due_on__gte=today, due_on__lte=tomorrow, reminded_at=None)
    for difficulty in soon[:PORTION]:
        _tell(difficulty, "remind", "reminded_at", at=at)
    for difficulty in waiting.filter(due_on__lt=today, overdue_at=None)[:PORTION]:
        _tell(difficulty, "overdue", "overdue_at", at=at)
    # Nobody is above the city's office: what it leaves stays red there.
    late = waiting.filter(due_on__lt=today).exclude(office__level=Level.CITY)
    late = late.select_related("kind", "organization__region", "office").order_by("due_on", "pk")
    for difficulty in late[:PORTION]:
        days = calendar.workdays_between(difficulty.due_on, today)
        if days > numbers["difficulties.escalate_workdays"]:
            _escalate(difficulty, at=at, on=today)
    answered = Difficulty.objects.filter(state=DifficultyState.ANSWERED).order_by("pk")
    for difficulty in answered[:PORTION]:
        since = local_date(difficulty.answered_at or at)
        if calendar.workdays_between(since, today) > numbers["difficulties.confirm_workdays"]:
            _lapse(difficulty, at=at)


def _keep_asked(workdays: int, calendar: Calendar, *, today: date, at: datetime) -> None:
    """Remind who was asked for more; what they leave unanswered ends as if it were taken back."""
    tomorrow = calendar.add_workdays(today, 1)
    asked = Difficulty.objects.filter(state=DifficultyState.ASKING).order_by("asked_on", "pk")
    for difficulty in asked[:PORTION]:
        until = queries.supply_end(difficulty, workdays, calendar, on=today)
        if difficulty.reminded_at is None and until <= tomorrow:
            _tell(difficulty, "remind_ask", "reminded_at", at=at)
        elif until < today:
            _drop(difficulty, on=today, at=at)


@transaction.atomic
def _drop(difficulty: Difficulty, *, on: date, at: datetime) -> None:
    try:
        step(difficulty, "drop", by=None, at=at, closed_at=at, asked_on=None)
    except WrongState:
        return  # the reporter was faster
    end_turn(difficulty, Outcome.WITHDRAWN, on=on)


@transaction.atomic
def _tell(difficulty: Difficulty, verb: str, column: str, *, at: datetime) -> None:
    untold = Difficulty.objects.filter(
        pk=difficulty.pk, state=difficulty.state, due_on=difficulty.due_on
    )
    if untold.filter(**{column: None}).update(**{column: at}):
        note(difficulty, verb, by=None, at=at)


@transaction.atomic
def _escalate(difficulty: Difficulty, *, at: datetime, on: date) -> None:
    try:
        raised(difficulty, "escalate", Outcome.ESCALATED, by=None, at=at, on=on)
    except WrongState:
        return  # somebody answered meanwhile


@transaction.atomic
def _lapse(difficulty: Difficulty, *, at: datetime) -> None:
    try:
        step(difficulty, "lapse", by=None, at=at, closed_at=at, is_confirmed=False)
    except WrongState:
        return  # the reporter was faster
