"""What archives add up to: people served, goods, money; volunteers and hours from records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from voluncity.service.archives.models import Archive, Material, Outcome, Photo, Spending
from voluncity.service.archives.queries.public import shown_photos
from voluncity.service.archives.states import SETTLED_STATES, ArchiveState
from voluncity.service.hours.models import COUNTING, ServiceRecord
from voluncity.service.hours.states import Trust


@dataclass(frozen=True)
class OutcomeTotal:
    """How many were served in one way."""

    key: str
    name: str
    unit: str
    number: int


@dataclass(frozen=True)
class Totals:
    """What several archives add up to; only what the level above accepted is counted."""

    activities: int = 0
    outcomes: tuple[OutcomeTotal, ...] = ()
    material_fen: int = 0
    spent_fen: int = 0
    photos: int = 0


@dataclass(frozen=True)
class Served:
    """Who served at activities and how long, from service records that count."""

    volunteers: int = 0
    minutes: int = 0
    proven_minutes: int = 0

    @property
    def hours(self) -> str:
        """Return the hours with at most one decimal, as a big number shows them."""
        return f"{self.minutes / 60:,.1f}".removesuffix(".0")

    @property
    def proven_text(self) -> str:
        """Return which share was proven by checking in and out."""
        if not self.minutes:
            return "还没有确认的记录"
        return f"其中扫码信用时长 {self.proven_minutes * 100 // self.minutes}%"


def totals_of(archives: QuerySet[Archive]) -> Totals:
    """Return what the accepted ones among these archives add up to (five questions)."""
    settled = archives.filter(state__in=SETTLED_STATES).order_by()
    theirs = {"archive__in": settled.values("pk")}
    return Totals(
        activities=settled.count(),
        outcomes=outcomes_of(Outcome.objects.filter(**theirs)),
        material_fen=_sum(Material.objects.filter(**theirs), "value_fen"),
        spent_fen=_sum(Spending.objects.filter(**theirs), "fen"),
        photos=Photo.objects.filter(**theirs).count(),
    )


def totals_of_project(project_id: int) -> Totals:
    """Return what the accepted archives of a project's activities add up to."""
    return totals_of(Archive.objects.filter(activity__project=project_id))


def totals_of_activities(activity_ids: Collection[int]) -> Totals:
    """Return what the accepted archives of these activities add up to."""
    return totals_of(Archive.objects.filter(activity__in=activity_ids))


def public_archives(project_id: int) -> QuerySet[Archive]:
    """Return the public archives of a project's activities, newest activity first."""
    found: QuerySet[Archive] = Archive.objects.filter(
        state=ArchiveState.PUBLIC, activity__project=project_id
    )
    return found.select_related("activity__region").order_by("-activity__starts_at", "-pk")


def public_photos(archives: Iterable[Archive]) -> QuerySet[Photo]:
    """Return what the public may see of public archives: covers first, then by their order.

    A photo is shown by `archives:photo` (pk, "small" or "shown").
    """
    found = shown_photos().filter(
        archive__in=[one.pk for one in archives], archive__state=ArchiveState.PUBLIC
    )
    return found.order_by("archive", "-is_cover", "position", "pk")


def outcomes_of(outcomes: QuerySet[Outcome]) -> tuple[OutcomeTotal, ...]:
    """Return sums by kind, in the order of the catalog."""
    rows = (
        outcomes.order_by("kind__position", "kind__key")
        .values_list("kind__key", "kind__name", "kind__unit")
        .annotate(n=Sum("number"))
    )
    return tuple(OutcomeTotal(key, name, unit, int(n)) for key, name, unit, n in rows)


def served_at(activity_ids: Collection[int]) -> Served:
    """Return the people and minutes of the service records of these activities."""
    found = ServiceRecord.objects.filter(
        signup__shift__activity__in=activity_ids, state__in=COUNTING
    ).aggregate(
        volunteers=Count("volunteer", distinct=True),
        served=Coalesce(Sum("minutes"), 0),
        proven=Coalesce(Sum("minutes", filter=Q(trust=Trust.PROVEN)), 0),
    )
    return Served(found["volunteers"], found["served"], found["proven"])


def served_by_activity(activity_ids: Collection[int]) -> dict[int, Served]:
    """Return people and minutes of each of these activities by one question."""
    return served_by("signup__shift__activity", activity_ids)


def served_by(path: str, of: Collection[Any]) -> dict[int, Served]:
    """Return people and minutes of each of what `path` leads to from a record, by one question."""
    rows = (
        ServiceRecord.objects.filter(**{f"{path}__in": of}, state__in=COUNTING)
        .order_by()
        .values_list(path)
        .annotate(
            volunteers=Count("volunteer", distinct=True),
            all_minutes=Sum("minutes"),
            proven=Coalesce(Sum("minutes", filter=Q(trust=Trust.PROVEN)), 0),
        )
    )
    return {pk: Served(people, minutes, proven) for pk, people, minutes, proven in rows}


def _sum(rows: QuerySet[Material] | QuerySet[Spending], column: str) -> int:
    return int(rows.order_by().aggregate(n=Coalesce(Sum(column), 0))["n"])
