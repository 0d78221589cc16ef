"""Decide on applications, and on organizations that exist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record
from voluncity.city.orgs import queries, rules
from voluncity.city.orgs.actions.applications import sealed_phone
from voluncity.city.orgs.models import Organization, Proof
from voluncity.city.orgs.states import ORG_FLOW, OrgState
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import NotAllowed, Refusal
from voluncity.kernel.text import person_name


@transaction.atomic
def send_back(*, organization_id: int, reason: str, by: User, at: datetime) -> Organization:
    """Return an application to be changed.

    :raises NotAllowed: when it is one's own case; so with every decision below.
    :raises WrongState: when the table has no such step.
    """
    return decide(organization_id, "send_back", rules.reason(reason), by=by, at=at)


@transaction.atomic
def refuse(*, organization_id: int, reason: str, by: User, at: datetime) -> Organization:
    """Refuse an application for good; its name and code become free again."""
    return decide(organization_id, "refuse", rules.reason(reason), by=by, at=at)


@transaction.atomic
def approve(*, organization_id: int, by: User, at: datetime) -> Organization:
    """Approve an application; it becomes active when its publicity has ended.

    :raises Refusal: when the organization above it is not active any more.
    """
    organization = decide(organization_id, "approve", "", by=by, at=at)
    parent = organization.parent
    if parent is not None and parent.state != OrgState.ACTIVE:
        raise Refusal(
            f"主管单位“{parent.name}”已不在正常状态，请先退回，由申请人重新选择。",
            code="orgs.parent_not_active",
        )
    publicity.show(
        kind=NoticeKind.ORGS,
        title=f"拟认定“{organization.name}”为{organization.get_kind_display()}",
        body=_shown(organization),
        subject=organization,
        region=organization.region,
        workdays=policy.number("orgs.publicity_workdays", on=local_date(at)),
        at=at,
        by=by,
    )
    return organization


@transaction.atomic
def suspend(*, organization_id: int, reason: str, by: User, at: datetime) -> Organization:
    """Stop an organization for a time."""
    return decide(organization_id, "suspend", rules.reason(reason), by=by, at=at)


@transaction.atomic
def resume(*, organization_id: int, by: User, at: datetime) -> Organization:
    """Let a suspended organization go on."""
    return decide(organization_id, "resume", "", by=by, at=at)


@transaction.atomic
def publish(*, organization_id: int, at: datetime) -> bool:
    """Make an organization active after its publicity and its applicant the administrator.

    Return whether there was anything to do.
    """
    if not _after_publicity(organization_id, "publish"):
        return False
    organization = Organization.objects.select_related("applied_by", "decided_by").get(
        pk=organization_id
    )
    record("orgs.publish", organization, by=None, at=at)
    _appoint(organization, at=at)
    return True


@transaction.atomic
def fall_back(*, organization_id: int, at: datetime) -> bool:
    """Send an application back whose publicity met an objection that holds."""
    reason = "公示期间收到的异议成立，请按答复修改后重新提交，或联系文明办。"
    if not _after_publicity(organization_id, "overturn", state_reason=reason):
        return False
    record("orgs.fall_back", ("organization", organization_id), by=None, at=at)
    return True


@transaction.atomic
def change_organization(
    *,
    organization_id: int,
    intro: str,
    address: str,
    contact_name: str,
    contact_phone: str,
    by: User,
    at: datetime,
) -> Organization:
    """Change what an organization says about itself; an empty number keeps the old one.

    :raises BadInput: at the field that is wrong.
    """
    organization = Organization.objects.get(pk=organization_id)
    organization.intro = rules.intro(intro)
    organization.address = rules.address(address)
    organization.contact_name = person_name(contact_name, field="contact_name")
    if contact_phone.strip():
        number = parse_mobile(contact_phone, field="contact_phone")
        organization.contact_phone_cipher = sealed_phone(organization, number)
    organization.save(update_fields=["intro", "address", "contact_name", "contact_phone_cipher"])
    record("orgs.change", organization, by=by, at=at)
    return organization


@transaction.atomic
def reveal_phone(*, organization_id: int, by: User, at: datetime) -> str:
    """Return the contact's whole number; that somebody saw it is journaled."""
    organization = Organization.objects.get(pk=organization_id)
    record("orgs.reveal_phone", organization, by=by, at=at)
    return queries.contact_phone(organization)


def decide(organization_id: int, verb: str, reason: str, *, by: User, at: datetime) -> Organization:
    """Take one step of the flow; the update is the decision, the table says what to tell."""
    organization: Organization = Organization.objects.select_related("parent", "region").get(
        pk=organization_id
    )
    refuse_own_case(organization, by)
    state = ORG_FLOW.after(verb, organization.state)
    changes: dict[str, Any] = {"state": state, "state_reason": reason}
    changes |= {"decided_at": at, "decided_by": by}
    decided = Organization.objects.filter(
        pk=organization_id, state__in=ORG_FLOW.sources(verb)
    ).update(**changes)
    organization.refresh_from_db(fields=list(changes))
    if not decided:
        ORG_FLOW.after(verb, organization.state)
    record(f"orgs.{verb}", organization, by=by, at=at)
    return organization


def refuse_own_case(organization: Organization, by: User) -> None:
    """Refuse who has a part in it: who applied for the organization, or works for it.

    :raises NotAllowed: when it is one's own case.
    """
    if organization.applied_by_id == by.pk:
        raise NotAllowed("不能审核自己提交的申请，请由其他审核人员办理。", code="orgs.own_case")
    if Grant.objects.filter(user=by, organization=organization, revoked_at=None).exists():
        raise NotAllowed("您是这个组织的工作人员，请由上级审核人员办理。", code="orgs.own_case")


def active_in_reach(organization_id: int, by: User) -> Organization | None:
    """Return an active organization if it lies where `by` reviews."""
    reach = Organization.objects.in_scope(scope_of(by, Permission.ORG_REVIEW))
    found: Organization | None = reach.filter(pk=organization_id, state=OrgState.ACTIVE).first()
    return found


def _after_publicity(organization_id: int, verb: str, **changes: Any) -> int:
    return Organization.objects.filter(pk=organization_id, state__in=ORG_FLOW.sources(verb)).update(
        state=ORG_FLOW.after(verb, OrgState.SHOWN), **changes
    )


def _appoint(organization: Organization, *, at: datetime) -> None:
    applicant = organization.applied_by
    if applicant is None or not applicant.is_active:
        return
    access.give_role(
        user=applicant,
        role=Role.ORG_ADMIN,
        organization=organization,
        by=organization.decided_by,
        at=at,
    )


def _shown(organization: Organization) -> str:
    proof = Proof.objects.select_related("host").filter(organization=organization).first()
    lines = [
        f"所在区划：{regions.full_name(organization.region)}",
        f"主管（联络）单位：{organization.parent.name}" if organization.parent else "",
        f"统一社会信用代码：{organization.code}" if organization.code else "",
        f"备案编号：{proof.filing_number}" if proof and proof.filing_number else "",
        f"所在单位：{proof.host.name}" if proof and proof.host else "",
        organization.intro,
    ]
    return "\n".join(line for line in lines if line)
