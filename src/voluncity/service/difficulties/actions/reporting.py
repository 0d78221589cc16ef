"""What reporters do: report, add facts, say whether it helped, take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.files import actions as files
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed
from voluncity.service.difficulties import queries, rules
from voluncity.service.difficulties.actions.steps import (
    begin_turn,
    end_turn,
    go_on_counting,
    note,
    raised,
    refuse_others,
    step,
)
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.difficulties.rules import Report
from voluncity.service.difficulties.states import DifficultyState, Outcome, Urgency
from voluncity.service.projects.models import Project

S = DifficultyState


@transaction.atomic
def report_difficulty(
    *, organization: Organization, project: Project | None, report: Report, by: User, at: datetime
) -> Difficulty:
    """Report a difficulty upward; the same form sent twice is one difficulty.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when one does not speak for the organization.
    """
    key = rules.checked_key(report.key)
    known: Difficulty | None = Difficulty.objects.filter(reported_by=by, key=key).first()
    if known is not None:
        return known
    if organization.pk not in {one.pk for one in queries.own_organizations(by)}:
        raise NotAllowed("您不能代表这个组织上报，请选择您所在的组织。", code="difficulties.org")
    difficulty = _drawn_up(organization, project, report, key, by=by, at=at)
    try:
        with transaction.atomic():
            difficulty.save(force_insert=True)
    except IntegrityError:
        twin: Difficulty = Difficulty.objects.get(reported_by=by, key=key)
        return twin
    for paper in report.papers[: rules.PAPERS_MOST]:
        files.store(paper, subject=f"difficulty:{difficulty.pk}", by=by, at=at)
    begin_turn(difficulty, on=local_date(at))
    note(difficulty, "report", by=by, at=at)
    note(difficulty, "route", by=None, at=at, told=difficulty.answering)
    return difficulty


def _drawn_up(
    organization: Organization, project: Project | None, report: Report, key: str, *, by: User,
    at: datetime,
) -> Difficulty:  # fmt: skip
    kind = queries.kinds().filter(pk=report.kind_key).first()
    if kind is None:
        raise BadInput("请选择困难的类型。", field="kind")
    if project is not None and project.organization_id != organization.pk:
        raise BadInput("请选择本组织的项目，或者不选。", field="project")
    holder = queries.first_holder(organization, project)
    urgency = Urgency.URGENT if report.is_urgent else Urgency.USUAL
    return Difficulty(
        organization=organization, project=project, kind=kind, urgency=urgency, key=key,
        text=rules.said(report.text, "困难情况", field="text", most=rules.TEXT_MOST),
        reported_at=at, reported_by=by, unit=holder.unit, office=holder.office,
        due_on=queries.due_on(kind, urgency, start=local_date(at)),
    )  # fmt: skip


@transaction.atomic
def supply_facts(*, difficulty: Difficulty, words: str, by: User, at: datetime) -> Difficulty:
    """Add what was asked for; the clock goes on where it stood.

    :raises BadInput: without words.
    :raises WrongState: when nothing was asked.
    """
    refuse_others(difficulty, by)
    told = rules.said(words, "补充的情况", field="words")
    began, calendar, today = difficulty.asked_on, publicity.calendar(), local_date(at)
    paused = calendar.workdays_between(began, today) if began else 0
    due_on = calendar.add_workdays(difficulty.due_on, paused)
    step(
        difficulty, "supply", by=by, at=at, words=told,
        asked_on=None, due_on=due_on, reminded_at=None, overdue_at=None,
    )  # fmt: skip
    go_on_counting(difficulty, due_on=due_on, paused=paused)
    return difficulty


@transaction.atomic
def confirm_difficulty(*, difficulty: Difficulty, by: User, at: datetime) -> Difficulty:
    """Say that it is solved.

    :raises NotAllowed: when one does not speak for the organization, or answered oneself.
    :raises WrongState: when nothing was answered.
    """
    refuse_others(difficulty, by)
    return step(difficulty, "confirm", by=by, at=at, closed_at=at, is_confirmed=True)


@transaction.atomic
def reject_difficulty(*, difficulty: Difficulty, words: str, by: User, at: datetime) -> Difficulty:
    """Say that it is not solved: the level above has to answer, with a new time.

    :raises BadInput: when it is not said what is still missing.
    :raises WrongState: when nothing was answered.
    """
    refuse_others(difficulty, by)
    why = rules.said(words, "哪里没有解决", field="words")
    return raised(difficulty, "reject", None, by=by, at=at, on=local_date(at), words=why)


@transaction.atomic
def withdraw_difficulty(*, difficulty: Difficulty, by: User, at: datetime) -> Difficulty:
    """Take a report back.

    :raises WrongState: when it is solved already.
    """
    refuse_others(difficulty, by)
    step(difficulty, "withdraw", by=by, at=at, closed_at=at, asked_on=None)
    end_turn(difficulty, Outcome.WITHDRAWN, on=local_date(at))
    return difficulty
