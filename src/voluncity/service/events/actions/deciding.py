"""Screen, interview, select; answer; and what happens when nobody answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.kernel.text import words
from voluncity.service.events.actions.steps import (
    application_of,
    require_live,
    step_application,
)
from voluncity.service.events.models import Application
from voluncity.service.events.rules.plans import said
from voluncity.service.events.states import ApplicationState, EventState
from voluncity.service.projects.rules import whole_number

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Decision:
    """What is decided, with what it needs: a reason, or a time and place of an interview."""

    verb: str
    reason: str = ""
    interview_at: datetime | None = None
    interview_place: str = ""


@dataclass
class Outcome:
    """For how many it was done, and for whom not, with the sentence why."""

    done: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


DECISIONS = ("screen", "invite", "select", "reserve", "reject")


@transaction.atomic
def decide(*, application_id: int, decision: Decision, by: User, at: datetime) -> Application:
    """Take one step of the selection; nobody decides about oneself.

    :raises BadInput: without the reason, time or place that the step needs.
    :raises NotAllowed: about one's own application.
    :raises WrongState: when the table has no such step, or the event is over.
    """
    application = application_of(application_id)
    if application.volunteer.user_id == by.pk:
        raise NotAllowed("这是您自己的报名，请由同事办理。", code="events.own_application")
    require_live(application.event)
    if decision.verb not in DECISIONS:
        raise BadInput("请选择怎样办理。", field="verb")
    changes: dict[str, object] = {}
    if decision.verb == "reject":
        changes["reason"] = said(decision.reason, "reason", "不录用的原因")
    elif decision.verb == "invite":
        changes = _interview(decision, at=at)
    elif decision.verb == "select":
        changes["reply_by"] = _reply_by(application, at=at)
    return step_application(application, decision.verb, by=by, at=at, **changes)


def _interview(decision: Decision, *, at: datetime) -> dict[str, object]:
    if decision.interview_at is None:
        raise BadInput("请填写面试时间。", field="interview_at")
    if decision.interview_at <= at:
        raise BadInput("面试时间已经过去，请修改。", field="interview_at")
    place = words(decision.interview_place, "interview_place", "面试地点", 60)
    return {
        "interview_at": decision.interview_at, "interview_place": place, "has_come": None,
    }  # fmt: skip


def _reply_by(application: Application, *, at: datetime) -> datetime:
    return at + timedelta(days=application.event.reply_days)


def decide_many(
    *, event_id: int, application_ids: Iterable[int], decision: Decision, by: User, at: datetime
) -> Outcome:
    """Decide about several of one event, each by itself: one that is refused stops nobody.

    :raises BadInput: when nobody was chosen, or what the step needs is missing.
    """
    chosen = set(application_ids)
    if not chosen:
        raise BadInput("请先勾选要办理的人。", code="events.nobody")
    ids = list(
        Application.objects.filter(event=event_id, pk__in=chosen)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    outcome = Outcome()
    for pk in ids:
        try:
            decide(application_id=pk, decision=decision, by=by, at=at)
        except BadInput:
            raise  # the same for all
        except Refusal as refusal:
            outcome.refused.append((pk, refusal.sentence))
        else:
            outcome.done += 1
    return outcome


@transaction.atomic
def note_interview(
    *,
    application_id: int,
    has_come: bool,
    score: int | None,
    remark: str,
    by: User,
    at: datetime,
) -> Application:
    """Write down whether somebody came to the interview, and how it went.

    :raises BadInput: when the score is not 0 to 100, or somebody who did not come has one.
    :raises Refusal: when there was no interview yet.
    """
    application = application_of(application_id)
    if application.volunteer.user_id == by.pk:
        raise NotAllowed("这是您自己的报名，请由同事办理。", code="events.own_application")
    if application.state != ApplicationState.INTERVIEW or application.interview_at is None:
        raise Refusal("没有约面试，或已经有了结果。", code="events.no_interview")
    if score is not None:
        whole_number(score, "score", "评分", 0, 100)
        if not has_come:
            raise BadInput("没有到场的人不用评分，请清空。", field="score")
    application.has_come, application.score = has_come, score
    application.remark = words(remark, "remark", "评语", 200, wanted=False)
    application.save(update_fields=["has_come", "score", "remark"])
    record(
        "events.note_interview", application, by=by, at=at,
        on_behalf_of=application.volunteer, event=application.event_id,
    )  # fmt: skip
    return application


@transaction.atomic
def answer(*, application_id: int, accepts: bool, by: User, at: datetime) -> Application:
    """Let somebody who was selected accept or decline, until the time is over.

    :raises Refusal: when it is too late.
    :raises WrongState: when there is nothing to answer, or the event was called off.
    """
    application = application_of(application_id)
    require_live(application.event)
    if application.reply_by is not None and at >= application.reply_by:
        raise Refusal("确认的时间已过，名额已给备选的人。谢谢您的支持。", code="events.too_late")
    verb = "confirm" if accepts else "decline"
    return step_application(application, verb, by=by, at=at, replied_at=at)


def lapse_silent(*, at: datetime) -> int:
    """Give up the places of those who did not answer in time; return how many."""
    late = Application.objects.filter(
        state=ApplicationState.SELECTED, reply_by__lte=at, event__state=EventState.OPEN
    )
    done = 0
    for application in late.select_related("volunteer", "event").order_by("pk")[:500]:
        try:
            with transaction.atomic():
                step_application(application, "lapse", by=None, at=at, reason="没有在期限内确认")
        except Refusal:
            continue  # answered in this moment
        done += 1
    return done


@transaction.atomic
def read_briefing(*, application_id: int, by: User, at: datetime) -> Application:
    """Note that somebody has read what one must know; once."""
    application = application_of(application_id)
    unread = Application.objects.filter(pk=application.pk, briefing_read_at=None)
    if unread.update(briefing_read_at=at):
        record("events.read_briefing", application, by=by, at=at, event=application.event_id)
        application.briefing_read_at = at
    return application


@transaction.atomic
def note_briefed(*, event_id: int, application_ids: Iterable[int], by: User, at: datetime) -> int:
    """Write down who came to the briefing; all others who confirmed did not. Return how many."""
    confirmed = Application.objects.filter(event=event_id, state=ApplicationState.CONFIRMED)
    came = confirmed.filter(pk__in=list(application_ids)).update(is_briefed=True)
    confirmed.exclude(pk__in=list(application_ids)).update(is_briefed=False)
    record("events.note_briefed", ("event", event_id), by=by, at=at, people=came)
    return came
