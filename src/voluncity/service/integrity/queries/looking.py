"""What is unusual in records and entries: each rule is one question to the whole time looked at.

No rule asks once for each row; what it rests on is read for the few hits together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import ExtractHour, TruncDate, TruncMonth, TruncWeek

from voluncity.kernel.clock import CITY_TZ, day_bounds
from voluncity.kernel.geo import distance_m
from voluncity.kernel.minutes import overlap_minutes
from voluncity.service.hours.models import LIVE, ServiceRecord
from voluncity.service.hours.states import Trust
from voluncity.service.integrity.queries.limits import Limits
from voluncity.service.integrity.rules import Found
from voluncity.service.integrity.states import About, Rule
from voluncity.service.projects.states import ProjectState
from voluncity.service.signups.models import ScanFlag
from voluncity.service.signups.states import FlagKind

# So many records of one finding are kept by name; its numbers count all.
EVIDENCE_MOST = 2_000
_ACTIVITY = "signup__shift__activity__"
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Period:
    """Days of service, or of entering, from the first to the last one."""

    since: date
    until: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Return the instants between which its days lie."""
        return day_bounds(self.since)[0], day_bounds(self.until)[1]


def _served(period: Period) -> QuerySet[ServiceRecord]:
    return ServiceRecord.objects.filter(
        state__in=LIVE, minutes__gt=0, served_on__range=(period.since, period.until)
    ).order_by()


def _entered(period: Period) -> QuerySet[ServiceRecord]:
    """Return what nobody scanned and somebody vouched for in these days."""
    since, until = period.instants
    return ServiceRecord.objects.filter(
        state__in=LIVE, trust=Trust.ENTERED, minutes__gt=0, confirmed_at__gte=since,
        confirmed_at__lt=until,
    ).order_by()  # fmt: skip


