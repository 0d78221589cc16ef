"""Read batches, their candidates, and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Level, Region
from voluncity.honor.certification import rules
from voluncity.honor.certification.models import Batch, Candidate
from voluncity.honor.certification.queries.ladders import rule_for
from voluncity.honor.certification.rules import Reason
from voluncity.honor.certification.states import (
    BatchState,
    CandidateState,
    HonorKind,
    grade_name,
)
from voluncity.honor.recognition.models import Total
from voluncity.honor.recognition.queries import ALL_TIME
from voluncity.kernel.text import number_in

ON_LIST = (CandidateState.ACCEPTED, CandidateState.CERTIFIED)


def batches(scope: Scope) -> QuerySet[Batch]:
    """Return the batches within reach, the newest first."""
    found: QuerySet[Batch] = Batch.objects.in_scope(scope).select_related("region")
    return found.annotate(
        waiting=Count("candidates", filter=Q(candidates__state=CandidateState.WAITING)),
        listed=Count("candidates", filter=Q(candidates__state__in=ON_LIST)),
    ).order_by("-pk")


def silent_batches(*, before: datetime) -> list[int]:
    """Return the batches whose worker has not answered a question since an instant."""
    silent = Batch.objects.filter(state=BatchState.COUNTING, counted_at__lt=before)
    return list(silent.order_by("pk").values_list("pk", flat=True))


def people_with_hours(region: Region) -> int:
    """Return how many living volunteers of a region have any hours: those who were looked at."""
    found = Total.objects.filter(month=ALL_TIME, minutes__gt=0, volunteer__closed_at=None)
    if region.level != Level.CITY:
        found = found.filter(volunteer__region__path__startswith=region.path)
    return found.count()


def by_grade(grades: Iterable[int]) -> dict[int, int]:
    """Return how many have each grade, the highest first."""
    return dict(sorted(Counter(grades).items(), reverse=True))


def graded(batch: Batch, states: Iterable[str]) -> dict[int, int]:
    """Return how many candidates in some states have each grade, the highest first."""
    found = batch.candidates.filter(state__in=states).values_list("grade")
    return dict(found.annotate(n=Count("pk")).order_by("-grade"))


def states_of(batch: Batch) -> dict[str, int]:
    """Return how many candidates stand in each state."""
    return dict(batch.candidates.values_list("state").annotate(n=Count("pk")).order_by())


@dataclass(frozen=True)
class Filters:
    """Which candidates are looked for."""

    state: str = ""
    grade: str = ""
    words: str = ""
    is_nominated: bool = False


def candidates(batch: Batch, filters: Filters) -> QuerySet[Candidate]:
    """Return the candidates of a batch, the highest grade and most hours first."""
    found = batch.candidates.select_related(
        "volunteer__region", "nominated_from", "decided_by"
    ).order_by("-grade", "-minutes", "pk")
    if filters.state in CandidateState.values:
        found = found.filter(state=filters.state)
    elif not filters.words:
        found = found.exclude(state=CandidateState.SHORT)
    if (grade := number_in(filters.grade)) is not None:
        found = found.filter(grade=grade)
    if filters.words:
        named = Q(volunteer__name__startswith=filters.words)
        found = found.filter(named | Q(volunteer__number=filters.words))
    if filters.is_nominated:
        found = found.exclude(nominated_at=None)
    return found


def explained(one: Candidate) -> list[Reason]:
    """Say for each number what the candidate has and what the grade asks."""
    return rules.explained(rule_for(one.batch.ladder), one.grade, one.values)


def what_next(one: Candidate) -> tuple[str, str]:
    """Return the next grade's name and what it lacks; empty at the top."""
    rule = rule_for(one.batch.ladder)
    above = [rung.grade for rung in rule.rungs if rung.grade > one.grade]
    if not above:
        return "", ""
    words = rules.missing(rule, above[0], one.values)
    return grade_name(one.batch.kind, above[0]), words or "达到，由市级批次认定"


def lacks(one: Candidate) -> str:
    """Return in words what somebody lacks for the grade."""
    return rules.missing(rule_for(one.batch.ladder), one.grade, one.values)


def own_candidates(volunteer: Volunteer) -> QuerySet[Candidate]:
    """Return where somebody is proposed and the public is told, or may be told soon."""
    running = Candidate.objects.filter(
        volunteer__in=people.records_of(volunteer),
        batch__state=BatchState.SHOWN,
        state=CandidateState.ACCEPTED,
    )
    return running.select_related("batch__region").order_by("-pk")


def open_for(scope: Scope) -> QuerySet[Batch]:
    """Return the open batches of the regions around what somebody manages."""
    units = Organization.objects.in_scope(Scope(organizations=scope.organizations))
    paths = {*scope.regions, *units.values_list("region__path", flat=True).distinct()}
    codes = {code for path in paths for code in path.split("/") if code}
    found = Batch.objects.filter(region__code__in=codes, state=BatchState.OPEN)
    return found.select_related("region", "ladder").order_by("-pk")


def public_batches(kind: str = "") -> QuerySet[Batch]:
    """Return the certified batches, the newest first."""
    found = Batch.objects.filter(state=BatchState.CERTIFIED).select_related("region")
    if kind in HonorKind.values:
        found = found.filter(kind=kind)
    live = Q(honors__revoked_at=None)
    counted: QuerySet[Batch] = found.annotate(people=Count("honors", filter=live))
    return counted.order_by("-certified_at", "-pk")
