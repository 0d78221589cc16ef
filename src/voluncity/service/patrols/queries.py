"""Read patrol findings: places to choose from, who answers, lists, and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.city.stations.models import Station
from voluncity.kernel.clock import local_date
from voluncity.kernel.geo import bounding_box, distance_m
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, number_in
from voluncity.service.patrols import rules
from voluncity.service.patrols.models import DispatchRule, Problem, ProblemKind
from voluncity.service.patrols.states import OPEN, ProblemState
from voluncity.service.projects.models import Activity

S = ProblemState
BEFORE, AFTER = timedelta(days=60), timedelta(days=14)
MOST_ACTIVITIES, MOST_NEIGHBORS = 4, 8
WORDS_MOST = 60
_SEEN = ("kind", "region", "unit", "photo", "solved_photo", "same_as")


@dataclass(frozen=True)
class Place:
    """A place that is chosen by a tap."""

    key: str
    label: str
    region: Region
    words: str = ""


def kinds() -> QuerySet[ProblemKind]:
    """Return the kinds that may be reported now."""
    return ProblemKind.objects.filter(ended_at=None)


def places(volunteer: Volunteer, *, at: datetime) -> list[Place]:
    """Return where somebody usually is: their community, where they serve, the communities near."""
    home = volunteer.region
    served = Activity.objects.filter(
        shifts__signups__volunteer__in=people.records_of(volunteer),
        starts_at__gt=at - BEFORE,
        starts_at__lt=at + AFTER,
    )
    known: dict[tuple[int, str], Place] = {}
    for one in served.select_related("region").order_by("-starts_at", "-pk").distinct()[:30]:
        place = Place(f"a{one.pk}", one.address, one.region, one.address[: rules.PLACE_MOST])
        known.setdefault((one.region_id, one.address), place)
    near = regions.valid(local_date(at)).filter(parent_id=home.parent_id, level=home.level)
    neighbors = near.exclude(pk=home.pk).order_by("code")[:MOST_NEIGHBORS]
    return [
        Place(f"r{home.pk}", home.name, home),
        *list(known.values())[:MOST_ACTIVITIES],
        *(Place(f"r{one.pk}", one.name, one) for one in neighbors),
    ]


def place_meant(
    volunteer: Volunteer, key: str, *, lat: float | None, lng: float | None, at: datetime
) -> tuple[Region, str]:
    """Return the region and the words of a chosen place; none chosen means the own community.

    :raises BadInput: when the place is not one of those offered, or the phone knows none.
    """
    if key == rules.HERE:
        if lat is None or lng is None:
            raise BadInput("没有取得手机的位置，请在下面点一个地点。", field="place")
        return _region_near(lat, lng) or volunteer.region, ""
    if not key:
        return volunteer.region, ""
    for place in places(volunteer, at=at):
        if place.key == key:
            return place.region, place.words
    raise BadInput("请从列表中点一个地点。", field="place")


def _region_near(lat: float, lng: float) -> Region | None:
    """Return the region of the nearest station: divisions have no borders on our map."""
    south, west, north, east = bounding_box(lat, lng, rules.NEAR_M)
    found = Station.objects.filter(
        closed_at=None, lat__gte=south, lat__lte=north, lng__gte=west, lng__lte=east
    ).select_related("region")
    near = [(distance_m(lat, lng, one.lat or 0, one.lng or 0), one.pk, one) for one in found]
    return min(near)[2].region if near else None


def responsible(kind_id: str, region: Region) -> Organization | None:
    """Return the unit that the rules name for a kind in a region; the deepest region decides."""
    codes = [code for code in region.path.split("/") if code]
    rule = (
        DispatchRule.objects.filter(
            kind=kind_id, region__code__in=codes, unit__state=OrgState.ACTIVE
        )
        .select_related("unit")
        .order_by(Length("region__path").desc())
        .first()
    )
    return rule.unit if rule else None


def possible_units(scope: Scope) -> QuerySet[Organization]:
    """Return to whom one may dispatch: active units within reach, and those of the whole city."""
    near = Organization.objects.in_scope(scope)
    of_city = Organization.objects.filter(region__level=Level.CITY)
    return (near | of_city).filter(state=OrgState.ACTIVE).order_by("name", "pk")


def is_in_region(scope: Scope, problem: Problem) -> bool:
    """Return whether somebody reaches a problem through where it was found, not as the unit."""
    return any(problem.region.path.startswith(path) for path in scope.regions)


def mine(volunteer: Volunteer) -> QuerySet[Problem]:
    """Return what somebody reported, newest first, also in records merged into theirs."""
    found = Problem.objects.filter(volunteer__in=people.records_of(volunteer))
    return found.select_related(*_SEEN).order_by("-pk")


def detailed() -> Any:
    """Return problems with everything that a page about one shows."""
    return Problem.objects.select_related(
        *_SEEN, "volunteer", "solved_by", "unit__region", "same_as__unit"
    )


def alike(problem: Problem, scope: Scope) -> QuerySet[Problem]:
    """Return open problems of the same kind and region of these days that may be the same."""
    found = Problem.objects.in_scope(scope).filter(
        kind=problem.kind_id,
        region=problem.region_id,
        state__in=OPEN,
        reported_at__gt=problem.reported_at - rules.ALIKE,
    )
    return found.exclude(pk=problem.pk).select_related("unit").order_by("pk")[:10]


def board() -> QuerySet[Problem]:
    """Return what was solved, for everybody: without persons, newest first."""
    found = Problem.objects.filter(state=S.CLOSED)
    return found.select_related("kind", "region", "unit", "photo", "solved_photo").order_by(
        "-closed_at", "-pk"
    )


# -- The desk ----------------------------------------------------------------------------------

TASKS = (("new", "待分派"), ("overdue", "已超期"), ("waiting", "待巡防队员确认"))


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    task: str = ""
    region: Region | None = None
    unit_id: int | None = None


def desk_problems(scope: Scope, filters: Filters, *, today: date) -> Any:
    """Return the problems within reach, the most urgent first."""
    found = Problem.objects.in_scope(scope).select_related("kind", "region", "unit")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state in ProblemState.values:
        found = found.filter(state=filters.state)
    if filters.region is not None:
        found = found.filter(region__path__startswith=filters.region.path)
    if filters.unit_id is not None:
        found = found.filter(unit=filters.unit_id)
    for word in clean(filters.words)[:WORDS_MOST].split():
        found = found.filter(_named(word))
    if filters.task in dict(TASKS):
        found = found.filter(_task(filters.task, today))
    is_over = Exists(Problem.objects.filter(pk=OuterRef("pk")).exclude(state__in=OPEN))
    return found.annotate(is_over=is_over).order_by("is_over", "due_on", "-pk")


def _named(word: str) -> Q:
    number = number_in(word.upper().removeprefix("XF"))
    said = Q(place__icontains=word) | Q(note__icontains=word)
    return said if number is None else said | Q(pk=number)


def _task(task: str, today: date) -> Q:
    return {
        "new": Q(state=S.NEW),
        "overdue": Q(state__in=OPEN, due_on__lt=today),
        "waiting": Q(state=S.SOLVED),
    }[task]


def counts(scope: Scope, *, today: date) -> list[tuple[str, str, int]]:
    """Return for each thing to do how many problems within reach wait for it."""
    found = Problem.objects.in_scope(scope)
    return [(key, label, found.filter(_task(key, today)).count()) for key, label in TASKS]


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what a unit must solve or give back before it ends."""
    number = Problem.objects.filter(unit=organization_id, state__in=[*OPEN, S.SOLVED]).count()
    if not number:
        return []
    return [OpenWork(f"{number} 件巡防问题没有办结或退回", reverse("patrols:desk_list"))]


