"""Read difficulties: who answers, lists, the board, and answers for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from voluncity.city.access.permissions import Permission, roles_with
from voluncity.city.access.queries import people_with, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import clean, number_in
from voluncity.kernel.workdays import Calendar
from voluncity.service.difficulties import rules
from voluncity.service.difficulties.models import CommonAnswer, Difficulty, Kind, Turn
from voluncity.service.difficulties.states import (
    OPEN,
    WAITING,
    DifficultyState,
    Outcome,
    Urgency,
)
from voluncity.service.projects.models import Leading, Project
from voluncity.service.projects.states import ProjectState

P = Permission
S = DifficultyState
WORDS_MOST = 60
_SEEN = ("organization__region", "project", "kind", "unit", "office")


# -- Who answers, until when -------------------------------------------------------------------


@dataclass(frozen=True)
class Holder:
    """Who has to answer: a unit, or the office of a region."""

    unit: Organization | None = None
    office: Region | None = None

    @property
    def name(self) -> str:
        """Return the name that people read."""
        return self.unit.name if self.unit else f"{self.office.name}文明办" if self.office else ""


def first_holder(organization: Organization, project: Project | None) -> Holder:
    """Return who has to answer first.

    The lead unit of the project's line (seed T18, 项目运行); without a line the nearest unit above
    that answers; else the office of the county.
    """
    if project is not None and project.line_id is not None:
        for unit in _leading(project.line_id):
            if unit.pk != organization.pk and _answers(unit):
                return Holder(unit=unit)
    for unit in reversed(orgs.above(organization)):
        if unit.state == OrgState.ACTIVE and _answers(unit):
            return Holder(unit=unit)
    return Holder(office=office_of(organization.region))


def next_holder(difficulty: Difficulty) -> Holder | None:
    """Return the level above: the county's office, then the city's; None above the city."""
    if difficulty.office is None:
        return Holder(office=office_of(difficulty.organization.region))
    city = regions.city()
    return None if difficulty.office.pk == city.pk else Holder(office=city)


def office_of(region: Region) -> Region:
    """Return the region whose office looks after this region: the county, or the city."""
    for one in reversed(regions.trail(region)):
        if one.level == Level.COUNTY:
            return one
    return regions.city()


def _leading(line_id: int) -> list[Organization]:
    live = Leading.objects.filter(line=line_id, until=None, organization__state=OrgState.ACTIVE)
    return [one.organization for one in live.select_related("organization__region").order_by("pk")]


def _answers(unit: Organization) -> bool:
    held = people_with(P.DIFFICULTY_ANSWER, organization_path=unit.path, region_path="")
    return held.filter(organization=unit).exists()


def workdays_for(kind: Kind, urgency: str, *, on: date) -> int:
    """Return how many working days an answer may take."""
    numbers = policy.numbers(
        ("difficulties.answer_workdays", "difficulties.urgent_workdays"), on=on
    )
    usual = kind.workdays or numbers["difficulties.answer_workdays"]
    urgent = numbers["difficulties.urgent_workdays"]
    return min(usual, urgent) if urgency == Urgency.URGENT else usual


def due_on(kind: Kind, urgency: str, *, start: date) -> date:
    """Return the last day for an answer to what came on a day (the office's calendar)."""
    return publicity.due_on(start, workdays_for(kind, urgency, on=start))


def supply_until(difficulty: Difficulty, *, on: date) -> date:
    """Return the last day on which the reporter adds what was asked for, by the number of a day."""
    workdays = policy.number("difficulties.supply_workdays", on=on)
    return supply_end(difficulty, workdays, publicity.calendar(), on=on)


def supply_end(difficulty: Difficulty, workdays: int, calendar: Calendar, *, on: date) -> date:
    """Return the same by a number and a calendar that are known: after the notice, if that is late.

    A number that was made smaller, or a server that stood still, takes nobody by surprise.
    """
    until = calendar.add_workdays(difficulty.asked_on or on, workdays)
    if difficulty.reminded_at is None:
        return until
    return max(until, calendar.add_workdays(local_date(difficulty.reminded_at), 1))


def possible_units() -> QuerySet[Organization]:
    """Return to whom a difficulty may be passed on: active units in which somebody answers."""
    roles = [str(role) for role in roles_with(P.DIFFICULTY_ANSWER)]
    found = Organization.objects.filter(
        state=OrgState.ACTIVE, grants__role__in=roles, grants__revoked_at=None
    )
    return found.distinct().order_by("name", "pk")


# -- Reporters ---------------------------------------------------------------------------------


def kinds() -> QuerySet[Kind]:
    """Return the kinds that may be reported now."""
    return Kind.objects.filter(ended_at=None)


def own_organizations(user: User) -> list[Organization]:
    """Return for which organizations somebody may report: those in which they hold a role."""
    return orgs.working_for(user, P.ACTIVITY_EDIT, P.PROJECT_EDIT)


def own_projects(organizations: Iterable[Organization]) -> QuerySet[Project]:
    """Return the projects of these organizations to which a difficulty may belong."""
    ids = [one.pk for one in organizations]
    closed = (ProjectState.CLOSED, ProjectState.CANCELLED)
    found: QuerySet[Project] = Project.objects.of_service().filter(organization__in=ids)
    return found.exclude(state__in=closed).order_by("name")


def is_reporter(user: User, difficulty: Difficulty) -> bool:
    """Return whether somebody speaks for the organization that reported."""
    ids = {one.pk for one in own_organizations(user)}
    return difficulty.reported_by_id == user.pk or difficulty.organization_id in ids


def mine(user: User) -> QuerySet[Difficulty]:
    """Return what somebody or their organizations reported, the newest first."""
    ids = [one.pk for one in own_organizations(user)]
    found: QuerySet[Difficulty] = detailed()
    return found.filter(Q(reported_by=user) | Q(organization__in=ids)).order_by("-pk")


def within(user: User) -> QuerySet[Difficulty]:
    """Return what somebody may read because of where they work."""
    found: QuerySet[Difficulty] = detailed().in_scope(scope_of(user, P.DIFFICULTY_SEE))
    return found


def may_answer(user: User, difficulty: Difficulty) -> bool:
    """Return whether somebody may answer; never for what their own organization reported."""
    if is_reporter(user, difficulty):
        return False
    scope = scope_of(user, P.DIFFICULTY_ANSWER)
    return bool(Difficulty.objects.answerable(scope).filter(pk=difficulty.pk).exists())


def detailed() -> Any:
    """Return difficulties with everything that a page about one shows."""
    return Difficulty.objects.select_related(*_SEEN, "reported_by", "answered_by")


def papers_of(difficulty: Difficulty) -> QuerySet[StoredFile]:
    """Return what was sent along."""
    return files.of(f"difficulty:{difficulty.pk}")


def common_answers(kind_key: str = "") -> QuerySet[CommonAnswer]:
    """Return the published answers, of one kind or of all."""
    found = CommonAnswer.objects.filter(ended_at=None).select_related("kind")
    return found.filter(kind=kind_key) if kind_key else found


def own_answers(scope: Scope) -> QuerySet[CommonAnswer]:
    """Return the published answers that the holder of an answering scope may take away."""
    theirs = Difficulty.objects.answerable(scope).order_by().values("pk")
    return common_answers().filter(source__in=theirs)


# -- The desk ----------------------------------------------------------------------------------

TASKS = (
    ("waiting", "待答复"), ("overdue", "已超期"), ("asking", "待补充"), ("answered", "待确认"),
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means everything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    task: str = ""
    region: Region | None = None


def desk_difficulties(scope: Scope, filters: Filters, *, today: date) -> Any:
    """Return the difficulties within reach, those first whose answer is due first."""
    found = Difficulty.objects.in_scope(scope).select_related(*_SEEN)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state in DifficultyState.values:
        found = found.filter(state=filters.state)
    if filters.task in dict(TASKS):
        found = found.filter(_task(filters.task, today))
    if filters.region is not None:
        found = found.filter(organization__region__path__startswith=filters.region.path)
    for word in clean(filters.words)[:WORDS_MOST].split():
        found = found.filter(_named(word))
    return found.annotate(is_over=Q(closed_at__isnull=False)).order_by("is_over", "due_on", "pk")


def _named(word: str) -> Q:
    said = Q(text__icontains=word) | Q(organization__name__icontains=word)
    number = number_in(word.upper().removeprefix("KN"))
    return said if number is None else said | Q(pk=number)


def _task(task: str, today: date) -> Q:
    return {
        "waiting": Q(state__in=WAITING),
        "overdue": Q(state__in=WAITING, due_on__lt=today),
        "asking": Q(state=S.ASKING),
        "answered": Q(state=S.ANSWERED),
    }[task]


def counts(scope: Scope, *, today: date) -> list[tuple[str, str, int]]:
    """Return for each thing to do how many difficulties within reach wait for it."""
    asked = {key: Count("pk", filter=_task(key, today)) for key, _ in TASKS}
    found = Difficulty.objects.in_scope(scope).order_by().aggregate(**asked)
    return [(key, label, found[key]) for key, label in TASKS]


def to_answer(scope: Scope) -> QuerySet[Difficulty]:
    """Return what waits for an answer by the holder of a scope."""
    found: QuerySet[Difficulty] = Difficulty.objects.answerable(scope)
    return found.filter(state__in=WAITING)


def to_confirm(scope: Scope) -> QuerySet[Difficulty]:
    """Return what waits for these very organizations: more facts, or whether it helped."""
    own = Difficulty.objects.filter(organization__path__in=scope.organizations)
    return own.filter(state__in=[S.ASKING, S.ANSWERED])


# -- Who is told -------------------------------------------------------------------------------


def answerers(difficulty: Difficulty) -> list[int]:
    """Return who has to answer: those of the unit, or of the office of the region."""
    if difficulty.unit is not None:
        held = people_with(
            P.DIFFICULTY_ANSWER, organization_path=difficulty.unit.path, region_path=""
        )
        return sorted({g.user_id for g in held.filter(organization=difficulty.unit)})
    office = difficulty.office
    assert office is not None  # noqa: S101 -- the database says so
    held = people_with(P.DIFFICULTY_ANSWER, organization_path="", region_path=office.path)
    return sorted({g.user_id for g in held.filter(region=office)})


def city_office() -> list[int]:
    """Return the people of the city's office."""
    city = regions.city()
    held = people_with(P.DIFFICULTY_ANSWER, organization_path="", region_path=city.path)
    return sorted({grant.user_id for grant in held})


# -- The board ---------------------------------------------------------------------------------


@dataclass
class Figures:
    """How one unit or office answers."""

    name: str
    all: int = 0
    open: int = 0
    overdue: int = 0
    answered: int = 0
    in_time: int = 0
    escalated: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def in_time_percent(self) -> str:
        """Return the share that was answered in time, of all that had to be by now."""
        due = self.answered + self.escalated + self.overdue
        return f"{(self.in_time * 200 + due) // (2 * due)}%" if due else "—"

    @property
    def mean_days(self) -> str:
        """Return the mean of the working days until the answer, in words."""
        return rules.tenths_text(rules.mean_tenths(self.days))


def board(scope: Scope, *, since: date, today: date) -> tuple[Figures, list[Figures]]:
    """Return how units and offices answer what began since a day: all together, and each."""
    within = Difficulty.objects.in_scope(scope).order_by().values("pk")
    rows = (
        Turn.objects.filter(difficulty__in=within, began_on__gte=since)
        .exclude(outcome=Outcome.WITHDRAWN)
        .select_related("unit", "office", "difficulty")
        .order_by()
    )
    total, each = Figures("合计"), dict[str, Figures]()
    for turn in rows.iterator(chunk_size=2000):
        name = Holder(unit=turn.unit, office=turn.office).name
        for figures in (total, each.setdefault(name, Figures(name))):
            _count(figures, turn, today)
    return total, sorted(each.values(), key=lambda one: (-one.overdue, -one.all, one.name))


def _count(figures: Figures, turn: Turn, today: date) -> None:
    figures.all += 1
    if turn.outcome == Outcome.ANSWERED:
        figures.answered += 1
        figures.in_time += turn.ended_on is not None and turn.ended_on <= turn.due_on
        figures.days.append(turn.workdays or 0)
    elif turn.outcome == Outcome.ESCALATED:
        figures.escalated += 1
    elif not turn.outcome:
        figures.open += 1
        figures.overdue += turn.difficulty.is_overdue(today)


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return which difficulties an organization must settle before it ends."""
    page = reverse("difficulties:desk_list")
    given = Difficulty.objects.filter(unit=organization_id, state__in=[*WAITING, S.ASKING]).count()
    own = Difficulty.objects.filter(organization=organization_id, state__in=OPEN).count()
    found = []
    if given:
        found.append(OpenWork(f"{given} 件困难事项没有答复或转交", page))
    if own:
        found.append(OpenWork(f"{own} 件上报的困难没有办结或撤回", page))
    return found
