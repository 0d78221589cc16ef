"""Count what a ladder asks for, for many people at once: a few questions for each number.

Asked over 750,000 volunteers. The first question finds, by the index of the totals, those with
enough hours to come near the lowest grade at all; everything else is asked of these only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import chain, islice
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from voluncity.city.journal.models import Entry
from voluncity.city.ledger.models import Account, Transfer
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Region
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.rules import (
    ABSENCE_MONTHS,
    MEASURES,
    NEAR_PERCENT,
    Rule,
    months_back,
    months_between,
    within,
)
from voluncity.honor.certification.states import HonorKind
from voluncity.honor.points.models import Earning
from voluncity.honor.recognition.models import Total
from voluncity.honor.recognition.queries import ALL_TIME
from voluncity.honor.recognition.queries.merged import WISH_SIGNS
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.rules import issue_key
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.integrity.models import Absence, Case
from voluncity.service.integrity.states import ABSENT, RUNNING, AbsenceKind, CaseState
from voluncity.service.training.models import TrainingRecord

AT_ONCE = 5_000  # people of one question
Tally = Counter[int]  # a living record: how much
Rows = Iterable[tuple[int, int]]


def pool(rule: Rule, region: Region, until: date) -> QuerySet[Total, int]:
    """Return the verified living volunteers of a region whose hours come near the lowest grade."""
    rungs = within(rule, region.level)
    found = Total.objects.filter(
        month=ALL_TIME,
        minutes__gte=max(1, _floor(rungs, "minutes")),
        volunteer__closed_at=None,
        volunteer__identity_state=IdentityState.VERIFIED,
        volunteer__region__path__startswith=region.path,
    )
    if of_year := _floor(rungs, "year_minutes"):
        sums = _of_year(until).values("volunteer").annotate(all=Sum("minutes"))
        found = found.filter(volunteer__in=sums.filter(all__gte=of_year).values("volunteer"))
    ids: QuerySet[Total, int] = found.values_list("volunteer_id", flat=True)
    return ids if rungs else ids.none()


def _floor(rungs: Iterable[Any], key: str) -> int:
    return min((rung.least[key] for rung in rungs), default=0) * NEAR_PERCENT // 100


def _of_year(until: date) -> QuerySet[Total]:
    return Total.objects.filter(month__gte=f"{until.year}-01", month__lte=f"{until:%Y-%m}")


def figures(rule: Rule, ids: Collection[int], until: date) -> dict[int, dict[str, int]]:
    """Return every number of these people up to a day, all at once."""
    counting = Counting(rule, ids, until)
    for _ in counting.steps():
        pass
    return counting.figures()


@dataclass
class Counting:
    """Counts the numbers of some living volunteers up to a day, step by step."""

    rule: Rule
    ids: Collection[int]
    until: date
    counted: dict[str, Tally] = field(default_factory=lambda: defaultdict(Counter))

    STEPS = 9

    def steps(self) -> Iterator[int]:
        """Count one number after the other; `STEPS` in all."""
        asked = self.asked
        ways: tuple[tuple[bool, Callable[[], None]], ...] = (
            (True, self._hours),
            ("year_minutes" in asked, self._of_year),
            (True, self._after),
            ("category_minutes" in asked, self._of_category),
            ("points" in asked, self._points),
            (True, self._months),
            ("trainings" in asked, self._trainings),
            (True, self._quality),
            (True, self._honors),
        )
        for number, (is_asked, count) in enumerate(ways, start=1):
            if is_asked:
                count()
            yield number

    @cached_property
    def asked(self) -> set[str]:
        """Return the names of the numbers that any grade asks for."""
        return {m.key for m in self.rule.asked}

    def figures(self) -> dict[int, dict[str, int]]:
        """Return what was counted, person by person."""
        return {pk: self._of(pk) for pk in self.ids}

    def _of(self, pk: int) -> dict[str, int]:
        found = {m.key: self.counted[m.key][pk] for m in MEASURES}
        proven = self.counted["proven_minutes"][pk]
        found["proven_percent"] = proven * 100 // found["minutes"] if found["minutes"] else 0
        more = ("cases", "absences", "held")
        return found | {"proven_minutes": proven} | {key: self.counted[key][pk] for key in more}

    # -- Who is who ---------------------------------------------------------------------------

    @cached_property
    def _living(self) -> dict[int, int]:
        """Return every record of these people → the one in which they live."""
        wanted = dict.fromkeys(self.ids)
        merged = dict(
            Volunteer.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id")
        )
        found = {pk: pk for pk in wanted}
        for pk in merged:
            into = pk
            while into in merged:
                into = merged[into]
            if into in wanted:
                found[pk] = into
        return found

    def _portions(self) -> Iterator[list[int]]:
        left = iter(self._living)
        while portion := list(islice(left, AT_ONCE)):
            yield portion

    def _narrowed(self, rows: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
        """Ask about a few people by name, about many by asking about everybody."""
        few = len(self._living) <= AT_ONCE
        yield rows.filter(volunteer__in=list(self._living)) if few else rows

    def _add(self, key: str, ask: Callable[[list[int]], Rows], sign: int = 1) -> None:
        """Add what a question answers for each record to the person's number."""
        tally = self.counted[key]
        for portion in self._portions():
            for pk, amount in ask(portion):
                tally[self._living[pk]] += sign * (amount or 0)

    # -- Hours --------------------------------------------------------------------------------

    def _hours(self) -> None:
        held = Total.objects.filter(month=ALL_TIME)
        for portion in self._portions():
            rows = held.filter(volunteer__in=portion)
            for pk, *both in rows.values_list("volunteer_id", "minutes", "proven_minutes"):
                self._count(pk, *both)

    def _count(self, pk: int, minutes: int, proven: int) -> None:
        """Add minutes to the person in whose record they lie; others are not asked about."""
        living = self._living.get(pk)
        if living is not None:
            self.counted["minutes"][living] += minutes
            self.counted["proven_minutes"][living] += proven

    def _of_year(self) -> None:
        of_year = _of_year(self.until)
        self._add("year_minutes", lambda portion: _summed(of_year, portion))

    def _after(self) -> None:
        """Take away what was served after the day; the totals know only months.

        What came in the rest of a month is little, and is asked about the whole city at once.
        """
        later = Total.objects.filter(month__gt=f"{self.until:%Y-%m}")
        for rows in self._narrowed(later):
            sums = rows.values_list("volunteer").annotate(Sum("minutes"), Sum("proven_minutes"))
            for pk, minutes, proven in sums.order_by().iterator():
                self._count(pk, -minutes, -proven)
        end = _month_end(self.until)
        if self.until == end:
            return
        for pk, trust, minutes in chain(_records(self.until, end), _wishes(self.until, end)):
            self._count(pk, -minutes, -minutes if trust == Trust.PROVEN else 0)
            if "year_minutes" in self.asked and pk in self._living:
                self.counted["year_minutes"][self._living[pk]] -= minutes

    def _of_category(self) -> None:
        served = ServiceRecord.objects.filter(
            state=RecordState.POSTED,
            served_on__lte=self.until,
            signup__shift__activity__project__category=self.rule.category_id,
        )
        self._add("category_minutes", lambda portion: _summed(served, portion))

    def _points(self) -> None:
        earned = Earning.objects.filter(earned_on__lte=self.until)
        self._add("points", lambda portion: _summed(earned, portion, "points"))

    # -- The person ---------------------------------------------------------------------------

    def _months(self) -> None:
        first: dict[int, date] = {}
        for portion in self._portions():
            rows = Volunteer.objects.filter(pk__in=portion).values_list("pk", "registered_at")
            for pk, at in rows:
                living, day = self._living[pk], local_date(at)
                first[living] = min(first.get(living, day), day)
        for pk, day in first.items():
            self.counted["months"][pk] = months_between(day, self.until)

    def _trainings(self) -> None:
        passed: dict[int, set[int]] = defaultdict(set)
        held = TrainingRecord.objects.filter(passed_on__lte=self.until, revoked_at=None)
        for portion in self._portions():
            rows = held.filter(volunteer__in=portion).values_list(
                "volunteer_id", "course_id", "passed_on", "course__valid_months"
            )
            for pk, course, day, valid in rows:
                if not valid or months_between(day, self.until) < valid:
                    passed[self._living[pk]].add(course)
        for pk, courses in passed.items():
            self.counted["trainings"][pk] = len(courses)

    def _quality(self) -> None:
        if self.rule.absences_most is not None:
            since = day_bounds(months_back(self.until, ABSENCE_MONTHS))[0]
            missed = Absence.objects.filter(
                kind=AbsenceKind.NO_SHOW,
                state__in=ABSENT,
                signup__shift__starts_at__gte=since,
                signup__shift__starts_at__lt=day_bounds(self.until)[1],
            )
            self._add(
                "absences",
                lambda portion: (
                    missed.filter(signup__volunteer__in=portion)
                    .values_list("signup__volunteer")
                    .annotate(n=Count("pk"))
                    .order_by()
                ),
            )
        if self.rule.clean_months:
            self._cases()

    def _cases(self) -> None:
        """Count what is being looked into, and what was founded lately; citywide it is little."""
        since = day_bounds(months_back(self.until, self.rule.clean_months))[0]
        bad = Q(state__in=RUNNING) | Q(state=CaseState.CONFIRMED, decided_at__gte=since)
        found = Case.objects.filter(bad).values_list("volunteer_id", "organizer__volunteer__pk")
        for accused, organizer in found:
            living = self._living.get(accused or organizer or 0)
            if living is not None:
                self.counted["cases"][living] += 1

    def _honors(self) -> None:
        for key, kind in (("stars", HonorKind.STARS), ("held", self.rule.kind)):
            live = Honor.objects.filter(kind=kind, revoked_at=None)
            best = self.counted[key]
            for portion in self._portions():
                rows = live.filter(volunteer__in=portion).values_list("volunteer")
                for pk, grade in rows.annotate(best=Max("grade")).order_by():
                    best[self._living[pk]] = max(best[self._living[pk]], grade)


