"""Give a member a duty in the team, and take it back; some duties carry a role."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import may
from voluncity.city.journal.actions import record, record_many
from voluncity.city.orgs.models import Duty, MemberDuty, Membership, Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.people.states import IdentityState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal

_FILE = Path(__file__).parents[1] / "data" / "duties.json"


@transaction.atomic
def load_duties() -> int:
    """Bring the duties up to the data file; return how many there are. Rows are never deleted."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    for position, row in enumerate(rows):
        said = {"name": row["name"], "role": row["role"], "position": position}
        Duty.objects.update_or_create(key=row["key"], defaults=said)
    return len(rows)


@transaction.atomic
def give_duty(*, membership_id: int, duty_id: int, by: User, at: datetime) -> MemberDuty:
    """Give a member a duty, and the role that belongs to it.

    :raises BadInput: when there is no such duty.
    :raises NotAllowed: when the duty makes an administrator and `by` is not above.
    :raises Refusal: when the member left, has it already, or could not use the role.
    """
    membership = Membership.objects.select_related("organization", "volunteer__user").get(
        pk=membership_id
    )
    duty: Duty | None = Duty.objects.filter(pk=duty_id).first()
    if duty is None:
        raise BadInput("请选择职务。", field="duty")
    _check_member(membership)
    grant = _grant_for(membership, duty, by=by, at=at) if duty.role else None
    held = MemberDuty(membership=membership, duty=duty, grant=grant, given_at=at, given_by=by)
    try:
        with transaction.atomic():
            held.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"{membership.volunteer.name}已经是{duty.name}。", code="orgs.duty_twice", field="duty"
        ) from error
    record(
        "orgs.give_duty", held, by=by, at=at,
        organization=membership.organization_id, duty=duty.pk,
    )  # fmt: skip
    return held


@transaction.atomic
def take_duty(*, held_id: int, by: User, at: datetime) -> MemberDuty:
    """Take a duty back, and the role that came with it.

    :raises NotAllowed: when it makes an administrator and `by` is not above.
    :raises Refusal: when it ended already, or its role is one's own.
    """
    rows = MemberDuty.objects.select_related("membership", "duty", "grant")
    held: MemberDuty = rows.get(pk=held_id)
    _check_right(held.duty, held.membership.organization_id, by)
    if not MemberDuty.objects.filter(pk=held_id, ended_at=None).update(ended_at=at, ended_by=by):
        raise Refusal("这项职务已经卸任，请刷新页面。", code="orgs.duty_ended")
    if held.grant and held.grant.revoked_at is None:
        access.revoke_role(grant_id=held.grant.pk, by=by, at=at)
    record(
        "orgs.take_duty", held, by=by, at=at,
        organization=held.membership.organization_id, duty=held.duty_id,
    )  # fmt: skip
    return held


def end_duties(members: QuerySet[Membership], *, by: User, at: datetime) -> int:
    """End what these members do in their teams, with the roles that came with it."""
    live = list(MemberDuty.objects.filter(membership__in=members, ended_at=None).order_by("pk"))
    ids = [held.pk for held in live]
    MemberDuty.objects.filter(pk__in=ids, ended_at=None).update(ended_at=at, ended_by=by)
    grants = [held.grant_id for held in live if held.grant_id]
    access.end_roles(grants=Grant.objects.filter(pk__in=grants), by=by, at=at)
    record_many("orgs.take_duty", [(held, {"duty": held.duty_id}) for held in live], by=by, at=at)
    return len(ids)


def _check_member(membership: Membership) -> None:
    if membership.left_at is not None:
        raise Refusal("此人已经离开这个组织，请刷新页面。", code="orgs.left_already")
    if membership.organization.state != OrgState.ACTIVE:
        raise Refusal("组织现在不是正常状态，不能任命职务。", code="orgs.not_active")


def _check_right(duty: Duty, organization_id: int, by: User) -> None:
    """Check that whoever names an administrator stands above the organization."""
    if duty.role != Role.ORG_ADMIN:
        return
    if not may(by, Permission.ORG_REVIEW, Organization.objects.all(), pk=organization_id):
        raise NotAllowed(
            "管理员由上级单位或文明办任免，请联系他们办理。", code="orgs.duty_from_above"
        )


def _grant_for(membership: Membership, duty: Duty, *, by: User, at: datetime) -> Grant:
    _check_right(duty, membership.organization_id, by)
    volunteer = membership.volunteer
    if volunteer.user is None or not volunteer.user.is_active:
        raise Refusal(
            f"{volunteer.name}没有可以登录的账号，不能担任{duty.name}。请先到社区绑定手机号。",
            code="orgs.duty_needs_account",
            field="duty",
        )
    if volunteer.identity_state != IdentityState.VERIFIED:
        raise Refusal(
            f"{volunteer.name}还没有实名认证，认证后才能担任{duty.name}。",
            code="orgs.duty_needs_identity",
            field="duty",
        )
    same: Grant | None = Grant.objects.filter(
        user=volunteer.user,
        role=duty.role,
        organization=membership.organization,
        revoked_at=None,
    ).first()
    if same is not None:
        return same
    return access.give_role(
        user=volunteer.user,
        role=Role(duty.role),
        organization=membership.organization,
        by=by,
        at=at,
    )
