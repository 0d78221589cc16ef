"""Calls, who may apply and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.regions.models import Region
from voluncity.fund.calls.models import Application, Call, Extension, FormVersion
from voluncity.fund.calls.rules.calls import Applicant, Condition, conditions
from voluncity.fund.calls.states import CallState, FormState, Phase
from voluncity.fund.governance.models import Fund

_ORDER = {Phase.OPEN: 0, Phase.COMING: 1, Phase.CLOSED: 2}
CLOSED_SHOWN = 30


def detailed() -> QuerySet[Call]:
    """Return calls with what their pages show."""
    return Call.objects.select_related(
        "fund__region", "purpose", "resolution", "form", "changed_by"
    )


def public_calls(*, at: datetime) -> list[Call]:
    """Return what everybody may read: the open ones first, then what comes, then what is over."""
    out = detailed().filter(state=CallState.OPEN)
    live = [*out.filter(ends_at__gt=at).order_by("ends_at")]
    over = [*out.filter(ends_at__lte=at).order_by("-ends_at")[:CLOSED_SHOWN]]
    return sorted([*live, *over], key=lambda call: _ORDER[call.phase(at)])


def calls_for(user: Person, *, at: datetime) -> list[Call]:
    """Return the open calls of the places and kinds of a person's organizations."""
    near = list(organizations_of(user).values_list("kind", "region__path"))
    found = detailed().filter(state=CallState.OPEN, opens_at__lte=at, ends_at__gt=at)
    return [
        call
        for call in found.prefetch_related("regions").order_by("ends_at", "pk")
        if any(_is_within(call, kind, path) for kind, path in near)
    ]


def _is_within(call: Call, kind: str, path: str) -> bool:
    limits = [region.path for region in call.regions.all()]
    is_near = not limits or any(path.startswith(limit) for limit in limits)
    return is_near and (not call.kinds or kind in call.kinds)


def calls_at_desk(scope: Scope) -> QuerySet[Call]:
    """Return the calls within reach, with how many applications each has."""
    found: QuerySet[Call] = detailed().in_scope(scope)  # type: ignore[attr-defined]
    handed_in = Q(applications__number__isnull=False)
    counted = found.annotate(handed_in=Count("applications", filter=handed_in))
    return counted.order_by("-opens_at", "-pk")


def funds(scope: Scope) -> QuerySet[Fund]:
    """Return the funds for which somebody within this scope may call."""
    found: QuerySet[Fund] = Fund.objects.in_scope(scope).filter(ended_on=None)
    return found.order_by("name", "pk")


def regions_of(call: Call) -> list[Region]:
    """Return the regions to which a call is limited; none where it is not."""
    return list(call.regions.order_by("code"))


def form_being_built(call: Call) -> FormVersion | None:
    """Return the version that is not published yet."""
    return call.forms.filter(state=FormState.DRAFT).first()


def extension_end(call_id: int, organization_id: int) -> datetime | None:
    """Return until when an organization was given more time."""
    found = Extension.objects.filter(call=call_id, organization=organization_id)
    end: datetime | None = found.aggregate(end=Max("ends_at"))["end"]
    return end


def end_for(call: Call, organization_id: int) -> datetime:
    """Return the first instant at which it is too late for an organization to hand in."""
    more = extension_end(call.pk, organization_id)
    return max(call.ends_at, more) if more else call.ends_at


def deadline(application: Application) -> datetime:
    """Return the first instant at which it is too late to hand this one in.

    What was sent back has a day of its own.
    """
    if application.due_at is None:
        return end_for(application.call, application.organization_id)
    more = extension_end(application.call_id, application.organization_id)
    return max(application.due_at, more) if more else application.due_at


def organizations_of(user: Person) -> QuerySet[Organization]:
    """Return the organizations for which somebody may apply."""
    scope = scope_of(user, Permission.GRANT_APPLY)
    found: QuerySet[Organization] = Organization.objects.in_scope(scope)
    return found.filter(state=OrgState.ACTIVE).select_related("region").order_by("name", "pk")


def conditions_for(
    call: Call, organization: Organization, *, at: datetime, regions: Sequence[Region] | None = None
) -> list[Condition]:
    """Return each condition of a call and whether the organization meets it."""
    one = Applicant(
        kind=organization.kind,
        region_path=organization.region.path,
        since=organization.decided_at or organization.applied_at,
        stars=organization.stars,
        is_active=organization.state == OrgState.ACTIVE,
    )
    return conditions(call, regions_of(call) if regions is None else regions, one, at=at)
