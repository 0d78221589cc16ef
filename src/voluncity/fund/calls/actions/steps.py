"""Take one step of the table: the update decides, the history and the journal say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application, Move
from voluncity.fund.calls.rules.calls import REASON_MOST
from voluncity.fund.calls.states import APP_FLOW, GONE
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import WrongState
from voluncity.kernel.text import words as clean_words


def step(
    application: Application,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    **changes: Any,
) -> Application:
    """Take one step, if nobody has changed the application since it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = APP_FLOW.after(verb, application.state)
    if changes["state"] in GONE:
        changes["ended_at"] = at
    if by is not None:
        changes |= {"changed_by": by, "changed_at": at}
    same = Application.objects.filter(
        pk=application.pk, state=application.state, edition=application.edition
    )
    if not same.update(edition=F("edition") + 1, **changes):
        raise was_faster(application.pk)
    application.refresh_from_db(fields=["edition", *changes])
    note(application, verb, by=by, at=at, words=words)
    return application


def hold(application: Application) -> None:
    """Take the application's row, if nobody has changed it: what is asked next stays true.

    :raises WrongState: when somebody was faster.
    """
    same = Application.objects.filter(
        pk=application.pk, state=application.state, edition=application.edition
    )
    if not same.update(edition=F("edition")):
        raise was_faster(application.pk)


def was_faster(pk: int) -> WrongState:
    """Return the refusal that names who changed the application, and when."""
    now = Application.objects.select_related("changed_by").get(pk=pk)
    when = now.changed_at.astimezone(CITY_TZ)
    return WrongState(
        f"{now.changed_by} 在 {when:%m月%d日 %H:%M} 改过这份申报，"
        f"现在是“{now.get_state_display()}”。请看过最新的内容再办理。",
        code="calls.was_faster",
    )


def note(
    application: Application, verb: str, *, by: User | None, at: datetime, words: str = ""
) -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    Move.objects.create(application=application, verb=verb, at=at, by=by, words=words)
    record(
        f"calls.{verb}", ("fund_application", application.pk), by=by, at=at,
        call=application.call_id, organization=application.organization_id,
    )  # fmt: skip


def said(words: str, label: str, *, most: int = REASON_MOST, field: str = "words") -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    return clean_words(words, field, label, most, long=True)
