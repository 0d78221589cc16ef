"""Count what organizations did in a year, for many at once; read batches and ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from voluncity.city.access.models import Grant
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.ratings.models import Batch, Proposal, Rating, RatingStandard
from voluncity.honor.ratings.rules import MEASURES, Reason, Rung, reasons
from voluncity.honor.ratings.states import BatchState
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.text import number_in
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.training.models import TrainingRecord

Pairs = dict[int, set[int]]
Part = dict[str, dict[int, int]]  # a number's key: organization: how much
PARTS = 4


def ladder(on: date) -> list[Rung]:
    """Return what each star asks on a day, from one star up; empty while nothing is set."""
    newest = RatingStandard.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    if newest is None:
        return []
    rows = RatingStandard.objects.filter(valid_from=newest.valid_from).order_by("stars")
    return [_rung(row) for row in rows]


def _rung(row: RatingStandard) -> Rung:
    return Rung(row.stars, {measure.key: getattr(row, measure.key) for measure in MEASURES})


def standards() -> QuerySet[RatingStandard]:
    """Return all ladders, the newest first."""
    return RatingStandard.objects.select_related("set_by")


def ladder_day(year: int, *, today: date) -> date:
    """Return the day whose ladder rates a year: its last one, or today while it runs."""
    return min(date(year, 12, 31), today)


def candidates(region: Region, kinds: Collection[str], year: int) -> QuerySet[Organization]:
    """Return the active organizations of a region that are rated and have no stars of the year."""
    return (
        Organization.objects.filter(
            region__path__startswith=region.path, kind__in=kinds, state=OrgState.ACTIVE
        )
        .exclude(ratings__year=year)
        .order_by("pk")
    )


def parts(organizations: Collection[Organization], year: int) -> Iterator[Part]:
    """Count the numbers of a year for organizations, each with all below it, part by part.

    One question for each part, however many organizations there are; `PARTS` in all.
    """
    above = _rated_above({one.pk for one in organizations})
    yield {"members": _distinct(_members(year, above), above)}
    yield {"minutes": _summed(_minutes(year, above), above)}
    yield {"trained": _summed(_trained(year, above), above)}
    projects, activities = _worked(year, above)
    yield {"projects": _sizes(projects), "activities": _sizes(activities)}


def put_together(organizations: Iterable[Organization], counted: Part) -> dict[int, dict[str, int]]:
    """Return all numbers of each organization out of the parts."""
    return {
        one.pk: {measure.key: counted[measure.key].get(one.pk, 0) for measure in MEASURES}
        for one in organizations
    }


def silent_batches(*, before: datetime) -> list[int]:
    """Return the batches whose worker has not answered a question since an instant."""
    silent = Batch.objects.filter(state=BatchState.COUNTING, counted_at__lt=before)
    return list(silent.order_by("pk").values_list("pk", flat=True))


def _rated_above(paths: Container[int]) -> dict[int, list[int]]:
    """Return for every organization at or below a rated one which rated ones it counts for."""
    rows = Organization.objects.exclude(path="").values_list("pk", "path")
    found = {
        pk: [int(part) for part in path.split("/") if part and int(part) in paths]
        for pk, path in rows.iterator()
    }
    return {pk: rated for pk, rated in found.items() if rated}


def _members(year: int, above: dict[int, list[int]]) -> Iterable[tuple[int, int]]:
    end = day_bounds(date(year + 1, 1, 1))[0]
    live = Membership.objects.filter(Q(left_at=None) | Q(left_at__gte=end), joined_at__lt=end)
    rows = live.values_list("organization_id", "volunteer_id")
    return ((org, person) for org, person in rows.iterator() if org in above)


def _distinct(rows: Iterable[tuple[int, int]], above: dict[int, list[int]]) -> dict[int, int]:
    found: Pairs = defaultdict(set)
    for organization, one in rows:
        for rated in above[organization]:
            found[rated].add(one)
    return _sizes(found)


def _sizes(found: Pairs) -> dict[int, int]:
    return {pk: len(ones) for pk, ones in found.items()}


def _summed(rows: Iterable[tuple[int, int]], above: dict[int, list[int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for organization, amount in rows:
        for rated in above.get(organization, ()):
            found[rated] += amount
    return found


def _posted(year: int) -> QuerySet[ServiceRecord]:
    return ServiceRecord.objects.filter(
        state=RecordState.POSTED,
        served_on__gte=date(year, 1, 1),
        served_on__lt=date(year + 1, 1, 1),
    )


def _minutes(year: int, above: dict[int, list[int]]) -> Iterable[tuple[int, int]]:
    rows = _posted(year).values_list("organization_id").annotate(total=Sum("minutes")).order_by()
    return [(org, total) for org, total in rows if org in above]


def _trained(year: int, above: dict[int, list[int]]) -> Iterable[tuple[int, int]]:
    held = TrainingRecord.objects.filter(passed_on__year=year, revoked_at=None)
    rows = held.values_list("organization_id")
    return [(org, n) for org, n in rows.annotate(n=Count("pk")).order_by() if org in above]


def _worked(year: int, above: dict[int, list[int]]) -> tuple[Pairs, Pairs]:
    """Return the projects and the activities that earned posted hours."""
    rows = (
        _posted(year)
        .values_list(
            "organization_id",
            "signup__shift__activity__project_id",
            "signup__shift__activity_id",
        )
        .distinct()
        .order_by()
    )
    projects: Pairs = defaultdict(set)
    activities: Pairs = defaultdict(set)
    for organization, project, activity in rows.iterator():
        for rated in above.get(organization, ()):
            projects[rated].add(project)
            activities[rated].add(activity)
    return projects, activities


def batches(scope: Scope) -> QuerySet[Batch]:
    """Return the batches within reach, the newest first."""
    found: QuerySet[Batch] = Batch.objects.in_scope(scope).select_related("region")
    return found.annotate(
        rated=Count("proposals", filter=Q(proposals__final__gt=0)), all=Count("proposals")
    ).order_by("-year", "-pk")


def proposals(
    batch: Batch, *, stars: str = "", words: str = "", is_adjusted: bool = False
) -> QuerySet[Proposal]:
    """Return the proposals of a batch, most stars first."""
    found = batch.proposals.select_related("organization__region", "adjusted_by")
    if (number := number_in(stars)) is not None:
        found = found.filter(final=number)
    if is_adjusted:
        found = found.exclude(adjusted=None)
    if words:
        found = found.filter(organization__name__icontains=words)
    return found.order_by("-final", "-minutes", "organization__name", "pk")


def by_stars(batch: Batch) -> dict[int, int]:
    """Return how many organizations of a batch get how many stars, most stars first."""
    rows = batch.proposals.values_list("final").annotate(n=Count("pk")).order_by("-final")
    return dict(rows)


def figures_of(proposal: Proposal) -> dict[str, int]:
    """Return the numbers of a proposal as they were counted."""
    return {measure.key: getattr(proposal, measure.key) for measure in MEASURES}


def explained(proposal: Proposal, *, today: date) -> list[Reason]:
    """Say for each number of a proposal its source, and what the next star would need."""
    rungs = ladder(ladder_day(proposal.batch.year, today=today))
    return reasons(rungs, figures_of(proposal))


def is_theirs(user: User, organizations: Collection[Organization]) -> Organization | None:
    """Return one of the organizations to which somebody belongs, by a role or as a member."""
    paths = {one.pk: {int(part) for part in one.path.split("/") if part} for one in organizations}
    held = set(
        Grant.objects.filter(user=user, revoked_at=None, organization__isnull=False).values_list(
            "organization_id", flat=True
        )
    )
    joined = set(
        Membership.objects.filter(volunteer__user=user, left_at=None).values_list(
            "organization_id", flat=True
        )
    )
    theirs = (one for one in organizations if paths[one.pk] & held or one.pk in joined)
    return next(theirs, None)


def certified(year: int | None, stars: str = "") -> QuerySet[Rating]:
    """Return the certified organizations of a year, most stars first."""
    found = Rating.objects.filter(year=year or 0).select_related("organization__region")
    if (number := number_in(stars)) is not None:
        found = found.filter(stars=number)
    return found.order_by("-stars", "organization__name", "pk")


def years() -> list[int]:
    """Return the years of which organizations are certified, the newest first."""
    found = Rating.objects.values_list("year", flat=True).distinct().order_by("-year")
    return list(found)


def history(organization_id: int) -> QuerySet[Rating]:
    """Return all ratings of an organization, the newest first."""
    return Rating.objects.filter(organization_id=organization_id).order_by("-year")
