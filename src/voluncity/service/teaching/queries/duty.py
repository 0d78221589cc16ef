"""The yearly duty of new volunteers to learn (市文明办): who has done it, and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.orgs.models import Membership
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.teaching.models import Outcome
from voluncity.service.training.models import TrainingRecord

KEYS = ("teaching.duty_days", "teaching.duty_least")


@dataclass(frozen=True)
class Duty:
    """What one new volunteer owes: so many trainings by a day, and so many done."""

    least: int
    done: int
    due_on: date

    @property
    def is_done(self) -> bool:
        """Return whether enough was learned."""
        return self.done >= self.least


def _numbers(at: datetime) -> tuple[int, int]:
    found = policy.numbers(KEYS, on=local_date(at))
    return found[KEYS[0]], found[KEYS[1]]


def duty_of(volunteer: Volunteer, *, at: datetime) -> Duty | None:
    """Return the duty of a volunteer, or None when it binds nobody, or not any more."""
    days, least = _numbers(at)
    due_on = local_date(volunteer.registered_at + timedelta(days=days))
    if not least or local_date(at) > due_on:
        return None
    family = people.records_of(volunteer)
    since = local_date(volunteer.registered_at)
    records = TrainingRecord.objects.filter(
        volunteer__in=family, revoked_at=None, passed_on__gte=since
    ).count()
    attended = Outcome.objects.filter(volunteer__in=family, record=None, minutes__gt=0).count()
    return Duty(least, records + attended, due_on)


def _newcomers(scope: Scope | None, *, at: datetime) -> tuple[ScopedQuerySet, int]:
    """Return who is new within a scope, with `learned` beside each, and how much is asked."""
    days, least = _numbers(at)
    found: ScopedQuerySet = Volunteer.objects.filter(
        closed_at=None, merged_into=None, registered_at__gt=at - timedelta(days=days)
    )
    if scope is not None:
        found = found.in_scope(scope)
    own = Q(volunteer=OuterRef("pk"))
    records = TrainingRecord.objects.filter(
        own, revoked_at=None, passed_on__gte=OuterRef("registered_at__date")
    )
    attended = Outcome.objects.filter(own, record=None, minutes__gt=0)
    return found.annotate(learned=_count(records) + _count(attended)), least


def _count(rows: object) -> Coalesce:
    counted = rows.order_by().values("volunteer").annotate(n=Count("pk")).values("n")  # type: ignore[attr-defined]
    return Coalesce(Subquery(counted), 0)


def newcomers_without(scope: Scope, *, at: datetime) -> ScopedQuerySet:
    """Return the new volunteers who have not learned enough yet, the most urgent first."""
    found, least = _newcomers(scope, at=at)
    return found.filter(learned__lt=least).select_related("region").order_by("registered_at", "pk")


def duties_by_organization(scope: Scope, *, at: datetime) -> list[tuple[str, int, int]]:
    """Return for each organization its new members and how many of them have done their duty."""
    found, least = _newcomers(None, at=at)
    reach = Membership.objects.filter(left_at=None, volunteer__in=found.values("pk"))
    inside = Q(pk__in=[])
    for path in scope.organizations:
        inside |= Q(organization__path__startswith=path)
    for path in scope.regions:
        inside |= Q(organization__region__path__startswith=path)
    done = set(
        found.filter(
            learned__gte=least, pk__in=reach.filter(inside).values("volunteer")
        ).values_list("pk", flat=True)
    )
    counted: dict[str, tuple[int, int]] = {}
    rows = reach.filter(inside).annotate(name=F("organization__name")).order_by("name", "pk")
    for name, volunteer_id in rows.values_list("name", "volunteer_id"):
        new, learned = counted.get(name, (0, 0))
        counted[name] = (new + 1, learned + (volunteer_id in done))
    return [(name, *numbers) for name, numbers in counted.items()]