def bulk(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who vouched for many entered records within an hour."""
    rows = (
        _entered(period)
        .order_by("organization_id", "confirmed_by_id", "confirmed_at", "pk")
        .values_list(
            "organization_id", "confirmed_by_id", "confirmed_at", "pk", "volunteer_id",
            "signup__attendance",
        )
    )  # fmt: skip
    for (organization_id, user_id), group in groupby(rows.iterator(), key=lambda row: row[:2]):
        for burst in _bursts(list(group), least=limits.bulk_records):
            yield Found(
                Rule.BULK, About.ORGANIZER, organization_id,
                burst[0][2].astimezone(CITY_TZ).date(),
                {
                    "records": len(burst), "people": len({row[4] for row in burst}),
                    "absent": sum(row[5] is None for row in burst), "limit": limits.bulk_records,
                },
                [row[3] for row in burst],
                organizer_id=user_id,
                detail=f"{burst[0][2].astimezone(CITY_TZ):%H%M}",
            )  # fmt: skip


def _bursts(rows: list[tuple[Any, ...]], *, least: int) -> Iterator[list[tuple[Any, ...]]]:
    """Cut one person's entries into hours that begin with an entry and hold enough of them."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end][2] - rows[start][2] <= timedelta(hours=1):
            end += 1
        if end - start >= least:
            yield rows[start:end]
            start = end
        else:
            start += 1


def _at_night(field: str, limits: Limits) -> Q:
    late, early = Q(**{f"{field}__gte": limits.night_from}), Q(**{f"{field}__lt": limits.night_to})
    return late | early if limits.night_from > limits.night_to else late & early


def night_entry(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who vouched for entered records in the night."""
    asleep = _entered(period).annotate(hour=ExtractHour("confirmed_at", tzinfo=CITY_TZ))
    asleep = asleep.filter(_at_night("hour", limits))
    rows = asleep.annotate(day=TruncDate("confirmed_at", tzinfo=CITY_TZ)).order_by(
        "organization_id", "confirmed_by_id", "day", "pk"
    )
    wanted = rows.values_list("organization_id", "confirmed_by_id", "day", "pk")
    for key, group in groupby(wanted.iterator(), key=lambda row: row[:3]):
        records = [row[3] for row in group]
        if len(records) >= limits.night_records:
            yield Found(
                Rule.NIGHT_ENTRY, About.ORGANIZER, key[0], key[2],
                {"records": len(records), "limit": limits.night_records, **limits.night},
                records, organizer_id=key[1],
            )  # fmt: skip


def night_service(period: Period, limits: Limits) -> Iterator[Found]:
    """Find minutes in the night that were not scanned, or lie outside the shift."""
    doubtful = Q(trust=Trust.ENTERED) | Q(counted_from__lt=F("planned_from"))
    doubtful |= Q(counted_to__gt=F("planned_to"))
    rows = (
        _served(period)
        .filter(doubtful)
        .annotate(
            began=ExtractHour("counted_from", tzinfo=CITY_TZ),
            ended=ExtractHour("counted_to", tzinfo=CITY_TZ),
        )
        # Who came before the night and left after it was there all of it.
        .filter(
            _at_night("began", limits)
            | _at_night("ended", limits)
            | Q(began__gt=F("ended"))
            | Q(counted_to__gte=F("counted_from") + HALF_A_DAY)
        )
        .order_by("organization_id", "served_on", "pk")
        .values_list("organization_id", "served_on", "pk", "counted_from", "counted_to")
    )
    for key, group in groupby(rows.iterator(), key=lambda row: row[:2]):
        night = [(row[2], _night_minutes(row[3], row[4], limits)) for row in group]
        night = [(number, minutes) for number, minutes in night if minutes >= limits.night_minutes]
        if night:
            yield Found(
                Rule.NIGHT_SERVICE, About.ORGANIZATION, key[0], key[1],
                {"records": len(night), "minutes": sum(one[1] for one in night), **limits.night},
                [one[0] for one in night],
            )  # fmt: skip


def _night_minutes(start: datetime, end: datetime, limits: Limits) -> int:
    """Return how many minutes of a stay lie in the nights that it touches."""
    first = start.astimezone(CITY_TZ).date() - timedelta(days=1)
    total = 0
    for offset in range((end.astimezone(CITY_TZ).date() - first).days + 1):
        midnight = day_bounds(first + timedelta(days=offset))[1]
        dusk = midnight - timedelta(hours=24 - limits.night_from)
        dawn = midnight + timedelta(hours=limits.night_to)
        total += overlap_minutes(start, end, dusk, dawn)
    return total


def distance(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who cannot have come from one place to the next one in time."""
    here = {f"{_ACTIVITY}lat__isnull": False, f"{_ACTIVITY}lng__isnull": False}
    several = Window(Count("pk"), partition_by=[F("volunteer_id"), F("served_on")])
    rows = (
        _served(period)
        .filter(**here)
        .annotate(on_that_day=several)
        .filter(on_that_day__gt=1)
        .order_by("volunteer_id", "served_on", "counted_from", "pk")
        .values_list(
            "volunteer_id", "served_on", "counted_from", "counted_to", "pk", "organization_id",
            f"{_ACTIVITY}lat", f"{_ACTIVITY}lng",
        )
    )  # fmt: skip
    for key, group in groupby(rows.iterator(), key=lambda row: row[:2]):
        day = list(group)
        for before, after in pairwise(day):
            far = distance_m(before[6], before[7], after[6], after[7])
            gap = max(0, (after[2] - before[3]) // timedelta(minutes=1))
            if far < limits.distance_km * 1000 or far * 60 <= gap * limits.speed_kmh * 1000:
                continue
            yield Found(
                Rule.DISTANCE, About.VOLUNTEER, after[5], key[1],
                {"kilometers": round(far / 1000), "gap": gap, "limit": limits.speed_kmh},
                [before[4], after[4]], volunteer_id=key[0], detail=str(after[4]),
            )  # fmt: skip


def identical(period: Period, limits: Limits) -> Iterator[Found]:
    """Find shifts in which everybody came and went with the plan, to the microsecond."""
    shifts = (
        _served(period)
        .values("organization_id", "signup__shift_id", month=TruncMonth("served_on"))
        .annotate(
            number=Count("pk"), first=Min("actual_from"), last=Max("actual_from"),
            first_out=Min("actual_to"), last_out=Max("actual_to"),
            begins=Min("planned_from"), ends=Max("planned_to"),
        )
        .filter(
            number__gte=limits.roster_people, first=F("last"), first_out=F("last_out"),
            begins=F("first"), ends=F("first_out"),
        )
        .order_by("organization_id", "month")
    )  # fmt: skip
    for (organization_id, month), group in groupby(
        shifts.iterator(), key=lambda row: (row["organization_id"], row["month"])
    ):
        same = list(group)
        records = ServiceRecord.objects.filter(
            signup__shift__in=[row["signup__shift_id"] for row in same], state__in=LIVE
        )
        yield Found(
            Rule.IDENTICAL, About.ORGANIZATION, organization_id, month,
            {
                "shifts": len(same), "records": sum(row["number"] for row in same),
                "limit": limits.roster_people,
            },
            list(records.order_by("pk").values_list("pk", flat=True)[:EVIDENCE_MOST]),
        )  # fmt: skip


def favorites(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who confirms mostly the same three people, where there are more to confirm."""
    rows = (
        _served(period)
        .filter(confirmed_by__isnull=False)
        .values_list("organization_id", "confirmed_by_id", "volunteer_id")
        .annotate(total=Sum("minutes"), number=Count("pk"))
        .order_by("organization_id", "confirmed_by_id", "-total", "volunteer_id")
    )
    for key, group in groupby(rows.iterator(), key=lambda row: row[:2]):
        people = list(group)
        total, number = sum(row[3] for row in people), sum(row[4] for row in people)
        share = sum(row[3] for row in people[:3]) * 100 // total
        enough = len(people) >= limits.favorite_people and number >= limits.favorite_records
        if enough and share >= limits.favorite_share:
            records = _served(period).filter(
                organization=key[0], confirmed_by=key[1], volunteer__in=[r[2] for r in people[:3]]
            )
            yield Found(
                Rule.FAVORITES, About.ORGANIZER, key[0], period.until.replace(day=1),
                {
                    "minutes": total, "people": len(people), "share": share,
                    "limit": limits.favorite_share,
                },
                list(records.order_by("pk").values_list("pk", flat=True)[:EVIDENCE_MOST]),
                organizer_id=key[1],
            )  # fmt: skip


def family(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who confirmed hours of a child under their own care."""
    rows = (
        _served(period)
        .filter(
            volunteer__guardians__user=F("confirmed_by"),
            volunteer__guardians__withdrawn_at=None,
        )
        .annotate(month=TruncMonth("served_on"))
        .order_by("organization_id", "confirmed_by_id", "month", "pk")
        .values_list("organization_id", "confirmed_by_id", "month", "pk", "minutes")
    )
    for key, group in groupby(rows.iterator(), key=lambda row: row[:3]):
        theirs = list(group)
        yield Found(
            Rule.FAMILY, About.ORGANIZER, key[0], key[2],
            {"records": len(theirs), "minutes": sum(row[4] for row in theirs)},
            [row[3] for row in theirs], organizer_id=key[1],
        )  # fmt: skip


def week(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who served more in one week than people can."""
    full = (
        _served(period)
        .annotate(week=TruncWeek("served_on"))
        .values_list("volunteer_id", "week")
        .annotate(total=Sum("minutes"))
        .filter(total__gt=limits.week_minutes)
        .order_by("volunteer_id", "week")
    )
    hits = list(full)
    by_week: dict[tuple[int, date], list[tuple[int, int, int]]] = defaultdict(list)
    wanted = _served(period).filter(volunteer__in={row[0] for row in hits})
    for volunteer_id, monday, number, organization_id, minutes in (
        wanted.annotate(week=TruncWeek("served_on"))
        .order_by("pk")
        .values_list("volunteer_id", "week", "pk", "organization_id", "minutes")
    ):
        by_week[volunteer_id, monday].append((number, organization_id, minutes))
    for volunteer_id, monday, minutes in hits:
        records = by_week[volunteer_id, monday]
        most: dict[int, int] = defaultdict(int)
        for _, organization_id, served in records:
            most[organization_id] += served
        yield Found(
            Rule.WEEK, About.VOLUNTEER, max(most, key=lambda one: (most[one], -one)), monday,
            {"minutes": minutes, "limit": limits.week_minutes},
            [record[0] for record in records], volunteer_id=volunteer_id,
        )  # fmt: skip


def punctual(period: Period, limits: Limits) -> Iterator[Found]:
    """Find who comes and goes with the plan nearly every time, though scanned by people."""
    slack = timedelta(seconds=limits.punctual_seconds)
    exact = Q(
        actual_from__gte=F("planned_from") - slack, actual_from__lte=F("planned_from") + slack,
        actual_to__gte=F("planned_to") - slack, actual_to__lte=F("planned_to") + slack,
    )  # fmt: skip
    rows = (
        _served(period)
        .filter(trust=Trust.PROVEN)
        .values_list("organization_id", "volunteer_id")
        .annotate(number=Count("pk"), exact=Count("pk", filter=exact))
        .filter(number__gte=limits.punctual_records, exact__gt=0)
        .order_by("organization_id", "volunteer_id")
    )
    hits = [row for row in rows.iterator() if row[3] * 100 >= row[2] * limits.punctual_share]
    records: dict[tuple[int, int], list[int]] = defaultdict(list)
    wanted = _served(period).filter(trust=Trust.PROVEN, volunteer__in={row[1] for row in hits})
    for organization_id, volunteer_id, number in wanted.order_by("pk").values_list(
        "organization_id", "volunteer_id", "pk"
    ):
        records[organization_id, volunteer_id].append(number)
    for organization_id, volunteer_id, number, exactly in hits:
        yield Found(
            Rule.PUNCTUAL, About.VOLUNTEER, organization_id, period.until.replace(day=1),
            {
                "records": number, "exact": exactly, "share": exactly * 100 // number,
                "seconds": limits.punctual_seconds, "limit": limits.punctual_share,
            },
            records[organization_id, volunteer_id], volunteer_id=volunteer_id,
        )  # fmt: skip


def outside(period: Period, limits: Limits) -> Iterator[Found]:
    """Find hours before their project began or after it ended."""
    project = f"{_ACTIVITY}project"
    early, late = (
        Q(served_on__lt=F(f"{project}__starts_on")),
        Q(served_on__gt=F(f"{project}__ends_on")),
    )
    rows = (
        _served(period)
        .filter(early | late)
        .annotate(month=TruncMonth("served_on"))
        .order_by("organization_id", f"{project}_id", "month", "served_on", "pk")
        .values_list(
            "organization_id", f"{project}_id", f"{project}__starts_on", f"{project}__ends_on",
            "month", "pk", "minutes",
        )
    )  # fmt: skip
    for key, group in groupby(rows.iterator(), key=lambda row: row[:5]):
        strays = list(group)
        yield Found(
            Rule.OUTSIDE, About.ORGANIZATION, key[0], key[4],
            {
                "records": len(strays), "minutes": sum(row[6] for row in strays),
                "starts_on": str(key[2]), "ends_on": str(key[3]),
            },
            [row[5] for row in strays], detail=f"project{key[1]}",
        )  # fmt: skip


def device(period: Period, limits: Limits) -> Iterator[Found]:
    """Find shifts in which one phone scanned for many people."""
    rows = (
        _flagged(FlagKind.SAME_DEVICE, period)
        .exclude(scan__device="")
        .filter(value__gte=limits.device_people)
        .values_list(
            "scan__shift__activity__project__organization_id", "scan__shift_id", "scan__device"
        )
        .annotate(people=Max("value"), day=Min(TruncDate("scan__at", tzinfo=CITY_TZ)))
        .order_by("scan__shift_id", "scan__device")
    )
    for organization_id, shift_id, mark, people, day in rows:
        served = ServiceRecord.objects.filter(
            state__in=LIVE, signup__shift=shift_id, volunteer__scans__shift=shift_id,
            volunteer__scans__device=mark,
        )  # fmt: skip
        yield Found(
            Rule.DEVICE, About.ORGANIZATION, organization_id, day,
            {"people": people, "limit": limits.device_people},
            sorted(set(served.values_list("pk", flat=True)))[:EVIDENCE_MOST],
            detail=f"{shift_id}-{mark[:8]}",
        )  # fmt: skip


def place(period: Period, limits: Limits) -> Iterator[Found]:
    """Find shifts in which many scans came from far away."""
    rows = (
        _flagged(FlagKind.FAR, period)
        .values_list("scan__shift__activity__project__organization_id", "scan__shift_id")
        .annotate(
            number=Count("pk"), near=Min("value"),
            day=Min(TruncDate("scan__at", tzinfo=CITY_TZ)),
        )
        .filter(number__gte=limits.far_scans)
        .order_by("scan__shift_id")
    )  # fmt: skip
    for organization_id, shift_id, number, near, day in rows:
        served = ServiceRecord.objects.filter(
            state__in=LIVE, signup__shift=shift_id,
            volunteer__scans__flags__kind=FlagKind.FAR, volunteer__scans__shift=shift_id,
        )  # fmt: skip
        yield Found(
            Rule.PLACE, About.ORGANIZATION, organization_id, day,
            {"scans": number, "kilometers": near or 0, "limit": limits.far_scans},
            sorted(set(served.values_list("pk", flat=True)))[:EVIDENCE_MOST],
            detail=str(shift_id),
        )  # fmt: skip


def _flagged(kind: FlagKind, period: Period) -> QuerySet[ScanFlag]:
    since, until = period.instants
    return ScanFlag.objects.filter(
        kind=kind, scan__is_accepted=True, scan__at__gte=since, scan__at__lt=until
    ).exclude(scan__shift__activity__project__state=ProjectState.TEACHING)  # no hours, no forgery


Look = Callable[[Period, Limits], Iterator[Found]]
LOOKS: dict[Rule, Look] = {
    Rule.BULK: bulk,
    Rule.NIGHT_ENTRY: night_entry,
    Rule.NIGHT_SERVICE: night_service,
    Rule.DEVICE: device,
    Rule.PLACE: place,
    Rule.DISTANCE: distance,
    Rule.IDENTICAL: identical,
    Rule.FAVORITES: favorites,
    Rule.FAMILY: family,
    Rule.WEEK: week,
    Rule.PUNCTUAL: punctual,
    Rule.OUTSIDE: outside,
}
