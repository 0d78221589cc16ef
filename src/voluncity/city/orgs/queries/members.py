"""Who belongs to an organization, what they do there, who asks and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Min, Prefetch, Q, QuerySet, Value, When

from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.access.queries import Person, grants_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import (
    Duty,
    Invitation,
    JoinRequest,
    MemberDuty,
    Membership,
    Organization,
)
from voluncity.city.orgs.states import JoinState, OrgState
from voluncity.city.people.models import Volunteer
from voluncity.kernel.text import clean


@dataclass(frozen=True)
class Belonging:
    """How one volunteer stands to one organization."""

    membership: Membership | None = None
    request: JoinRequest | None = None


def working_for(user: Person, *permissions: Permission) -> list[Organization]:
    """Return the active organizations in which somebody holds a role with one of these, by name."""
    held = {
        grant.organization.pk: grant.organization
        for grant in grants_of(user)
        if grant.organization is not None
        and not ROLES[Role(grant.role)].permissions.isdisjoint(permissions)
    }
    active = [one for one in held.values() if one.state == OrgState.ACTIVE]
    return sorted(active, key=lambda one: (one.name, one.pk))


def is_member(*, organization_id: int, volunteer_id: int) -> bool:
    """Return whether a volunteer belongs to an organization or to one below it."""
    path: str | None = (
        Organization.objects.filter(pk=organization_id).values_list("path", flat=True).first()
    )
    return path is not None and (
        Membership.objects.filter(
            volunteer_id=volunteer_id, left_at=None, organization__path__startswith=path
        ).exists()
    )


def belonging(organization: Organization, volunteer: Volunteer | None) -> Belonging:
    """Return a volunteer's live membership in, or open request to, an organization."""
    if volunteer is None:
        return Belonging()
    mine = {"organization": organization, "volunteer": volunteer}
    return Belonging(
        membership=Membership.objects.filter(**mine, left_at=None).first(),
        request=JoinRequest.objects.filter(**mine, state=JoinState.ASKED).first(),
    )


def memberships_of(volunteer: Volunteer) -> QuerySet[Membership]:
    """Return where a volunteer belongs now, the oldest first."""
    return (
        Membership.objects.filter(volunteer=volunteer, left_at=None)
        .select_related("organization__region")
        .order_by("joined_at", "pk")
    )


def requests_of(volunteer: Volunteer) -> QuerySet[JoinRequest]:
    """Return a volunteer's requests, the newest first."""
    return (
        JoinRequest.objects.filter(volunteer=volunteer)
        .select_related("organization")
        .order_by("-asked_at", "-pk")
    )


def members(
    organization: Organization, *, words: str = "", duty_id: int | None = None
) -> QuerySet[Membership]:
    """Return the live members of one organization that fit: those with a duty first."""
    live = Membership.objects.filter(organization=organization, left_at=None)
    for word in clean(words)[:60].split():
        live = live.filter(Q(volunteer__name__icontains=word) | Q(volunteer__number=word))
    if duty_id is not None:
        live = live.filter(duties__duty_id=duty_id, duties__ended_at=None)
    first = Min("duties__duty__position", filter=Q(duties__ended_at=None))
    found: QuerySet[Membership] = (
        live.select_related("volunteer__region")
        .prefetch_related(live_duties())
        .annotate(first_duty=first)
        .annotate(has_none=Case(When(first_duty=None, then=Value(1)), default=Value(0),
                                output_field=IntegerField()))
        .order_by("has_none", "first_duty", "joined_at", "pk")
    )  # fmt: skip
    return found


def live_duties() -> Prefetch[str, QuerySet[MemberDuty], str]:
    """Return the duties that members have now, as `live_duties` beside each."""
    live = MemberDuty.objects.filter(ended_at=None).select_related("duty")
    return Prefetch("duties", queryset=live.order_by("duty__position", "pk"), to_attr="live_duties")


def public_duties(organization: Organization) -> list[tuple[str, int]]:
    """Return how many people have each duty, for everybody: no names."""
    held = MemberDuty.objects.filter(
        membership__organization=organization, membership__left_at=None, ended_at=None
    )
    counted: dict[str, int] = {}
    for name in held.order_by("duty__position", "pk").values_list("duty__name", flat=True):
        counted[name] = counted.get(name, 0) + 1
    return list(counted.items())


def duties() -> QuerySet[Duty]:
    """Return what somebody can be in a team, in the order of the data file."""
    return Duty.objects.all()


def open_requests(scope: Scope) -> QuerySet[JoinRequest]:
    """Return the requests within reach that wait for a decision, the oldest first."""
    return (
        JoinRequest.objects.in_scope(scope)
        .filter(state=JoinState.ASKED)
        .select_related("organization", "volunteer__region")
        .order_by("asked_at", "pk")
    )


def invitations(organization: Organization, *, at: datetime) -> QuerySet[Invitation]:
    """Return the links that can still be used, the newest first."""
    return (
        Invitation.objects.filter(
            organization=organization, ended_at=None, expires_at__gt=at, used__lt=F("most")
        )
        .select_related("made_by")
        .order_by("-pk")
    )
