"""Invite people by a link: who opens it in time joins without asking."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.orgs import rules
from voluncity.city.orgs.actions.members import join, lock_active
from voluncity.city.orgs.models import Invitation, JoinRequest, Membership, Organization
from voluncity.city.orgs.states import JoinState, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.kernel.text import clean


@transaction.atomic
def invite(
    *, organization_id: int, most: int, days: int, note: str, by: User, at: datetime
) -> Invitation:
    """Make a link by which so many people may join within so many days.

    :raises BadInput: at the number that is out of bounds.
    :raises Refusal: when the organization takes nobody in.
    """
    rules.invitation_limits(most, days)
    organization = Organization.objects.get(pk=organization_id)
    if organization.state != OrgState.ACTIVE or organization.kind in rules.CLOSED_KINDS:
        raise Refusal("这个组织现在不能招收成员，不能生成邀请链接。", code="orgs.closed")
    invitation = Invitation.objects.create(
        organization=organization,
        note=clean(note, max_length=rules.NOTE_MOST, field="note", label="用途"),
        most=most,
        made_at=at,
        made_by=by,
        expires_at=at + timedelta(days=days),
    )
    record("orgs.invite", invitation, by=by, at=at, organization=organization.pk, most=most)
    return invitation


@transaction.atomic
def end_invitation(*, invitation_id: int, by: User, at: datetime) -> None:
    """Stop a link before its time.

    :raises Refusal: when it was stopped already.
    """
    if not Invitation.objects.filter(pk=invitation_id, ended_at=None).update(ended_at=at):
        raise Refusal("这个邀请链接已经停用。", code="orgs.invitation_ended")
    record("orgs.end_invitation", ("invitation", invitation_id), by=by, at=at)


@transaction.atomic
def accept_invitation(*, token: str, volunteer: Volunteer, by: User, at: datetime) -> Membership:
    """Join the organization that a link leads into; the link has one use less.

    :raises BadInput: when the link is not ours.
    :raises Refusal: when it ran out, was ended, or the person belongs already.
    """
    pk = rules.invitation_in(token, key=settings.SECRET_KEY.encode())
    invitation = Invitation.objects.select_related("organization").filter(pk=pk).first()
    if invitation is None:
        raise NotFound("没有找到这个邀请，请向邀请您的人要一个新链接。")
    lock_active(invitation.organization_id)
    open_ = Invitation.objects.filter(pk=pk, ended_at=None, expires_at__gt=at, used__lt=F("most"))
    if not open_.update(used=F("used") + 1):
        raise Refusal(
            "这个邀请链接已经用完或过期，请向邀请您的人要一个新链接，或者提出入队申请。",
            code="orgs.invitation_over",
        )
    membership = join(invitation.organization_id, volunteer.pk, at=at)
    JoinRequest.objects.filter(
        organization_id=invitation.organization_id, volunteer=volunteer, state=JoinState.ASKED
    ).update(state=JoinState.ACCEPTED, decided_at=at, decided_by=invitation.made_by)
    record(
        "orgs.join_by_invitation", membership, by=by, at=at,
        organization=invitation.organization_id, invitation=pk,
    )  # fmt: skip
    return membership
