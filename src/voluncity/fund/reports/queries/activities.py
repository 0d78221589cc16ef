"""Activities of the service wing that reports tell of: their figures are read, never typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from voluncity.fund.reports.models import Linked, Report
from voluncity.kernel.clock import day_bounds
from voluncity.service.archives.models import Outcome
from voluncity.service.archives.states import SETTLED_STATES
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import HELD_STATES, ProjectState

# Of the kinds of outcomes, those that count people.
PEOPLE_UNITS = ("人次", "人")


@dataclass(frozen=True)
class Figures:
    """What one activity came to: sessions that are over, people, posted minutes, outcomes."""

    sessions: int = 0
    volunteers: int = 0
    proven_minutes: int = 0
    entered_minutes: int = 0
    served: int = 0
    outcomes: tuple[tuple[str, str, int], ...] = ()

    @property
    def minutes(self) -> int:
        """Return all posted minutes."""
        return self.proven_minutes + self.entered_minutes

    @property
    def outcomes_text(self) -> str:
        """Return whom it served in which way, in words."""
        return "、".join(f"{name} {number} {unit}" for name, unit, number in self.outcomes)


@dataclass(frozen=True)
class Total(Figures):
    """What the activities of a report come to together; who came to two is counted for each."""

    activities: int = 0


def candidates(report: Report, *, at: datetime) -> QuerySet[Activity]:
    """Return the activities that a report may tell of: its organization's own, in the project's
    time, over by now, told of nowhere yet; the newest first.
    """
    funding = report.funding
    if funding.organization_id is None:
        return Activity.objects.none()
    begin, _ = day_bounds(funding.starts_on)
    _, end = day_bounds(funding.ends_on)
    found: QuerySet[Activity] = Activity.objects.filter(
        project__organization=funding.organization_id,
        state__in=HELD_STATES,
        starts_at__gte=begin,
        starts_at__lt=end,
        ends_at__lte=at,
        funded_report=None,
    ).exclude(project__state=ProjectState.TEACHING)
    return found.select_related("project").order_by("-starts_at", "-pk")


def figures_of(linked: Iterable[Linked], *, at: datetime) -> dict[int, Figures]:
    """Return the figures of linked activities: frozen ones as they were written down."""
    rows = list(linked)
    live = live_figures([one.activity_id for one in rows if one.frozen_at is None], at=at)
    return {
        one.activity_id: live[one.activity_id] if one.frozen_at is None else _frozen(one)
        for one in rows
    }


def _frozen(one: Linked) -> Figures:
    return Figures(
        one.sessions or 0, one.volunteers or 0, one.proven_minutes or 0, one.entered_minutes or 0,
        one.served or 0, tuple((name, unit, number) for name, unit, number in one.outcomes),
    )  # fmt: skip


def live_figures(activity_ids: Collection[int], *, at: datetime) -> dict[int, Figures]:
    """Return what activities come to now (three questions, however many they are).

    Minutes count once they are posted, outcomes once the archive of the activity was accepted.
    """
    ids = list(activity_ids)
    if not ids:
        return {}
    sessions = dict(
        Shift.objects.filter(activity__in=ids, ends_at__lte=at)
        .order_by()
        .values_list("activity")
        .annotate(n=Count("pk"))
    )
    served = {pk: (people, proven, entered) for pk, people, proven, entered in _posted(ids)}
    outcomes: dict[int, list[tuple[str, str, int]]] = {}
    for pk, name, unit, number in _outcomes(ids):
        outcomes.setdefault(pk, []).append((name, unit, number))
    return {pk: _figures(sessions.get(pk, 0), served.get(pk), outcomes.get(pk, [])) for pk in ids}


def _figures(
    sessions: int, served: tuple[int, int, int] | None, outcomes: Sequence[tuple[str, str, int]]
) -> Figures:
    people, proven, entered = served or (0, 0, 0)
    return Figures(sessions, people, proven, entered, _people(outcomes), tuple(outcomes))


def _posted(ids: Collection[int]) -> Iterable[tuple[int, int, int, int]]:
    path = "signup__shift__activity"
    rows: Iterable[tuple[int, int, int, int]] = (
        ServiceRecord.objects.filter(**{f"{path}__in": ids}, state=RecordState.POSTED)
        .order_by()
        .values_list(path)
        .annotate(
            people=Count("volunteer", distinct=True),
            proven=Coalesce(Sum("minutes", filter=Q(trust=Trust.PROVEN)), 0),
            entered=Coalesce(Sum("minutes", filter=Q(trust=Trust.ENTERED)), 0),
        )
    )
    return rows


def _outcomes(ids: Collection[int]) -> Iterable[tuple[int, str, str, int]]:
    return (
        Outcome.objects.filter(archive__in=ids, archive__state__in=SETTLED_STATES)
        .order_by("archive", "kind__position", "kind__key")
        .values_list("archive", "kind__name", "kind__unit", "number")
    )


def _people(outcomes: Iterable[tuple[str, str, int]]) -> int:
    return sum(number for _, unit, number in outcomes if unit in PEOPLE_UNITS)


def total_of(figures: Collection[Figures]) -> Total:
    """Return what several activities come to."""
    sums: dict[tuple[str, str], int] = {}
    for one in figures:
        for name, unit, number in one.outcomes:
            sums[name, unit] = sums.get((name, unit), 0) + number
    return Total(
        sum(one.sessions for one in figures),
        sum(one.volunteers for one in figures),
        sum(one.proven_minutes for one in figures),
        sum(one.entered_minutes for one in figures),
        sum(one.served for one in figures),
        tuple((name, unit, number) for (name, unit), number in sums.items()),
        len(figures),
    )
