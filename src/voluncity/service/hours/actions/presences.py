"""From a presence to what counts of it, by the city's rules of its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.rules import Span, compute, forgotten_end, trust_of
from voluncity.service.signups.models import Attendance, Pause


def due_after(day: date) -> date:
    """Return until when something that happened on this day must be complete (第十一条)."""
    return publicity.due_on(day, policy.number("hours.record_workdays", on=day))


@dataclass
class CityRules:
    """The numbers of the days that one run touches, each asked for once."""

    _known: dict[tuple[str, date], int] = field(default_factory=dict)
    _due: dict[date, date] = field(default_factory=dict)

    def number(self, key: str, day: date) -> int:
        """Return a number of the city's rules as it stood on a day."""
        if (key, day) not in self._known:
            self._known[key, day] = policy.number(key, on=day)
        return self._known[key, day]

    def due(self, day: date) -> date:
        """Return until when what happened on this day must be complete."""
        if day not in self._due:
            self._due[day] = due_after(day)
        return self._due[day]


def computed(row: Attendance, rules: CityRules, *, at: datetime) -> ServiceRecord:
    """Return the record of a presence, not yet saved and without its approver.

    `row` holds its pauses and its shift with activity and project. Who did not check out is taken
    to have stayed for the share of the remaining time that the city has set.
    """
    shift = row.signup.shift
    planned = Span(shift.starts_at, shift.ends_at)
    served_on = local_date(max(row.in_at, planned.start))
    pauses = list(row.pauses.all())
    actual = Span(row.in_at, row.out_at or _stayed_until(row, pauses, planned, rules))
    computation = compute(
        planned=planned,
        actual=actual,
        least_share_percent=rules.number("hours.least_share_percent", served_on),
        has_left=row.out_at is not None,
        breaks=[Span(one.left_at, one.back_at) for one in pauses],
    )
    return ServiceRecord(
        signup=row.signup,
        volunteer_id=row.signup.volunteer_id,
        organization_id=shift.activity.project.organization_id,
        served_on=served_on,
        planned_from=planned.start,
        planned_to=planned.end,
        actual_from=actual.start,
        actual_to=actual.end,
        counted_from=computation.counted.start,
        counted_to=computation.counted.end,
        minutes=computation.minutes,
        break_minutes=computation.break_minutes,
        rule=computation.rule,
        trust=trust_of(*_methods(row, pauses)),
        due_on=rules.due(local_date(planned.end)),
        computed_at=at,
    )


def _stayed_until(
    row: Attendance, pauses: list[Pause], planned: Span, rules: CityRules
) -> datetime:
    came_at = pauses[-1].back_at if pauses else row.in_at
    percent = rules.number("hours.no_check_out_percent", local_date(planned.end))
    return forgotten_end(came_at=came_at, planned=planned, percent=percent)


def _methods(row: Attendance, pauses: list[Pause]) -> list[str]:
    between = [method for one in pauses for method in (one.left_method, one.back_method)]
    return [row.in_method, row.out_method, *between]
