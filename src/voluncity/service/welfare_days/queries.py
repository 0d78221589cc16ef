"""Read public-welfare days: the next one, a year, one day with its activities and figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.service.archives import queries as archives
from voluncity.service.archives.models import Archive, Outcome
from voluncity.service.archives.queries import OutcomeTotal, Served
from voluncity.service.archives.states import HANDED_IN_STATES, SETTLED_STATES, ArchiveState
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.welfare_days import rules
from voluncity.service.welfare_days.models import WelfareDay

SOON = timedelta(days=7)
CANDIDATES_MOST = 50
NOBODY = Served()


@dataclass(frozen=True)
class Figures:
    """What was done on one day, or on several, from records and accepted archives."""

    activities: int = 0
    organizations: int = 0
    served: Served = NOBODY
    outcomes: tuple[OutcomeTotal, ...] = ()


def coming(*, at: datetime) -> WelfareDay | None:
    """Return the next day, if it is within a week and was confirmed; for the home page."""
    today = local_date(at)
    found = WelfareDay.objects.filter(
        state="confirmed", held_on__gte=today, held_on__lte=today + SOON
    )
    return found.order_by("held_on").first()


def next_day(*, today: date) -> WelfareDay | None:
    """Return the day that comes next, today's own with it."""
    return WelfareDay.objects.filter(held_on__gte=today).order_by("held_on").first()


def past_days(*, today: date) -> QuerySet[WelfareDay]:
    """Return the days that were held, the newest first."""
    return WelfareDay.objects.filter(held_on__lt=today).order_by("-held_on")


def years() -> list[int]:
    """Return the years that have days, the newest first."""
    return sorted({day.year for day in WelfareDay.objects.values_list("month", flat=True)})[::-1]


def year_to_open(known: Sequence[int], *, today: date) -> int:
    """Return the year that a page opens first: this one, or the newest that has days.

    Where none has, this one.
    """
    return today.year if today.year in known or not known else known[0]


def activities_of(day: WelfareDay) -> QuerySet[Activity]:
    """Return the activities of a day that were not called off, in their order, with places."""
    shifts = Shift.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    found: QuerySet[Activity] = Activity.objects.filter(
        welfare_attachment__day=day, state=ActivityState.OPEN
    )
    return (
        found.select_related("region", "project__organization__region")
        .annotate(
            places=Coalesce(Subquery(shifts.values(n=Sum("capacity"))), 0),
            taken=Coalesce(Subquery(shifts.values(n=Sum("taken"))), 0),
        )
        .order_by("starts_at", "pk")
    )


def nearest_first(activities: Iterable[Activity], volunteer: Volunteer | None) -> list[Activity]:
    """Return those with free places first, and of these the ones nearest to one's home."""
    home = volunteer.region.path if volunteer else ""

    def apart(one: Any) -> tuple[bool, int]:
        path = one.region.path
        shared = sum(1 for mine, theirs in zip(home.split("/"), path.split("/"), strict=False)
                     if mine and mine == theirs)  # fmt: skip
        return one.taken >= one.places, -shared

    return sorted(activities, key=apart)


def figures_of(activities: Collection[Activity]) -> Figures:
    """Return what activities add up to."""
    ids = [one.pk for one in activities]
    return Figures(
        activities=len(ids),
        organizations=len({one.project.organization_id for one in activities}),
        served=archives.served_at(ids),
        outcomes=archives.outcomes_of(
            Outcome.objects.filter(archive__in=ids, archive__state__in=SETTLED_STATES)
        ),
    )


@dataclass(frozen=True)
class Row:
    """One activity of a day with what its records say."""

    activity: Activity
    served: Served
    outcomes: list[Outcome]
    state: str  # of its archive; empty where there is none

    @property
    def is_public(self) -> bool:
        """Return whether its archive may be opened by everybody."""
        return self.state == ArchiveState.PUBLIC

    @property
    def is_missing(self) -> bool:
        """Return whether the archive was not handed in yet."""
        return self.state not in HANDED_IN_STATES

    @property
    def state_text(self) -> str:
        """Return the state of the archive in words."""
        return str(ArchiveState(self.state).label) if self.state else "未归档"


