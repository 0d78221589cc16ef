"""What the scores must say, counted from records and journal; written down by `actions.scores`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import Consent
from voluncity.city.people.states import Purpose
from voluncity.city.regions.models import Level, Region
from voluncity.honor.leaderboards.rules import periods_of
from voluncity.honor.recognition.queries.merged import WISH_SIGNS
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust

Home = tuple[int | None, int | None, int | None]  # county, town, community
Sums = dict[tuple[int, str], list[int]]  # (volunteer, period): proven and all minutes
TeamSums = dict[tuple[int, int, str], list[int]]  # (organization, volunteer, period): the same
_LEVELS = (Level.COUNTY, Level.TOWN, Level.COMMUNITY)


@dataclass
class Truth:
    """The sums of some people who are ranked."""

    homes: dict[int, Home]
    whole: Sums = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    teams: TeamSums = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


def ranked(volunteer_ids: Collection[int], *, on: date) -> dict[int, Home]:
    """Return who of these people is ranked on a day, and where they live.

    Living records of adults who agree at this moment; children never are (PIPL art. 31).
    """
    agreed = Consent.objects.filter(
        purpose=Purpose.RANKING, withdrawn_at=None, volunteer__in=volunteer_ids,
        volunteer__closed_at=None,
    ).values_list("volunteer_id", "volunteer__born_on", "volunteer__region_id")  # fmt: skip
    born_until = grown_since(on)
    rows = [(pk, region) for pk, born_on, region in agreed if born_on <= born_until]
    homes = homes_of({region for _, region in rows})
    return {pk: homes[region] for pk, region in rows}


def grown_since(on: date) -> date:
    """Return the latest day of birth of those who are grown up on a day."""
    year = on.year - people.adult_age(on=on)
    is_leap_day = (on.month, on.day) == (2, 29)
    return date(year, 3, 1) if is_leap_day else date(year, on.month, on.day)


def homes_of(region_ids: Collection[int]) -> dict[int, Home]:
    """Return county, town and community of each region, by two questions."""
    paths = dict(Region.objects.filter(pk__in=region_ids).values_list("pk", "path"))
    codes = {code for path in paths.values() for code in path.split("/") if code}
    above = {
        code: (pk, level)
        for pk, code, level in Region.objects.filter(code__in=codes).values_list(
            "pk", "code", "level"
        )
    }
    return {pk: _home(path, above) for pk, path in paths.items()}


def _home(path: str, above: dict[str, tuple[int, str]]) -> Home:
    by_level = {level: pk for pk, level in (above[code] for code in path.split("/") if code)}
    county, town, community = (by_level.get(level) for level in _LEVELS)
    return county, town, community


def told(volunteer_ids: Collection[int], *, on: date) -> Truth:
    """Count the minutes of these people from posted records, and from wishes that came true.

    What was recorded for a merged record stands with the one in which its person lives. A wish
    counts for the person and for no organization: nobody recorded it (decision 0027).
    """
    families = people.families(volunteer_ids)
    living = {families[pk][0] if pk in families else pk for pk in volunteer_ids}
    truth = Truth(ranked(living, on=on))
    owner = {pk: pk for pk in truth.homes}
    for family in families.values():
        if family[0] in truth.homes:
            owner |= dict.fromkeys(family, family[0])
    _add_records(truth, owner)
    _add_wishes(truth, owner)
    return truth


def _add_records(truth: Truth, owner: dict[int, int]) -> None:
    rows = ServiceRecord.objects.filter(volunteer__in=owner, state=RecordState.POSTED).values_list(
        "volunteer_id", "organization_id", "served_on", "trust", "minutes"
    )
    for record, organization, served_on, trust, minutes in rows.iterator():
        proven, person = minutes if trust == Trust.PROVEN else 0, owner[record]
        for one in periods_of(served_on):
            _add(truth.whole[person, one], proven, minutes)
            _add(truth.teams[organization, person, one], proven, minutes)


def _add_wishes(truth: Truth, owner: dict[int, int]) -> None:
    entries = Entry.objects.filter(
        subject_type="volunteer", subject_id__in=owner, verb__in=WISH_SIGNS
    ).values_list("subject_id", "verb", "data")
    for record, verb, said in entries.iterator():
        minutes = WISH_SIGNS[verb] * said["minutes"]
        for one in periods_of(date.fromisoformat(said["served_on"])):
            _add(truth.whole[owner[record or 0], one], 0, minutes)


def _add(both: list[int], proven: int, minutes: int) -> None:
    both[0] += proven
    both[1] += minutes


def score_rows(truth: Truth) -> Iterable[tuple[int | str | None, ...]]:
    """Return volunteer, period, proven, minutes, county, town, community of each score."""
    return [
        (person, one, *both, *truth.homes[person])
        for (person, one), both in truth.whole.items()
        if both[1] > 0
    ]


def team_rows(truth: Truth) -> Iterable[tuple[int | str, ...]]:
    """Return organization, volunteer, period, proven and minutes of each score."""
    return [(*key, *both) for key, both in truth.teams.items() if both[1] > 0]
