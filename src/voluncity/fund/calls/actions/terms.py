"""What time does: too late, a word before the end; and what follows when an organization ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.calls import queries
from voluncity.fund.calls.actions.steps import step
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.states import GONE, AppState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState


def keep_terms(*, at: datetime) -> int:
    """End what was sent back or taken back and never came again; remind of drafts.

    Return how many ended.
    """
    ended = 0
    for application in queries.overdue(at=at):
        if queries.deadline(application) > at:
            continue  # more time was given
        try:
            _lapse(application, at=at)
        except WrongState:
            continue  # it was handed in this moment
        ended += 1
    _remind(at=at)
    return ended


@transaction.atomic
def _lapse(application: Application, *, at: datetime) -> None:
    step(application, "lapse", by=None, at=at)


def revive(call: Call, *, at: datetime, organization_id: int | None = None) -> int:
    """Let what lapsed go on for which there is time again; return how many.

    Not where the organization has begun another application in its place.
    """
    lapsed = queries.detailed().filter(call=call, state=AppState.LAPSED)
    if organization_id is not None:
        lapsed = lapsed.filter(organization=organization_id)
    count = 0
    for application in lapsed.order_by("-ended_at", "-pk"):
        live = Application.objects.filter(
            call=call, organization=application.organization_id, turn=application.turn
        ).exclude(state__in=GONE)
        if queries.deadline(application) > at and not live.exists():
            verb = "revive" if application.due_at else "revive_draft"
            step(application, verb, by=None, at=at, ended_at=None)
            count += 1
    return count


def _remind(*, at: datetime) -> None:
    days = policy.number("calls.remind_days", on=local_date(at))
    for draft in queries.ending_drafts(after=at, until=at + timedelta(days=days)):
        for user_id in queries.staff_of(draft.organization):
            inbox.send(
                user_id=user_id, key=f"calls:ending:{draft.pk}:{user_id}", at=at,
                title="基金申报快截止了", url=f"/fund/calls/own/{draft.pk}/",
                body=f"“{draft}”还没有提交，{draft.call} 截止到 {draft.call.last_minute}。",
            )  # fmt: skip


def end_of_organization(*, organization_id: int, by: models.Model, at: datetime) -> None:
    """Throw away the drafts of an organization that is dissolved (settings.VOLUNCITY_DISSOLVED)."""
    del by
    drafts = Application.objects.filter(
        organization=organization_id, state=AppState.DRAFT, number=None
    )
    for draft in drafts:
        step(draft, "discard", by=None, at=at)
