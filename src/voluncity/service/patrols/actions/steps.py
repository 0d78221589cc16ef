"""Take one step of the table: the update decides, the history and the journal say so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean
from voluncity.service.patrols import rules
from voluncity.service.patrols.models import Move, Problem
from voluncity.service.patrols.states import PROBLEM_FLOW


def step(
    problem: Problem,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    told: Organization | None = None,
    **changes: Any,
) -> Problem:
    """Take one step, if the problem still is as it was read: same state, same unit.

    `told` is the unit that the history names, where it is not the problem's own.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = PROBLEM_FLOW.after(verb, problem.state)
    same = Problem.objects.filter(pk=problem.pk, state=problem.state, unit=problem.unit_id)
    if not same.update(**changes):
        raise WrongState(
            "这件事刚刚有人办理过，请刷新页面查看最新情况。", code="patrols.was_faster"
        )
    note(problem, verb, by=by, at=at, words=words, unit=told)
    problem.refresh_from_db(fields=list(changes))
    return problem


def note(
    problem: Problem,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    unit: Organization | None = None,
) -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    told = unit or problem.unit
    Move.objects.create(problem=problem, verb=verb, at=at, by=by, unit=told, words=words)
    record(f"patrols.{verb}", problem, by=by, at=at, unit=told.pk if told else None)


def due(key: str, *, today: date) -> date:
    """Return the last day of a time of working days that the city has set."""
    return publicity.due_on(today, policy.number(f"patrols.{key}_workdays", on=today))


def said(words: str, label: str, *, field: str) -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    cleaned = clean(words, max_length=rules.NOTE_MOST, field=field, label=label)
    if not cleaned:
        raise BadInput(f"请填写{label}。", field=field)
    return cleaned