def _summed(rows: QuerySet[Any], portion: list[int], column: str = "minutes") -> Rows:
    found: QuerySet[Any, tuple[int, int]] = (
        rows.filter(volunteer__in=portion)
        .values_list("volunteer")
        .annotate(total=Sum(column))
        .order_by()
    )
    return found


def _records(after: date, end: date) -> Iterator[tuple[int, str, int]]:
    """Return volunteer, trust and minutes of the hours between a day and the end of its month."""
    posted = ServiceRecord.objects.filter(
        state=RecordState.POSTED, served_on__gt=after, served_on__lte=end
    )
    rows = posted.values_list("volunteer_id", "trust").annotate(total=Sum("minutes")).order_by()
    yield from rows.iterator()


def _wishes(after: date, end: date) -> Iterator[tuple[int, str, int]]:
    """Return the same of minutes that came by no record: of wishes (decision 0027).

    The books name the few whom they reached since, the journal says for which day.
    """
    issued = Account.objects.filter(key__startswith=issue_key("")).exclude(
        key__in=[issue_key(trust) for trust in Trust]
    )
    since = Transfer.objects.filter(debit__in=issued, at__gte=day_bounds(after)[1])
    holders = since.values_list("credit__holder", flat=True).distinct()
    ids = [int(holder.rpartition(":")[2]) for holder in holders]
    told = Entry.objects.filter(subject_type="volunteer", subject_id__in=ids, verb__in=WISH_SIGNS)
    for pk, verb, said in told.values_list("subject_id", "verb", "data"):
        if after < date.fromisoformat(said["served_on"]) <= end:
            yield pk or 0, said["trust"], WISH_SIGNS[verb] * said["minutes"]


def _month_end(day: date) -> date:
    first = day.replace(day=28) + timedelta(days=4)
    return first - timedelta(days=first.day)
