"""Fetch what an action is about, and take one step of its table by a conditional update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.service.events.models import Application, Event
from voluncity.service.events.states import APPLICATION_FLOW, EVENT_FLOW, LIVE_EVENTS


def event_of(event_id: int) -> Event:
    """Return the event with its project.

    :raises NotFound: when there is none.
    """
    found = Event.objects.select_related("project__organization__region", "leader", "region")
    event: Event | None = found.filter(pk=event_id).first()
    if event is None:
        raise NotFound("没有找到这次赛会。")
    return event


def application_of(application_id: int) -> Application:
    """Return the application with its event and volunteer.

    :raises NotFound: when there is none.
    """
    found = Application.objects.select_related("event__project__organization", "volunteer__user")
    application: Application | None = found.filter(pk=application_id).first()
    if application is None:
        raise NotFound("没有找到这份报名。")
    return application


def overtaken(verb: str) -> WrongState:
    """Return the refusal for somebody who came second."""
    return WrongState(
        "刚刚有人处理过，情况已经变化，请刷新页面后再看。", code=f"wrong_state.{verb}"
    )


def step_event(event: Event, verb: str, *, by: User, at: datetime, **changes: Any) -> Event:
    """Take one step of an event.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = EVENT_FLOW.after(verb, event.state)
    if not Event.objects.filter(pk=event.pk, state=event.state).update(**changes):
        raise overtaken(verb)
    record(f"events.{verb}_event", event, by=by, at=at, project=event.project_id)
    event.refresh_from_db()
    return event


def require_live(event: Event) -> None:
    """Refuse changes of an event that is over.

    :raises WrongState: when it is.
    """
    if event.state not in LIVE_EVENTS:
        raise WrongState(
            f"赛会{event.get_state_display()}，不能再修改。", code="wrong_state.event_over"
        )


def step_application(
    application: Application, verb: str, *, by: User | None, at: datetime, **changes: Any
) -> Application:
    """Take one step of an application.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = APPLICATION_FLOW.after(verb, application.state)
    same = Application.objects.filter(pk=application.pk, state=application.state)
    if not same.update(**changes):
        raise overtaken(verb)
    volunteer = application.volunteer
    is_own = by is not None and volunteer.user_id == by.pk
    record(
        f"events.{verb}", application, by=by, at=at,
        on_behalf_of=None if is_own or by is None else volunteer, event=application.event_id,
    )  # fmt: skip
    application.refresh_from_db(fields=list(changes))
    return application
