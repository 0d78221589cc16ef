"""Take one step of the table; hand a difficulty to the next who has to answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.difficulties import queries
from voluncity.service.difficulties.models import Difficulty, Move, Turn
from voluncity.service.difficulties.queries import Holder
from voluncity.service.difficulties.states import DIFFICULTY_FLOW, Outcome


def step(
    difficulty: Difficulty,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    told: str = "",
    **changes: Any,
) -> Difficulty:
    """Take one step, if the difficulty still is as it was read: same state, holder, question.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = DIFFICULTY_FLOW.after(verb, difficulty.state)
    same = Difficulty.objects.filter(
        pk=difficulty.pk, state=difficulty.state, unit=difficulty.unit_id,
        office=difficulty.office_id, asked_on=difficulty.asked_on,
    )  # fmt: skip
    if not same.update(**changes):
        raise WrongState(
            "这件事刚刚有人办理过，请刷新页面查看最新情况。", code="difficulties.was_faster"
        )
    note(difficulty, verb, by=by, at=at, words=words, told=told)
    difficulty.refresh_from_db(fields=list(changes))
    return difficulty


def note(
    difficulty: Difficulty,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    told: str = "",
) -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    Move.objects.create(difficulty=difficulty, verb=verb, at=at, by=by, words=words, told=told)
    record(
        f"difficulties.{verb}", difficulty, by=by, at=at,
        unit=difficulty.unit_id, office=difficulty.office_id,
    )  # fmt: skip


def begin_turn(difficulty: Difficulty, *, on: date) -> None:
    """Let the time of the present holder run from a day."""
    Turn.objects.create(
        difficulty=difficulty, unit=difficulty.unit, office=difficulty.office,
        began_on=on, due_on=difficulty.due_on,
    )  # fmt: skip


def end_turn(difficulty: Difficulty, outcome: Outcome, *, on: date) -> None:
    """Stop the running time, where one runs, and count its working days."""
    turn = Turn.objects.filter(difficulty=difficulty, outcome="").first()
    if turn is None:
        return
    worked = publicity.calendar().workdays_between(turn.began_on, on) - turn.paused_workdays
    Turn.objects.filter(pk=turn.pk, outcome="").update(
        outcome=outcome, ended_on=on, workdays=max(worked, 0)
    )


def go_on_counting(difficulty: Difficulty, *, due_on: date, paused: int) -> None:
    """Move the running time's end by the working days during which it stood."""
    Turn.objects.filter(difficulty=difficulty, outcome="").update(
        due_on=due_on, paused_workdays=F("paused_workdays") + paused
    )


def held_by(holder: Holder) -> dict[str, Any]:
    """Return the columns that name a holder; a new holder is reminded anew."""
    return {
        "unit": holder.unit, "office": holder.office, "reminded_at": None, "overdue_at": None,
    }  # fmt: skip


def raised(
    difficulty: Difficulty,
    verb: str,
    outcome: Outcome | None,
    *,
    by: User | None,
    at: datetime,
    on: date,
    words: str = "",
) -> Difficulty:
    """Hand it to the level above with a new time; the city's office keeps what it has."""
    holder = queries.next_holder(difficulty) or Holder(office=difficulty.office)
    due_on = queries.due_on(difficulty.kind, difficulty.urgency, start=on)
    cleared = {
        "measures": "", "responsible": "", "promised_on": None, "answered_at": None,
        "answered_by": None,
    }  # fmt: skip
    step(
        difficulty, verb, by=by, at=at, words=words, told=holder.name,
        due_on=due_on, **cleared, **held_by(holder),
    )  # fmt: skip
    if outcome is not None:
        end_turn(difficulty, outcome, on=on)
    begin_turn(difficulty, on=on)
    return difficulty


def refuse_reporter(difficulty: Difficulty, by: User) -> None:
    """Refuse that somebody answers what they or their organization reported.

    :raises NotAllowed: when they did.
    """
    if queries.is_reporter(by, difficulty):
        raise NotAllowed("这是您或本组织上报的困难，请由上级答复。", code="difficulties.own")


def refuse_others(difficulty: Difficulty, by: User) -> None:
    """Refuse that somebody speaks for an organization that is not theirs, or about their answer.

    :raises NotAllowed: when they would.
    """
    if not queries.is_reporter(by, difficulty) or difficulty.answered_by_id == by.pk:
        raise NotAllowed("请由上报的组织办理这一步。", code="difficulties.not_reporter")
