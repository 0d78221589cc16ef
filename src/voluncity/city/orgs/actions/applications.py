"""Apply for an organization, and again after it was sent back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.orgs import queries
from voluncity.city.orgs.models import Organization, Proof
from voluncity.city.orgs.rules import HOST_KINDS, OrgPlan, check_conditions, checked
from voluncity.city.orgs.states import ENDED, ORG_FLOW, Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.people.states import IdentityState
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal


@transaction.atomic
def apply_organization(
    *, plan: OrgPlan, paper: Checked | None, by: User, at: datetime
) -> Organization:
    """Apply for an organization below another one; staff of both levels may review it.

    :raises NotAllowed: when the person has neither proven who they are nor works at a desk.
    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the name or the code is taken.
    """
    _refuse_unknown(by)
    plan, parent, region = _ready(plan, has_paper=paper is not None, at=at)
    organization: Organization = Organization(
        **_values(plan, parent, region), applied_at=at, applied_by=by, state=OrgState.APPLIED
    )
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(organization) from error
    organization.path = f"{parent.path}{organization.pk}/"
    organization.contact_phone_cipher = sealed_phone(organization, plan.contact_phone)
    organization.save(update_fields=["path", "contact_phone_cipher"])
    _keep_proof(organization, plan)
    _keep_paper(organization, paper, by=by, at=at)
    record("orgs.apply", organization, by=by, at=at, parent=parent.pk, region=region.pk)
    return organization


@transaction.atomic
def resubmit_organization(
    *, organization_id: int, plan: OrgPlan, paper: Checked | None, by: User, at: datetime
) -> Organization:
    """Hand in a changed application after it was sent back.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it was not sent back.
    """
    organization: Organization | None = Organization.objects.filter(
        pk=organization_id, applied_by=by
    ).first()
    if organization is None:
        raise NotFound("没有找到您的这项申请。")
    state = ORG_FLOW.after("resubmit", organization.state)
    has_paper = paper is not None or queries.papers(organization).exists()
    plan, parent, region = _ready(plan, has_paper=has_paper, at=at)
    values = _values(plan, parent, region) | {
        "state": state,
        "applied_at": at,
        "path": f"{parent.path}{organization_id}/",
        "contact_phone_cipher": sealed_phone(organization, plan.contact_phone),
        "decided_at": None,
        "decided_by": None,
    }
    sent_back = Organization.objects.filter(
        pk=organization_id, state__in=ORG_FLOW.sources("resubmit")
    )
    try:
        with transaction.atomic():
            changed = sent_back.update(**values)
    except IntegrityError as error:
        organization.name, organization.code, organization.region = plan.name, plan.code, region
        raise _taken(organization) from error
    organization.refresh_from_db()
    if not changed:
        ORG_FLOW.after("resubmit", organization.state)
    _keep_proof(organization, plan)
    _keep_paper(organization, paper, by=by, at=at)
    record("orgs.resubmit", organization, by=by, at=at, parent=parent.pk, region=region.pk)
    return organization


def may_apply(user: User) -> bool:
    """Return whether somebody may apply: a verified volunteer, or staff of a desk."""
    volunteer = user.volunteer_or_none
    is_verified = volunteer is not None and volunteer.identity_state == IdentityState.VERIFIED
    return is_verified or access.has(user, Permission.DESK_SEE)


def sealed_phone(organization: Organization, phone: str) -> str:
    """Return the contact's number as it is stored, bound to its organization."""
    return personal.seal(phone, bound_to=f"organization:{organization.pk}")


def _refuse_unknown(by: User) -> None:
    if not may_apply(by):
        raise NotAllowed(
            "申请组织前需要先完成实名认证，请到“我的”里办理。", code="orgs.not_verified"
        )


def _ready(plan: OrgPlan, *, has_paper: bool, at: datetime) -> tuple[OrgPlan, Organization, Region]:
    """Return the plan as it is stored, with its host, and where it will stand."""
    plan = checked(plan)
    parent, region = _parent(plan.parent_id), _region(plan.region_id, at)
    if plan.host_id is not None:
        _check_host(plan.host_id)
    elif parent.kind in HOST_KINDS:
        plan = replace(plan, host_id=parent.pk)
    check_conditions(plan, has_paper=has_paper)
    return plan, parent, region


def _check_host(host_id: int) -> None:
    if not queries.possible_hosts().filter(pk=host_id).exists():
        raise BadInput("请重新选择所在单位。", field="host")


def _keep_proof(organization: Organization, plan: OrgPlan) -> None:
    Proof.objects.update_or_create(
        organization=organization,
        defaults={
            "filing_number": plan.filing_number,
            "responsible_name": plan.responsible_name,
            "host_id": plan.host_id if plan.kind == Kind.INTERNAL else None,
        },
    )


def _values(plan: OrgPlan, parent: Organization, region: Region) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "name": plan.name,
        "code": plan.code,
        "parent": parent,
        "region": region,
        "contact_name": plan.contact_name,
        "intro": plan.intro,
        "address": plan.address,
    }


def _parent(parent_id: int) -> Organization:
    # Locked until the newcomer stands below it: a move of the parent waits and takes it along.
    active = Organization.objects.select_for_update(no_key=True)
    parent: Organization | None = active.filter(pk=parent_id, state=OrgState.ACTIVE).first()
    if parent is None:
        raise BadInput("请重新选择主管（联络）单位。", field="parent")
    return parent


def _region(region_id: int, at: datetime) -> Region:
    region = regions.valid(local_date(at)).filter(pk=region_id).first()
    if region is None:
        raise BadInput("这个区划已经停用，请重新选择。", field="region")
    return region


def _taken(organization: Organization) -> Refusal:
    others = Organization.objects.exclude(pk=organization.pk).exclude(state__in=ENDED)
    if organization.code:
        twin = others.filter(code=organization.code).first()
        if twin is not None:
            return Refusal(
                f"这个统一社会信用代码已由“{twin.name}”使用，请核对，或直接申请加入该组织。",
                code="orgs.code_taken",
                field="code",
            )
    return Refusal(
        f"{organization.region.name}已有同名组织，请核对是否重复申请，或换一个能区分的名称。",
        code="orgs.name_taken",
        field="name",
    )


def _keep_paper(
    organization: Organization, paper: Checked | None, *, by: User, at: datetime
) -> None:
    if paper is None:
        return
    files.store(
        paper,
        subject=organization.subject,
        by=by,
        at=at,
        organization_id=organization.pk,
        seen_with=Permission.ORG_REVIEW,
    )