def rows_of(activities: Collection[Activity]) -> list[Row]:
    """Return activities with people, hours, people served and archive (three questions)."""
    ids = [one.pk for one in activities]
    served = archives.served_by_activity(ids)
    done: dict[int, list[Outcome]] = {}
    for one in Outcome.objects.filter(
        archive__in=ids, archive__state__in=SETTLED_STATES
    ).select_related("kind"):
        done.setdefault(one.archive_id, []).append(one)
    states = dict(Archive.objects.filter(pk__in=ids).values_list("pk", "state"))
    return [
        Row(one, served.get(one.pk, NOBODY), done.get(one.pk, []), states.get(one.pk, ""))
        for one in activities
    ]


@dataclass(frozen=True)
class Month:
    """One day in the overview of a year."""

    day: WelfareDay
    figures: Figures


def months_of(year: int) -> list[Month]:
    """Return the days of a year with their figures, by four questions however many there are."""
    days = list(WelfareDay.objects.filter(month__year=year))
    mine = {"welfare_attachment__day__in": days, "state": ActivityState.OPEN}
    counted = {
        pk: (number, organizations)
        for pk, number, organizations in Activity.objects.filter(**mine)
        .order_by()
        .values_list("welfare_attachment__day")
        .annotate(n=Count("pk"), who=Count("project__organization", distinct=True))
    }
    served = archives.served_by("signup__shift__activity__welfare_attachment__day", days)
    done = _outcomes_by_day(days)
    return [
        Month(
            one,
            Figures(
                *counted.get(one.pk, (0, 0)), served.get(one.pk, NOBODY),
                tuple(done.get(one.pk, ())),
            ),
        )
        for one in days
    ]  # fmt: skip


def _outcomes_by_day(days: list[WelfareDay]) -> dict[int, list[OutcomeTotal]]:
    day = "archive__activity__welfare_attachment__day"
    rows = (
        Outcome.objects.filter(**{f"{day}__in": days}, archive__state__in=SETTLED_STATES)
        .order_by("kind__position", "kind__key")
        .values_list(day, "kind__key", "kind__name", "kind__unit")
        .annotate(total=Sum("number"))
    )
    found: dict[int, list[OutcomeTotal]] = {}
    for pk, key, name, unit, total in rows:
        found.setdefault(pk, []).append(OutcomeTotal(key, name, unit, total))
    return found


def total_of(months: Iterable[Month]) -> Figures:
    """Return the sum of days; somebody who served on two days counts on both."""
    every = [one.figures for one in months]
    sums: dict[str, OutcomeTotal] = {}
    for figures in every:
        for one in figures.outcomes:
            before = sums.get(one.key)
            sums[one.key] = OutcomeTotal(
                one.key, one.name, one.unit, one.number + (before.number if before else 0)
            )
    return Figures(
        activities=sum(one.activities for one in every),
        organizations=sum(one.organizations for one in every),
        served=Served(
            sum(one.served.volunteers for one in every),
            sum(one.served.minutes for one in every),
            sum(one.served.proven_minutes for one in every),
        ),
        outcomes=tuple(sums.values()),
    )


# -- The desk ----------------------------------------------------------------------------------


def window(day: WelfareDay) -> tuple[date, date]:
    """Return the first and the last day of activities that may belong to a day."""
    around = policy.number("welfare_days.around_days", on=day.held_on)
    return rules.window(day.base_on, day.held_on, around=around)


def is_within(day: WelfareDay, activity: Activity) -> bool:
    """Return whether an activity is held near enough to a day."""
    first, last = window(day)
    return first <= local_date(activity.starts_at) <= last


def candidates(day: WelfareDay, scope: Scope) -> QuerySet[Activity]:
    """Return the activities within a scope that may still be attached to a day."""
    first, last = window(day)
    found: QuerySet[Activity] = (
        Activity.objects.of_service()
        .in_scope(scope)
        .filter(
            state=ActivityState.OPEN,
            welfare_attachment=None,
            starts_at__gte=day_bounds(first)[0],
            starts_at__lt=day_bounds(last)[1],
        )
    )
    return found.select_related("region", "project__organization").order_by("starts_at", "pk")[
        :CANDIDATES_MOST
    ]


def reached(activities: Collection[Activity], scope: Scope) -> set[int]:
    """Return which of these activities lie within a scope."""
    ids = [one.pk for one in activities]
    return set(Activity.objects.in_scope(scope).filter(pk__in=ids).values_list("pk", flat=True))


def may_arrange(user: User) -> bool:
    """Return whether somebody decides on the days: the office of the whole city."""
    return regions.city().path in scope_of(user, Permission.WELFARE_DAY_EDIT).regions
