"""A volunteer's own hours: balances, months, receipts, and what a certificate may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Sum

from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Transfer
from voluncity.city.people import queries as people
from voluncity.kernel.workdays import Calendar
from voluncity.service.hours.models import OPEN, Correction, ServiceRecord
from voluncity.service.hours.rules import account_key, holder_key
from voluncity.service.hours.states import CorrectionState, RecordState, Trust


@dataclass(frozen=True)
class Minutes:
    """Minutes of the two trusts, never mixed (PEERS.md b 2)."""

    proven: int = 0
    entered: int = 0

    @property
    def total(self) -> int:
        """Return both together."""
        return self.proven + self.entered


def minutes_of(volunteer_id: int) -> Minutes:
    """Return what the ledger holds for a volunteer."""
    held = ledger.balances(holder_key(volunteer_id))
    return Minutes(
        proven=held.get(account_key(volunteer_id, Trust.PROVEN), 0),
        entered=held.get(account_key(volunteer_id, Trust.ENTERED), 0),
    )


def wish_minutes(volunteer_id: int) -> int:
    """Return the entered minutes of a person that came from wishes (docs/decisions/0027)."""
    keys = [account_key(pk, Trust.ENTERED) for pk in people.records_of(volunteer_id)]
    moved = Transfer.objects.filter(
        credit__key__in=keys, debit__key="minutes:issued:wish", reversed_by=None
    )
    return moved.aggregate(total=Sum("amount"))["total"] or 0


def _recorded(volunteer_id: int) -> QuerySet[ServiceRecord]:
    """Return what is recorded of a person, also on records that were merged into this one."""
    found: QuerySet[ServiceRecord] = ServiceRecord.objects.filter(
        volunteer__in=people.records_of(volunteer_id)
    )
    return found


def pending_minutes(volunteer_id: int) -> int:
    """Return the minutes that are recorded and not yet posted."""
    waiting = _recorded(volunteer_id).filter(state__in=[*OPEN, RecordState.SHOWN])
    return waiting.aggregate(total=Sum("minutes"))["total"] or 0


@dataclass(frozen=True)
class Month:
    """Posted minutes of one month of service."""

    year: int
    month: int
    minutes: Minutes


def months_of(volunteer_id: int, *, most: int = 12) -> list[Month]:
    """Return the posted minutes by month of service, newest first."""
    rows = (
        _recorded(volunteer_id)
        .filter(state=RecordState.POSTED)
        .values_list("served_on__year", "served_on__month", "trust")
        .annotate(total=Sum("minutes"))
        .order_by()
    )
    months: dict[tuple[int, int], dict[str, int]] = {}
    for year, month, trust, total in rows:
        months.setdefault((year, month), {})[trust] = total
    return [Month(year, month, Minutes(**months[year, month])) for year, month in sorted(months)][
        : -most - 1 : -1
    ]


def records_of(volunteer_id: int) -> QuerySet[ServiceRecord]:
    """Return a volunteer's records with what a list shows, newest service first."""
    return (
        _recorded(volunteer_id)
        .select_related("organization", "signup__shift__activity", "replaces")
        .order_by("-served_on", "-pk")
    )


def receipt(volunteer_id: int, record_id: int) -> ServiceRecord | None:
    """Return one of the volunteer's own records with all that the receipt shows."""
    return (
        records_of(volunteer_id)
        .select_related(
            "confirmed_by", "approved_by", "signup__attendance", "replaced_by", "volunteer"
        )
        .annotate(
            has_open_correction=Exists(
                Correction.objects.filter(record=OuterRef("pk"), state=CorrectionState.ASKED)
            )
        )
        .filter(pk=record_id)
        .first()
    )


def workdays_left(record: ServiceRecord, *, today: date, calendar: Calendar) -> int:
    """Return how many working days are left until a record must be complete; negative: overdue."""
    if today <= record.due_on:
        return calendar.workdays_between(today, record.due_on)
    return -calendar.workdays_between(record.due_on, today)


def may_ask_correction(record: ServiceRecord) -> bool:
    """Return whether the volunteer can ask now; `record` comes from `receipt`."""
    is_newest = getattr(record, "replaced_by", None) is None
    has_open: bool = getattr(record, "has_open_correction", False)
    return is_newest and record.state != RecordState.REVERSED and not has_open


@dataclass(frozen=True)
class CertifiedActivity:
    """What one organization recorded about one activity."""

    name: str
    first_on: date
    last_on: date
    minutes: Minutes


@dataclass(frozen=True)
class Certified:
    """What one organization recorded; who records is who certifies (RULES.md §1.2)."""

    organization_id: int
    organization: str
    minutes: Minutes
    activities: tuple[CertifiedActivity, ...]


def records_for_certificate(volunteer_id: int) -> list[Certified]:
    """Return the posted hours of a volunteer by recording organization, with the activities."""
    rows = (
        _recorded(volunteer_id)
        .filter(state=RecordState.POSTED)
        .values_list(
            "organization_id",
            "organization__name",
            "signup__shift__activity_id",
            "signup__shift__activity__name",
            "trust",
        )
        .annotate(first=Min("served_on"), last=Max("served_on"), total=Sum("minutes"))
        .order_by("first", "signup__shift__activity_id")
    )
    organizations: dict[tuple[int, str], dict[int, list[_Row]]] = {}
    for org_id, org_name, activity_id, name, trust, first, last, total in rows:
        activities = organizations.setdefault((org_id, org_name), {})
        activities.setdefault(activity_id, []).append(_Row(name, trust, first, last, total))
    return [
        Certified(
            organization_id=org_id,
            organization=org_name,
            minutes=_sum([row for part in activities.values() for row in part]),
            activities=tuple(_certified(part) for part in activities.values()),
        )
        for (org_id, org_name), activities in organizations.items()
    ]


@dataclass(frozen=True)
class _Row:
    name: str
    trust: str
    first: date
    last: date
    minutes: int


def _certified(part: list[_Row]) -> CertifiedActivity:
    return CertifiedActivity(
        name=part[0].name,
        first_on=min(row.first for row in part),
        last_on=max(row.last for row in part),
        minutes=_sum(part),
    )


def _sum(rows: list[_Row]) -> Minutes:
    return Minutes(
        proven=sum(row.minutes for row in rows if row.trust == Trust.PROVEN),
        entered=sum(row.minutes for row in rows if row.trust == Trust.ENTERED),
    )
