"""Who may become a star of the month, the months and their stars."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.policy import queries as policy
from voluncity.city.regions.models import Level, Region
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.queries.truth import grown_since
from voluncity.honor.leaderboards.rules import Deed, StarRule, first_and_next, month_before
from voluncity.honor.leaderboards.states import STARS, CandidateState, MonthState
from voluncity.honor.recognition.models import Total
from voluncity.kernel.refusals import NotFound
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.states import RUNNING as CASES_RUNNING
from voluncity.service.integrity.states import About, CaseState

CANDIDATES_EACH_PLACE = 5  # so many candidates for each place of a county
CASE_DAYS = 365  # a founded case bars as long as a right can be lost
_AT_ONCE = 500
# Whose account is closed is not shown; a record that was merged is that of a living person.
LIVING = Q(volunteer__closed_at=None) | Q(volunteer__merged_into__isnull=False)
_RULES = ("star_minutes", "star_services", "star_months_off", "star_per_county")


def star_rule(on: date) -> StarRule:
    """Return the rule that holds on a day."""
    keys = [f"leaderboards.{name}" for name in _RULES]
    found = policy.numbers(keys, on=on)
    return StarRule(*(found[key] for key in keys))


def deeds(month: str, rule: StarRule, *, city: Region) -> Iterator[Deed]:
    """Return who served enough in a month, with the county they live in; adults of this city."""
    counties = {
        one.path: one.pk
        for one in Region.objects.filter(level=Level.COUNTY, path__startswith=city.path)
    }
    last = first_and_next(month)[1] - timedelta(days=1)
    enough = Total.objects.filter(
        month=month, minutes__gte=rule.least_minutes, proven_minutes__gte=rule.least_minutes,
        volunteer__closed_at=None, volunteer__identity_state=IdentityState.VERIFIED,
        volunteer__user__isnull=False, volunteer__born_on__lte=grown_since(last),
    ).values_list("volunteer_id", "volunteer__region__path", "proven_minutes")  # fmt: skip
    rows = [
        (pk, county, minutes)
        for pk, path, minutes in enough
        for county in [_county(path, counties)]
        if county is not None
    ]
    services = services_of([pk for pk, _, _ in rows], month)
    for pk, county, minutes in rows:
        yield Deed(pk, county, minutes, services.get(pk, 0))


def _county(path: str, counties: dict[str, int]) -> int | None:
    return next((pk for above, pk in counties.items() if path.startswith(above)), None)


def services_of(volunteer_ids: Collection[int], month: str) -> dict[int, int]:
    """Return how often people served in a month with proof, also by merged records."""
    first, following = first_and_next(month)
    found: dict[int, int] = {}
    ids = sorted(volunteer_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = (
            ServiceRecord.objects.filter(
                Q(volunteer__in=some) | Q(volunteer__merged_into__in=some),
                state=RecordState.POSTED, trust=Trust.PROVEN,
                served_on__gte=first, served_on__lt=following,
            )
            .values_list("volunteer_id", "volunteer__merged_into")
            .annotate(n=Count("pk"))
            .order_by()
        )  # fmt: skip
        for pk, into, number in rows:
            person = into or pk
            found[person] = found.get(person, 0) + number
    return found


def barred(month: str, rule: StarRule, *, on: date) -> set[int]:
    """Return who cannot be a star: named not long ago, or with a case about their hours.

    A case that runs bars, and one that was founded within a year.
    """
    since = month_before(month, rule.months_off)
    recent = Candidate.objects.filter(
        state__in=STARS, month__month__gte=since, month__month__lt=month
    )
    about = Q(about=About.VOLUNTEER, volunteer__isnull=False)
    organizer = Q(about=About.ORGANIZER, organizer__volunteer__isnull=False)
    bad = Q(state__in=CASES_RUNNING) | Q(
        state=CaseState.CONFIRMED, decided_at__date__gte=on - timedelta(days=CASE_DAYS)
    )
    cases = Case.objects.filter(bad)
    return {
        *recent.values_list("volunteer_id", flat=True),
        *cases.filter(about).values_list("volunteer_id", flat=True),
        *cases.filter(organizer).values_list("organizer__volunteer", flat=True),
    }


def is_barred(candidate: Candidate, *, on: date) -> bool:
    """Return whether something bars a candidate now that did not when the month was counted."""
    month = candidate.month
    rule = StarRule(month.least_minutes, month.least_services, month.months_off, month.per_county)
    is_closed = Volunteer.objects.filter(pk=candidate.volunteer_id, closed_at__isnull=False)
    return candidate.volunteer_id in barred(month.month, rule, on=on) or is_closed.exists()


def months(scope: Scope) -> QuerySet[StarMonth]:
    """Return the months that somebody works on, newest first.

    The office of a county works on the months of its city: on its own candidates only.
    """
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(candidates__county__path__startswith=path) | Q(region__path__startswith=path)
    found: QuerySet[StarMonth] = StarMonth.objects.filter(reach).distinct()
    return found.select_related("region").order_by("-month", "-pk")


def tallies(month_ids: Collection[int], scope: Scope) -> dict[int, dict[str, int]]:
    """Return how many candidates of each state months have within reach."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        Candidate.objects.in_scope(scope)
        .filter(month__in=month_ids)
        .values_list("month_id", "state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for month, state, number in rows:
        found.setdefault(month, {})[state] = number
    return found


def candidates(month: StarMonth, scope: Scope) -> QuerySet[Candidate]:
    """Return the candidates of a month within reach, county by county, most minutes first."""
    found: QuerySet[Candidate] = Candidate.objects.in_scope(scope).filter(month=month)
    return found.select_related("volunteer", "county", "picked_by").order_by(
        "county__code", "-proven_minutes", "-services", "pk"
    )


def picked_in(month_id: int, county_id: int, states: Collection[str]) -> int:
    """Return how many places of a county are taken."""
    return Candidate.objects.filter(month=month_id, county=county_id, state__in=states).count()


def stars_of_month(month: str) -> QuerySet[Candidate]:
    """Return the stars of a month that may be shown."""
    named = Candidate.objects.filter(
        LIVING, month__month=month, month__state=MonthState.NAMED, state=CandidateState.NAMED
    )
    return named.select_related("volunteer", "county", "photo", "month").order_by(
        "county__code", "-proven_minutes", "pk"
    )


def archive() -> QuerySet[StarMonth]:
    """Return all months with their stars' number, newest first."""
    named = StarMonth.objects.filter(state=MonthState.NAMED)
    shown = Q(candidates__state=CandidateState.NAMED)
    everybody = Q(candidates__state__in=STARS)
    found: QuerySet[StarMonth] = named.annotate(
        shown=Count("candidates", filter=shown),
        everybody=Count("candidates", filter=everybody),
        hidden=F("everybody") - F("shown"),
    ).order_by("-month")
    return found


def star(pk: int) -> Candidate:
    """Return a star that may be shown, for the page of the story.

    :raises NotFound: when there is none, or the person does not want to be shown.
    """
    found: Candidate | None = (
        Candidate.objects.filter(
            LIVING, pk=pk, month__state=MonthState.NAMED, state=CandidateState.NAMED
        )
        .select_related("volunteer", "county", "photo", "month")
        .first()
    )
    if found is None:
        raise NotFound("没有找到这位月度之星，可能本人不再公开，请返回列表。")
    return found


def own(volunteer: Volunteer, pk: int) -> Candidate:
    """Return somebody's own candidacy, once they were asked.

    :raises NotFound: when it is somebody else's, or nobody asked yet.
    """
    found: Candidate | None = (
        Candidate.objects.filter(pk=pk, volunteer__in=people.records_of(volunteer))
        .exclude(state=CandidateState.CANDIDATE)
        .select_related("month", "county", "photo")
        .first()
    )
    if found is None:
        raise NotFound("没有找到这项邀请，请从消息重新进入。")
    return found


def owned(volunteer: Volunteer) -> QuerySet[Candidate]:
    """Return what somebody was asked, newest month first."""
    mine = Candidate.objects.filter(volunteer__in=people.records_of(volunteer))
    return (
        mine.exclude(state=CandidateState.CANDIDATE)
        .select_related("month")
        .order_by("-month__month")
    )


def last_months(today: date, number: int) -> list[str]:
    """Return the newest months whose stars may be chosen, this one first."""
    return [month_before(f"{today:%Y-%m}", back) for back in range(number)]
