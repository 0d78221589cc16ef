"""Which records somebody may look at a second time."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import grants_of, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import Approver, RecordState


def homes_of(user: User) -> tuple[str, ...]:
    """Return the paths of the organizations in which somebody has any role."""
    return tuple(grant.organization.path for grant in grants_of(user) if grant.organization)


def may_approve(scope: Scope, record: ServiceRecord, *, homes: tuple[str, ...] = ()) -> bool:
    """Return whether a grant within `scope` is high enough for the look that a record needs.

    An office reaches everything in its region; the organization itself only what needs a second
    person; what needs the parent needs an organization strictly above. What needs another level
    never goes to somebody with a role in the organization itself (`homes`), whatever else they
    are (PEERS.md (b) 1).
    """
    path = record.organization.path
    if record.approver in (Approver.PARENT, Approver.OFFICE) and path in homes:
        return False
    above = [own for own in scope.organizations if path.startswith(own)]
    if any(record.organization.region.path.startswith(own) for own in scope.regions):
        return True
    if record.approver == Approver.SECOND:
        return bool(above)
    return record.approver == Approver.PARENT and any(own != path for own in above)


def to_approve(user: User) -> QuerySet[ServiceRecord]:
    """Return the confirmed records that wait for this very person's second look."""
    scope = scope_of(user, Permission.HOURS_APPROVE)
    higher = Q(approver__in=[Approver.PARENT, Approver.OFFICE])
    return (
        ServiceRecord.objects.filter(_within(scope), state=RecordState.CONFIRMED)
        .exclude(higher, organization__path__in=homes_of(user))
        .exclude(confirmed_by=user)
        .exclude(volunteer__user=user)
        .exclude(signup__attendance__in_by=user)
        .exclude(signup__attendance__out_by=user)
    )


def _within(scope: Scope) -> Q:
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(organization__region__path__startswith=path)
    for path in scope.organizations:
        below = Q(organization__path__startswith=path)
        reach |= below & Q(approver=Approver.SECOND)
        reach |= below & Q(approver=Approver.PARENT) & ~Q(organization__path=path)
    return reach


def to_confirm(user: User) -> QuerySet[ServiceRecord]:
    """Return the computed records that this person may confirm."""
    return (
        ServiceRecord.objects.in_scope(scope_of(user, Permission.HOURS_CONFIRM))
        .filter(state=RecordState.COMPUTED)
        .exclude(volunteer__user=user)
    )


def sees_names(user: User, organization: Organization) -> bool:
    """Return whether the person works with this organization's volunteers.

    Who only looks, as the lead unit of a line does at other organizations, sees masked names.
    """
    for permission in (Permission.HOURS_CONFIRM, Permission.HOURS_APPROVE):
        scope = scope_of(user, permission)
        if any(organization.path.startswith(own) for own in scope.organizations):
            return True
        if any(organization.region.path.startswith(own) for own in scope.regions):
            return True
    return False
