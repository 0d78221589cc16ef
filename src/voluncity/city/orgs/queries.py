"""Read organizations, their place in the tree, and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from voluncity.city.access import personal
from voluncity.city.access.scopes import Scope
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.journal import queries as journal
from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.orgs.rules import LEADING_KINDS
from voluncity.city.orgs.states import JoinState, Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.text import clean


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; empty means everything."""

    kind: str = ""
    state: str = ""
    region: Region | None = None
    words: str = ""

    def narrow(self, found: QuerySet[Organization]) -> QuerySet[Organization]:
        """Keep what fits."""
        if self.kind in Kind.values:
            found = found.filter(kind=self.kind)
        if self.state in OrgState.values:
            found = found.filter(state=self.state)
        if self.region is not None:
            found = found.filter(region__path__startswith=self.region.path)
        for word in clean(self.words)[:60].split():
            found = found.filter(name__icontains=word)
        return found


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


def above(organization: Organization) -> list[Organization]:
    """Return the organizations above one, from the root down."""
    ids = [int(part) for part in organization.path.split("/") if part]
    found = Organization.objects.filter(pk__in=ids).exclude(pk=organization.pk)
    return sorted(found, key=lambda upper: len(upper.path))


def below(organization: Organization) -> QuerySet[Organization]:
    """Return the active organizations right below one, by name."""
    return Organization.objects.filter(parent=organization, state=OrgState.ACTIVE).order_by("name")


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


@dataclass(frozen=True)
class Figures:
    """How large an organization is."""

    members: int
    organizations: int
    stations: int


def figures(organization: Organization) -> Figures:
    """Return how many people, organizations and stations belong to it with all below it."""
    path = organization.path
    members = Membership.objects.filter(organization__path__startswith=path, left_at=None)
    active = Organization.objects.filter(path__startswith=path, state=OrgState.ACTIVE)
    stations = organization.stations.model.objects.filter(
        organization__path__startswith=path, closed_at=None
    )
    return Figures(
        members=members.values("volunteer_id").distinct().count(),
        organizations=active.exclude(pk=organization.pk).count(),
        stations=stations.count(),
    )


@dataclass(frozen=True)
class Belonging:
    """How one volunteer stands to one organization."""

    membership: Membership | None = None
    request: JoinRequest | None = None


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


def applications_of(user: User) -> QuerySet[Organization]:
    """Return the organizations that a person applied for, the newest first."""
    return Organization.objects.filter(applied_by=user).order_by("-applied_at", "-pk")


def members(organization: Organization) -> QuerySet[Membership]:
    """Return the live members of one organization, by the day they joined."""
    return (
        Membership.objects.filter(organization=organization, left_at=None)
        .select_related("volunteer__region")
        .order_by("joined_at", "pk")
    )


def open_requests(scope: Scope) -> QuerySet[JoinRequest]:
    """Return the requests within reach that wait for a decision, the oldest first."""
    return (
        JoinRequest.objects.in_scope(scope)
        .filter(state=JoinState.ASKED)
        .select_related("organization", "volunteer__region")
        .order_by("asked_at", "pk")
    )


def possible_parents(preset_id: int | None = None) -> QuerySet[Organization]:
    """Return what may stand above a new organization: what leads, and the one asked for."""
    active = Organization.objects.filter(state=OrgState.ACTIVE)
    found = active.filter(kind__in=LEADING_KINDS)
    if preset_id is not None:
        found = found | active.filter(pk=preset_id)
    return found.order_by(_by_kind(), "name", "pk")


def papers(organization: Organization) -> QuerySet[StoredFile]:
    """Return what was uploaded with an application, oldest first."""
    return files.of(organization.subject)


@dataclass(frozen=True)
class Event:
    """One line of an organization's history."""

    at: datetime
    label: str
    actor: str


_EVENTS = {
    "orgs.apply": "提交申请",
    "orgs.resubmit": "修改后重新提交",
    "orgs.send_back": "退回修改",
    "orgs.refuse": "不予通过",
    "orgs.approve": "审核通过，开始公示",
    "orgs.publish": "公示结束，正式成立",
    "orgs.fall_back": "公示期间异议成立，退回",
    "orgs.suspend": "暂停",
    "orgs.resume": "恢复",
    "orgs.change": "修改资料",
    "orgs.reveal_phone": "查看联系电话",
}
_INTERNAL = {"orgs.change", "orgs.reveal_phone"}


def events(organization: Organization, *, for_staff: bool) -> list[Event]:
    """Return an organization's history out of the journal, the newest first.

    The applicant sees the steps and no names of staff.
    """
    shown = _EVENTS.keys() if for_staff else _EVENTS.keys() - _INTERNAL
    return [
        Event(
            at=entry.at,
            label=_EVENTS[entry.verb],
            actor=str(entry.actor) if for_staff and entry.actor else "",
        )
        for entry in reversed(journal.history("organization", organization.pk))
        if entry.verb in shown
    ]


def _leads() -> Case:
    return Case(
        When(kind__in=LEADING_KINDS, then=Value(1)), default=Value(0), output_field=IntegerField()
    )


def _by_kind() -> Case:
    places = [When(kind=kind, then=Value(place)) for place, kind in enumerate(LEADING_KINDS)]
    return Case(*places, default=Value(len(places)), output_field=IntegerField())


def contact_phone(organization: Organization) -> str:
    """Return the contact's number, for who gave it; others ask `actions.reveal_phone`."""
    bound_to = f"organization:{organization.pk}"
    return personal.unseal(organization.contact_phone_cipher, bound_to=bound_to)
