"""Read the working-day calendar, and what is shown to the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.publicity.models import CalendarDay, Notice, NoticePart, Objection
from voluncity.city.publicity.states import NoticeState, ObjectionState
from voluncity.kernel.workdays import Calendar


def calendar() -> Calendar:
    """Return the city's working days as the office keeps them."""
    rows = list(CalendarDay.objects.values_list("day", "is_workday"))
    return Calendar(
        off=frozenset(day for day, is_workday in rows if not is_workday),
        on=frozenset(day for day, is_workday in rows if is_workday),
    )


def due_on(start: date, workdays: int) -> date:
    """Return the last day of a time of so many working days that starts after `start`."""
    return calendar().add_workdays(start, workdays)


def days_of(year: int) -> QuerySet[CalendarDay]:
    """Return the days of a year that are not what their weekday says."""
    return CalendarDay.objects.filter(day__year=year)


def has_data(year: int) -> bool:
    """Return whether a year is arranged; none ever was without make-up working days."""
    return days_of(year).filter(is_workday=True).exists()


def notices(state: str = "", kind: str = "") -> QuerySet[Notice]:
    """Return what is or was shown: running ones first, those that end soonest at the top."""
    found: QuerySet[Notice] = Notice.objects.select_related("region")
    if state in NoticeState.values:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    is_running = Q(state=NoticeState.SHOWN)
    return found.annotate(
        is_over=Exists(Notice.objects.filter(~is_running, pk=OuterRef("pk"))),
        objection_count=Count("objections"),
    ).order_by("is_over", F("decided_at").desc(nulls_first=True), "shown_until", "pk")


@dataclass(frozen=True)
class Tally:
    """How many objections a notice met, and what became of them; no names and no words."""

    open: int
    upheld: int
    dismissed: int

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.open + self.upheld + self.dismissed


def tally(notice: Notice) -> Tally:
    """Return the objections to a notice in numbers."""
    counted = dict(notice.objections.values_list("state").annotate(n=Count("pk")).order_by())
    return Tally(
        open=counted.get(ObjectionState.OPEN, 0),
        upheld=counted.get(ObjectionState.UPHELD, 0),
        dismissed=counted.get(ObjectionState.DISMISSED, 0),
    )


def my_objections(notice: Notice, user_id: int | None) -> QuerySet[Objection]:
    """Return what one person objected, newest first."""
    return notice.objections.filter(by_id=user_id or 0).select_related("part").order_by("-pk")


def parts(notice: Notice) -> QuerySet[NoticePart]:
    """Return what a notice shows together, in its order; nothing where it is about one thing."""
    return NoticePart.objects.filter(notice=notice).order_by("number")


def desk_notices(scope: Scope, state: str = "") -> QuerySet[Notice]:
    """Return the notices within reach; those with an objection waiting for an answer first."""
    found: QuerySet[Notice] = Notice.objects.in_scope(scope).select_related("region")
    if state in NoticeState.values:
        found = found.filter(state=state)
    waiting = Q(objections__state=ObjectionState.OPEN)
    return found.annotate(waiting=Count("objections", filter=waiting)).order_by(
        "-waiting", "-shown_from", "-pk"
    )
