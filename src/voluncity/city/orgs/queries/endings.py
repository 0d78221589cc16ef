"""What follows when an organization ends: shown before anybody decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.city.access.models import Grant
from voluncity.city.orgs.models import Invitation, JoinRequest, Membership, Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.orgs.states import ENDED, JoinState

Asking = Callable[..., Sequence[OpenWork]]


@dataclass(frozen=True)
class Consequences:
    """What an ending touches, in numbers; and what stands in its way."""

    below: int
    all_below: int
    members: int
    stations: int
    roles: int
    requests: int
    invitations: int
    open_work: tuple[OpenWork, ...]


def consequences(organization: Organization, *, at: datetime) -> Consequences:
    """Return what would follow if the organization ended or moved now."""
    own = {"organization": organization}
    standing = Organization.objects.exclude(state__in=ENDED)
    return Consequences(
        below=standing.filter(parent=organization).count(),
        all_below=standing.filter(path__startswith=organization.path).count() - 1,
        members=Membership.objects.filter(**own, left_at=None).count(),
        stations=organization.stations.filter(closed_at=None).count(),
        roles=Grant.objects.filter(**own, revoked_at=None).count(),
        requests=JoinRequest.objects.filter(**own, state=JoinState.ASKED).count(),
        invitations=Invitation.objects.filter(**own, ended_at=None, expires_at__gt=at).count(),
        open_work=tuple(open_work(organization, at=at)),
    )


def open_work(organization: Organization, *, at: datetime) -> list[OpenWork]:
    """Return what the slices above say must be finished first (settings.VOLUNCITY_OPEN_WORK)."""
    return [
        one
        for name in settings.VOLUNCITY_OPEN_WORK
        for one in _asking(name)(organization_id=organization.pk, at=at)
    ]


def _asking(name: str) -> Asking:
    found: Asking = import_string(name)
    return found
