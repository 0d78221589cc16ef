"""The end of an organization: it becomes part of another one, or is dissolved. Its row stays.

Projects and hours stay with the organization that did them (谁组织谁记录, 民政部令第 67 号); what
is still open must be finished first, so nobody is left with hours that no one may confirm.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.journal.actions import record
from voluncity.city.orgs import queries, rules
from voluncity.city.orgs.actions.duties import end_duties
from voluncity.city.orgs.actions.moves import relocate
from voluncity.city.orgs.actions.reviews import active_in_reach, decide
from voluncity.city.orgs.actions.turns import take_turn
from voluncity.city.orgs.models import (
    BrandProject,
    Invitation,
    JoinRequest,
    Membership,
    Merger,
    Organization,
)
from voluncity.city.orgs.states import ENDED, JoinState
from voluncity.city.people.actions.posters import end_posters_of
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, Refusal


@transaction.atomic
def dissolve(*, organization_id: int, reason: str, by: User, at: datetime) -> Organization:
    """End an organization: its members leave, its stations close, its roles are taken back.

    :raises NotAllowed: when it is one's own.
    :raises Refusal: while something below it or of its work is open.
    """
    words = rules.reason(reason)
    take_turn()
    organization = decide(organization_id, "dissolve", words, by=by, at=at)
    _refuse_root(organization)
    below = organization.children.exclude(state__in=ENDED).count()
    if below:
        raise Refusal(
            f"还有 {below} 个下级组织（包括正在申请的），请先为它们变更隶属或办理注销。",
            code="orgs.has_children",
        )
    _refuse_open_work(organization, at)
    for name in settings.VOLUNCITY_DISSOLVED:
        import_string(name)(organization_id=organization.pk, by=by, at=at)
    _members(organization).update(left_at=at, left_reason=f"“{organization.name}”已注销")
    _close_down(organization, "组织已注销。", by=by, at=at)
    return organization


@transaction.atomic
def merge(
    *, organization_id: int, into_id: int, reason: str, by: User, at: datetime
) -> Organization:
    """Make an organization part of another one: members, stations and what is below it go on there.

    :raises BadInput: when it cannot become part of that one.
    :raises NotAllowed: when it is one's own.
    :raises Refusal: while something of its work is open.
    """
    words = rules.reason(reason)
    take_turn(Organization.objects.values_list("path", flat=True).get(pk=organization_id))
    into = _target(organization_id, into_id, by)
    organization = decide(organization_id, "merge", words, by=by, at=at)
    _refuse_root(organization)
    _refuse_open_work(organization, at)
    for child in organization.children.exclude(state__in=ENDED).order_by("pk"):
        relocate(child, into, words, by=by, at=at)
    _hand_over_members(organization, into, by=by, at=at)
    _hand_over_things(organization, into, at=at)
    _close_down(organization, f"组织已并入“{into.name}”，请向它申请。", by=by, at=at)
    Merger.objects.create(organization=organization, into=into, merged_at=at, merged_by=by)
    record("orgs.take_in", into, by=by, at=at, organization=organization.pk)
    return organization


def _target(organization_id: int, into_id: int, by: User) -> Organization:
    own = Organization.objects.get(pk=organization_id)
    into = active_in_reach(into_id, by)
    if into is None:
        raise BadInput("请选择您管理范围内、状态正常的组织。", field="into")
    if into.kind in rules.CLOSED_KINDS:
        raise BadInput("文明办不招收成员，不能并入文明办。", field="into")
    if into.path.startswith(own.path):
        raise BadInput("不能并入它自己或它的下级组织，请先变更下级组织的隶属。", field="into")
    return into


def _refuse_root(organization: Organization) -> None:
    if organization.parent_id is None:
        raise Refusal("这是组织树的最上级，不能并入或注销。", code="orgs.root")


def _refuse_open_work(organization: Organization, at: datetime) -> None:
    open_work = queries.open_work(organization, at=at)
    if open_work:
        sentences = "；".join(one.sentence for one in open_work)
        raise Refusal(f"还有没有办完的事：{sentences}。请先办完再办理。", code="orgs.open_work")


def _members(organization: Organization) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization, left_at=None)


def _hand_over_members(
    organization: Organization, into: Organization, *, by: User, at: datetime
) -> None:
    there = Membership.objects.filter(organization=into, left_at=None).values("volunteer_id")
    new = _members(organization).exclude(volunteer_id__in=there)
    Membership.objects.bulk_create(
        Membership(organization=into, volunteer_id=volunteer_id, joined_at=at)
        for volunteer_id in list(new.order_by("pk").values_list("volunteer_id", flat=True))
    )
    end_duties(_members(organization), by=by, at=at)
    _members(organization).update(left_at=at, left_reason=f"随组织并入“{into.name}”")


def _hand_over_things(organization: Organization, into: Organization, *, at: datetime) -> None:
    organization.stations.update(organization=into)
    here = list(into.buildings.values_list("name", flat=True))
    organization.buildings.exclude(name__in=here).update(organization=into)
    names = list(into.brands.filter(ended_at=None).values_list("name", flat=True))
    brands = BrandProject.objects.filter(organization=organization, ended_at=None)
    brands.filter(name__in=names).update(ended_at=at)
    brands.update(organization=into)


def _close_down(organization: Organization, answer: str, *, by: User, at: datetime) -> None:
    """End what lets anybody do or begin something in the organization."""
    end_duties(Membership.objects.filter(organization=organization), by=by, at=at)
    access.end_roles(grants=Grant.objects.filter(organization=organization), by=by, at=at)
    end_posters_of(organization_id=organization.pk, by=by, at=at)
    Invitation.objects.filter(organization=organization, ended_at=None).update(ended_at=at)
    JoinRequest.objects.filter(organization=organization, state=JoinState.ASKED).update(
        state=JoinState.DECLINED, reason=answer, decided_at=at, decided_by=by
    )