# -- Who is told -------------------------------------------------------------------------------


def unit_people(unit: Organization) -> list[int]:
    """Return who solves problems for a unit."""
    held = people_with(Permission.PATROL_SOLVE, organization_path=unit.path, region_path="")
    return sorted({grant.user_id for grant in held})


def nearest_desk(region: Region) -> list[int]:
    """Return who dispatches in a region: those whose own region is the deepest around it."""
    held = list(
        people_with(
            Permission.PATROL_SOLVE, organization_path="", region_path=region.path
        ).select_related("region")
    )
    deepest = max((len(one.region.path) for one in held if one.region), default=0)
    return sorted({g.user_id for g in held if g.region and len(g.region.path) == deepest})


def offices(region: Region) -> list[int]:
    """Return the offices of county and city, who hear what is overdue."""
    held = people_with(Permission.PATROL_SOLVE, organization_path="", region_path=region.path)
    wanted = {Role.CITY_OFFICE, Role.COUNTY_OFFICE}
    return sorted({grant.user_id for grant in held if grant.role in wanted})


# -- Figures -----------------------------------------------------------------------------------


@dataclass
class Figures:
    """How many problems of one kind, county or unit, and how long they took."""

    label: str
    all: int = 0
    solved: int = 0
    overdue: int = 0
    refused: int = 0
    spans: list[timedelta] = field(default_factory=list)

    @property
    def median(self) -> str:
        """Return the median of the days from report to solution, in words."""
        tenths = rules.median_tenths(self.spans)
        return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def statistics(
    scope: Scope, *, since: datetime, today: date
) -> tuple[Figures, dict[str, list[Figures]]]:
    """Return the figures of everything reported since an instant, and by kind, county and unit.

    What was joined to another problem counts once, as that other one.
    """
    rows = (
        Problem.objects.in_scope(scope)
        .filter(reported_at__gte=since)
        .exclude(state=S.JOINED)
        .select_related("kind", "region", "unit")
        .order_by()
    )
    counties = [(one.path, one.name) for one in regions.counties(on=today)]
    total = Figures("合计")
    tables: dict[str, dict[str, Figures]] = {"kind": {}, "county": {}, "unit": {}}
    sorts: dict[str, Callable[[Problem], str]] = {
        "kind": lambda one: one.kind.name,
        "county": lambda one: _county(one.region.path, counties),
        "unit": lambda one: one.unit.name if one.unit else "（没有责任单位）",
    }
    for row in rows.iterator(chunk_size=2000):
        _count(total, row, today)
        for name, sort in sorts.items():
            label = sort(row)
            _count(tables[name].setdefault(label, Figures(label)), row, today)
    return total, {
        name: sorted(found.values(), key=lambda one: (-one.all, one.label))
        for name, found in tables.items()
    }


def _county(path: str, counties: list[tuple[str, str]]) -> str:
    return next((name for county, name in counties if path.startswith(county)), "全市")


def _count(figures: Figures, row: Problem, today: date) -> None:
    figures.all += 1
    figures.overdue += row.is_overdue(today)
    figures.refused += row.state == S.REFUSED
    if row.state in {S.SOLVED, S.CLOSED} and row.solved_at is not None:
        figures.solved += 1
        figures.spans.append(row.solved_at - row.reported_at)
