"""Lists of organizations: for everybody, for the desk, for a choice."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import HOST_KINDS, LEADING_KINDS
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.kernel.text import clean


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty means everything."""

    kind: str = ""
    state: str = ""
    region: Region | None = None
    words: str = ""
    above: Organization | None = None

    def narrow(self, found: QuerySet[Organization]) -> QuerySet[Organization]:
        """Keep what fits."""
        if self.kind in Kind.values:
            found = found.filter(kind=self.kind)
        if self.state in OrgState.values:
            found = found.filter(state=self.state)
        if self.region is not None:
            found = found.filter(region__path__startswith=self.region.path)
        if self.above is not None:
            found = found.filter(path__startswith=self.above.path)
        for word in clean(self.words)[:60].split():
            found = found.filter(name__icontains=word)
        return found


def public_list(filters: Filters) -> QuerySet[Organization]:
    """Return the active organizations that fit: those one may join in the field first, by name."""
    active = Organization.objects.filter(state=OrgState.ACTIVE).select_related("region", "parent")
    return filters.narrow(active).order_by(_leads(), "name", "pk")


def desk_list(scope: Scope, filters: Filters) -> QuerySet[Organization]:
    """Return the organizations within reach; those that wait for a review first, oldest on top."""
    reach = Organization.objects.in_scope(scope).select_related("region", "parent")
    waiting = Case(
        When(state=OrgState.APPLIED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return filters.narrow(reach).order_by(waiting, "applied_at", "pk")


def counts_by_state(scope: Scope, filters: Filters) -> dict[str, int]:
    """Return how many organizations stand in each state, under the other filters."""
    reach = filters.narrow(Organization.objects.in_scope(scope)).order_by()
    rows = reach.values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def applications_of(user: User) -> QuerySet[Organization]:
    """Return the organizations that a person applied for, the newest first."""
    return Organization.objects.filter(applied_by=user).order_by("-applied_at", "-pk")


def possible_parents(preset_id: int | None = None) -> QuerySet[Organization]:
    """Return what may stand above a new organization: what leads, and the one asked for."""
    active = Organization.objects.filter(state=OrgState.ACTIVE)
    found = active.filter(kind__in=LEADING_KINDS)
    if preset_id is not None:
        found = found | active.filter(pk=preset_id)
    return found.order_by("name", "pk")


def possible_hosts() -> QuerySet[Organization]:
    """Return in whose house an internal team can be."""
    return Organization.objects.filter(kind__in=HOST_KINDS, state=OrgState.ACTIVE)


def possible_targets(scope: Scope, organization: Organization) -> QuerySet[Organization]:
    """Return where an organization may move to, or into what."""
    reach = Organization.objects.in_scope(scope).filter(state=OrgState.ACTIVE)
    return reach.exclude(path__startswith=organization.path)


def active_pick_url(permission: Permission) -> str:
    """Return the address that suggests active organizations within reach of a permission."""
    return f"{reverse('orgs:pick')}?may={permission}&state={OrgState.ACTIVE}"


def _leads() -> Case:
    return Case(
        When(kind__in=LEADING_KINDS, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
