"""End an event with its figures and thanks; forget what was only needed for its days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from voluncity.city.files import actions as files
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.text import words
from voluncity.service.events.actions.steps import event_of, step_event
from voluncity.service.events.models import Event, Handout
from voluncity.service.events.states import EventState, ItemKind
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.projects.models import Shift
from voluncity.service.signups.models import Attendance


@transaction.atomic
def close_event(*, event_id: int, thanks: str, by: User, at: datetime) -> Event:
    """End an event: people who were there, hours that are on their accounts, meals given.

    Hours that are posted later are counted by `refresh_figures`.

    :raises Refusal: while a shift is still to come.
    :raises WrongState: unless it is public.
    """
    event = event_of(event_id)
    text = words(thanks, "thanks", "致谢", 1000, long=True)
    if Shift.objects.filter(event_day__post__group__event=event, ends_at__gt=at).exists():
        raise Refusal("还有班次没有结束，请等最后一个班次结束后再汇总。", code="events.not_over")
    return step_event(event, "close", by=by, at=at, closed_at=at, thanks=text, **figures(event))


def figures(event: Event) -> dict[str, int]:
    """Return how many people were there, their minutes on the ledger, and the meals given."""
    there = Attendance.objects.filter(signup__shift__event_day__post__group__event=event)
    posted = ServiceRecord.objects.filter(
        signup__shift__event_day__post__group__event=event, state=RecordState.POSTED
    )
    meals = Handout.objects.filter(item__event=event, item__kind=ItemKind.MEAL)
    return {
        "served_people": there.values("signup__volunteer").distinct().count(),
        "served_minutes": posted.aggregate(sum=Sum("minutes"))["sum"] or 0,
        "served_meals": meals.count(),
    }


def refresh_figures(*, at: datetime) -> None:
    """Count again for events that ended in the last two months: hours come in later."""
    recent = Event.objects.filter(state=EventState.CLOSED, closed_at__gt=at - timedelta(days=60))
    for event in recent.order_by("pk"):
        Event.objects.filter(pk=event.pk).update(**figures(event))


def forget_details(*, at: datetime) -> int:
    """Wipe out photo, diet and size of events that are over for long enough (PIPL art. 19).

    The last day counts, not whether somebody has closed the event. Return of how many events.
    """
    days = timedelta(days=policy.number("events.keep_days", on=local_date(at)))
    due = Event.objects.filter(ends_on__lt=local_date(at - days), forgotten_at=None)
    events = list(due.order_by("pk")[:20])
    for event in events:
        _forget(event, at=at)
    return len(events)


@transaction.atomic
def _forget(event: Event, *, at: datetime) -> None:
    if not Event.objects.filter(pk=event.pk, forgotten_at=None).update(forgotten_at=at):
        return
    with_photo = event.applications.filter(photo__isnull=False).select_related("photo")
    stored = [one.photo for one in with_photo if one.photo is not None]
    event.applications.update(photo=None, diet_cipher="", size="")
    for photo in stored:
        files.remove(photo, at=at)
    record("events.forget", event, by=None, at=at, photos=len(stored))
