"""Who of a unit, or in a community, has reported, has served, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from voluncity.care.party.models import Pairing, Report
from voluncity.care.party.queries.service import WAYS, local, posted_since, served_since
from voluncity.care.party.states import LIVE, ReportState
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.text import clean
from voluncity.service.hours.models import ServiceRecord

NOT_REPORTED, SERVED, IDLE = "none", "yes", "no"


@dataclass(frozen=True)
class MemberFilters:
    """What somebody looks for among the members; empty parts ask nothing."""

    since: date
    words: str = ""
    state: str = ""  # one of ReportState, or "none"
    served: str = ""  # "yes" or "no"


@dataclass(frozen=True)
class MemberRow:
    """One member: where they reported, and what they have served since the day."""

    volunteer: Volunteer
    report: Report | None
    times: int
    minutes: int
    local_minutes: int


def unit_members(unit: Organization, filters: MemberFilters) -> QuerySet[Volunteer]:
    """Return a unit's Party members by name: who reported for it, and who should have.

    A unit that no office has paired is not asked who of its people is in the Party: it sees only
    those who named it themselves.
    """
    mine = Report.objects.filter(volunteer=OuterRef("pk"), unit=unit, state__in=LIVE)
    theirs = Q(Exists(mine))
    if Pairing.objects.filter(unit=unit, ends_on=None).exists():
        belongs = Membership.objects.filter(
            volunteer=OuterRef("pk"), left_at=None, organization__path__startswith=unit.path
        )
        elsewhere = Report.objects.filter(volunteer=OuterRef("pk"), state__in=LIVE)
        theirs |= Exists(belongs) & ~Exists(elsewhere)
    return _narrowed(theirs, mine, filters)


def community_members(community: Region, filters: MemberFilters) -> QuerySet[Volunteer]:
    """Return the Party members who reported to a community, by name."""
    here = Report.objects.filter(volunteer=OuterRef("pk"), community=community, state__in=LIVE)
    return _narrowed(Q(Exists(here)), here, filters)


def _narrowed(theirs: Q, reports: QuerySet[Report], filters: MemberFilters) -> QuerySet[Volunteer]:
    found = Volunteer.objects.filter(theirs, is_party_member=True, closed_at=None)
    if filters.words:
        said = clean(filters.words)[:40]
        found = found.filter(Q(name__startswith=said) | Q(number=said.replace(" ", "")))
    if filters.state == NOT_REPORTED:
        found = found.filter(~Exists(reports))
    elif filters.state in ReportState.values:
        found = found.filter(Exists(reports.filter(state=filters.state)))
    if filters.served in {SERVED, IDLE}:
        served = _served(filters.since)
        found = found.filter(served if filters.served == SERVED else ~served)
    return found.select_related("region").order_by("name", "pk")


def _served(since: date) -> Q:
    """Return that somebody served since the day, in whichever record."""
    served = Q()
    for way in WAYS:
        served |= Q(Exists(posted_since(since).filter(**{way: OuterRef("pk")})))
    return served


def member_rows(volunteers: Sequence[Volunteer], *, since: date) -> list[MemberRow]:
    """Return these members with report and service, in as many statements as for one."""
    ids = [one.pk for one in volunteers]
    live = Report.objects.filter(volunteer__in=ids, state__in=LIVE)
    reports = {
        report.volunteer_id: report for report in live.select_related("unit", "community__parent")
    }
    all_, at_home = dict[int, tuple[int, int]](), dict[int, tuple[int, int]]()
    for way in WAYS:
        mine = Q(**{f"{way}__in": ids})
        _add(all_, posted_since(since).filter(mine), way)
        _add(at_home, served_since(since, way, local(way), mine), way)
    return [
        MemberRow(
            volunteer=one,
            report=reports.get(one.pk),
            times=all_.get(one.pk, (0, 0))[0],
            minutes=all_.get(one.pk, (0, 0))[1],
            local_minutes=at_home.get(one.pk, (0, 0))[1],
        )
        for one in volunteers
    ]


def _add(sums: dict[int, tuple[int, int]], records: QuerySet[ServiceRecord], person: str) -> None:
    rows = records.order_by().values_list(person).annotate(Count("pk"), Sum("minutes"))
    for pk, times, minutes in rows:
        before = sums.get(pk, (0, 0))
        sums[pk] = (before[0] + times, before[1] + minutes)
