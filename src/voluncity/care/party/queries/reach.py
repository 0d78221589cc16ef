"""Who may see which side: a unit sees its own members, a community those who report to it.

Being a Party member is nobody else's business: a community worker does not see the units that
lie in the area, nor a unit the members of another one.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from voluncity.care.party.models import Pairing, Report
from voluncity.care.party.rules import UNIT_KINDS
from voluncity.care.party.states import LIVE
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import NotFound


def _unit_scope(viewer: Person) -> Scope:
    """Return a unit's own administrators' organizations, and the offices' regions."""
    own = scope_of(viewer, Permission.PARTY_SEE).organizations
    return Scope(regions=scope_of(viewer, Permission.PARTY_EDIT).regions, organizations=own)


def _has_to_do(found: QuerySet[Organization]) -> QuerySet[Organization]:
    """Keep the units that take part: paired now, or with somebody who reported."""
    pairings = Pairing.objects.filter(unit=OuterRef("pk"), ends_on=None)
    reports = Report.objects.filter(unit=OuterRef("pk"), state__in=LIVE)
    return found.filter(Exists(pairings) | Exists(reports))


def units_within(viewer: Person) -> QuerySet[Organization]:
    """Return the units that take part and whose members the viewer may see, by name."""
    reach = Organization.objects.in_scope(_unit_scope(viewer))
    return _has_to_do(reach).select_related("region").order_by("name", "pk")


def unit_in_reach(viewer: Person, pk: int) -> Organization:
    """Return one of them.

    :raises NotFound: when it does not take part, or is somebody else's.
    """
    found = units_within(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个结对单位，或者它不在您的管理范围内。")
    return found


def _community_reach(viewer: Person) -> Q:
    """Return the regions whose reports the viewer may see."""
    scope = scope_of(viewer, Permission.PARTY_SEE)
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(path__startswith=path)
    if scope.organizations:
        own = Organization.objects.in_scope(Scope(organizations=scope.organizations))
        reach |= Q(pk__in=own.filter(kind=Kind.COMMUNITY).values("region"))
    return reach


def communities_within(viewer: Person) -> QuerySet[Region]:
    """Return the communities that take part and whose members the viewer may see, by code."""
    pairings = Pairing.objects.filter(community=OuterRef("pk"), ends_on=None)
    reports = Report.objects.filter(community=OuterRef("pk"), state__in=LIVE)
    found = Region.objects.filter(_community_reach(viewer), level=Level.COMMUNITY)
    return found.filter(Exists(pairings) | Exists(reports)).order_by("code")


def community_in_reach(viewer: Person, pk: int) -> Region:
    """Return one of them.

    :raises NotFound: when it does not take part, or is somebody else's.
    """
    found = communities_within(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个结对社区，或者它不在您的管理范围内。")
    return found


def report_to_decide(viewer: Person, pk: int) -> Report:
    """Return a report that the viewer's community, or an office above it, may decide.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    mine = Region.objects.filter(_community_reach(viewer)).values("pk")
    found = Report.objects.filter(pk=pk, community__in=mine).select_related("volunteer")
    report = found.first()
    if report is None:
        raise NotFound("没有找到这次报到，或者它不在您的社区。")
    return report


def pairings_within(viewer: Person) -> QuerySet[Pairing]:
    """Return the pairings that an office keeps, the newest first."""
    scope = scope_of(viewer, Permission.PARTY_EDIT)
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(community__path__startswith=path)
    return (
        Pairing.objects.filter(reach)
        .select_related("unit", "community__parent")
        .order_by("-starts_on", "-pk")
    )


def units_to_pair(viewer: Person) -> QuerySet[Organization]:
    """Return the active units of an office's area, by name."""
    reach = Organization.objects.in_scope(scope_of(viewer, Permission.PARTY_EDIT))
    return reach.filter(state=OrgState.ACTIVE, kind__in=UNIT_KINDS).order_by("name", "pk")
