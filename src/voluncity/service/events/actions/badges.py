"""Make badges, make them anew, and let them hold no more."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.service.events.actions.applying import end_badge
from voluncity.service.events.actions.steps import application_of, overtaken
from voluncity.service.events.models import Application, Badge, Event
from voluncity.service.events.queries.desk import live_badge
from voluncity.service.events.rules.plans import said
from voluncity.service.events.states import ApplicationState


def issue_badges(*, event_id: int, by: User, at: datetime) -> list[Badge]:
    """Make a badge for everybody who has confirmed and has none; return the new ones."""
    confirmed = Application.objects.filter(event=event_id, state=ApplicationState.CONFIRMED)
    made = []
    for pk in confirmed.filter(~live_badge()).order_by("pk").values_list("pk", flat=True):
        try:
            made.append(issue_badge(application_id=pk, by=by, at=at))
        except WrongState:
            continue  # somebody made it in this moment
    return made


@transaction.atomic
def issue_badge(*, application_id: int, by: User, at: datetime) -> Badge:
    """Make a badge with the next number of the event.

    :raises Refusal: for somebody who has not confirmed.
    :raises WrongState: when there is a live one.
    """
    application = application_of(application_id)
    if application.state != ApplicationState.CONFIRMED:
        raise Refusal("本人还没有确认参加，不能制证。", code="events.not_confirmed")
    Event.objects.filter(pk=application.event_id).update(badges_made=F("badges_made") + 1)
    number = Event.objects.values_list("badges_made", flat=True).get(pk=application.event_id)
    try:
        with transaction.atomic():
            badge = Badge.objects.create(
                application=application, event_id=application.event_id, number=number,
                issued_at=at, issued_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise overtaken("issue") from error
    record(
        "events.issue_badge", badge, by=by, at=at, on_behalf_of=application.volunteer,
        event=application.event_id, number=number,
    )  # fmt: skip
    return badge


@transaction.atomic
def reissue_badge(*, badge_id: int, reason: str, by: User, at: datetime) -> Badge:
    """Make a new badge; the old one is revoked in the same moment.

    :raises BadInput: without a reason.
    :raises WrongState: when it holds no more already.
    """
    badge = revoke_badge(badge_id=badge_id, reason=reason, by=by, at=at)
    return issue_badge(application_id=badge.application_id, by=by, at=at)


@transaction.atomic
def revoke_badge(*, badge_id: int, reason: str, by: User, at: datetime) -> Badge:
    """Let a badge hold no more.

    :raises BadInput: without a reason.
    :raises WrongState: when it holds no more already.
    """
    text = said(reason, "reason", "原因")[:100]
    found = Badge.objects.select_related("application").filter(pk=badge_id)
    badge: Badge | None = found.first()
    if badge is None:
        raise NotFound("没有找到这张证件。")
    ended = None
    if badge.revoked_at is None:
        ended = end_badge(badge.application, reason=text, by=by, at=at)
    if ended is None or ended.pk != badge.pk:
        raise WrongState("这张证件已经作废，请刷新页面。", code="wrong_state.revoke")
    return badge
