"""When stations are open: read for many at once, by three questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from voluncity.city.publicity import queries as publicity
from voluncity.city.stations.models import OpeningException, OpeningSpan, Station
from voluncity.city.stations.rules import Hours, Span, Spans, Special, Status, status
from voluncity.kernel.clock import local_date


def hours_of(stations: Iterable[Station], *, since: date) -> dict[int, Hours]:
    """Return the hours of stations, with their exceptions from a day on."""
    holidays = {station.pk: station.closed_on_holidays for station in stations}
    weeks: dict[int, dict[int, Spans]] = defaultdict(dict)
    for row in OpeningSpan.objects.filter(station_id__in=holidays):
        week = weeks[row.station_id]
        week[row.weekday] = (*week.get(row.weekday, ()), Span(row.opens, row.closes))
    specials: dict[int, dict[date, Special]] = defaultdict(dict)
    for special in OpeningException.objects.filter(station_id__in=holidays, day__gte=since):
        specials[special.station_id][special.day] = _special(special)
    return {
        pk: Hours(weeks[pk], specials[pk], closed_on_holidays=keeps)
        for pk, keeps in holidays.items()
    }


def _special(row: OpeningException) -> Special:
    spans = () if row.opens is None or row.closes is None else (Span(row.opens, row.closes),)
    return Special(spans, row.reason)


def statuses(stations: Iterable[Station], *, at: datetime) -> dict[int, Status]:
    """Return for each station that has hours whether it is open now, in words."""
    listed = list(stations)
    calendar = publicity.calendar()
    found = hours_of(listed, since=local_date(at))
    said = {pk: status(hours, at=at, calendar=calendar) for pk, hours in found.items()}
    return {pk: one for pk, one in said.items() if one is not None}
