"""What an organization's pages show: figures, papers, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.journal import queries as journal
from voluncity.city.orgs.models import (
    BrandProject,
    Building,
    Membership,
    Merger,
    Organization,
    Proof,
)
from voluncity.city.orgs.states import OrgState


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


# What everybody may read of an organization's history.
_MILESTONES = {
    "orgs.publish": "正式成立",
    "orgs.suspend": "暂停",
    "orgs.resume": "恢复",
    "orgs.move": "变更隶属",
    "orgs.merge": "并入其他组织",
    "orgs.take_in": "接收并入的组织",
    "orgs.dissolve": "注销",
}


def milestones(organization: Organization) -> list[Event]:
    """Return what everybody may know of an organization's history, the newest first."""
    return [
        Event(at=entry.at, label=_MILESTONES[entry.verb], actor="")
        for entry in reversed(journal.history("organization", organization.pk))
        if entry.verb in _MILESTONES
    ]


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
    "orgs.move": "变更隶属",
    "orgs.merge": "并入其他组织",
    "orgs.take_in": "接收并入的组织",
    "orgs.dissolve": "注销",
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


def contact_phone(organization: Organization) -> str:
    """Return the contact's number, for who gave it; others ask `actions.reveal_phone`."""
    bound_to = f"organization:{organization.pk}"
    return personal.unseal(organization.contact_phone_cipher, bound_to=bound_to)


def proof(organization: Organization) -> Proof | None:
    """Return what the kind of organization asked it to name."""
    return Proof.objects.select_related("host").filter(organization=organization).first()


def brands(organization: Organization) -> QuerySet[BrandProject]:
    """Return what an organization is known for, in its own order."""
    return BrandProject.objects.filter(organization=organization, ended_at=None).select_related(
        "photo"
    )


def buildings(organization: Organization) -> QuerySet[Building]:
    """Return the buildings that an organization itself looks after."""
    return Building.objects.filter(organization=organization)


@dataclass(frozen=True)
class Covering:
    """How many buildings the teams below an organization look after."""

    teams: int
    buildings: int


def covering(organization: Organization) -> Covering:
    """Return how far the teams of an organization reach (seed OR: 54 squads, 258 buildings)."""
    found = Building.objects.filter(
        organization__path__startswith=organization.path, organization__state=OrgState.ACTIVE
    )
    return Covering(
        teams=found.order_by().values("organization_id").distinct().count(),
        buildings=found.count(),
    )


def teams_of_building(organization: Organization, words: str) -> QuerySet[Building]:
    """Return the buildings below an organization whose name holds these words."""
    return (
        Building.objects.filter(
            name__icontains=words,
            organization__path__startswith=organization.path,
            organization__state=OrgState.ACTIVE,
        )
        .select_related("organization")
        .order_by("name", "pk")[:20]
    )


def merged_into(organization: Organization) -> Merger | None:
    """Return of what an organization became a part, if it did."""
    return Merger.objects.select_related("into").filter(organization=organization).first()
