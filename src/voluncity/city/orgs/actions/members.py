"""Become a member of an organization, and leave it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.orgs import rules
from voluncity.city.orgs.actions.duties import end_duties
from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.orgs.states import JOIN_FLOW, JoinState, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal
from voluncity.kernel.text import clean


@transaction.atomic
def ask_to_join(
    *, organization_id: int, volunteer: Volunteer, message: str, by: User, at: datetime
) -> JoinRequest:
    """Ask to belong to an organization.

    :raises NotFound: when there is no such active organization.
    :raises Refusal: when the person belongs to it, or has asked already.
    """
    organization = Organization.objects.filter(pk=organization_id, state=OrgState.ACTIVE).first()
    if organization is None:
        raise NotFound("没有找到这个组织，或者它暂时不能加入。")
    if organization.kind in rules.CLOSED_KINDS:
        raise Refusal("文明办不招收队员，请选择志愿服务组织或团队加入。", code="orgs.closed")
    words = clean(message, max_length=rules.MESSAGE_MOST, field="message", label="留言")
    if _live(organization_id, volunteer.pk).exists():
        raise Refusal("您已经是这个组织的成员。", code="orgs.member_already")
    request = JoinRequest(
        organization=organization, volunteer=volunteer, message=words, asked_at=at
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("您已经申请过，请等待组织审核。", code="orgs.asked_already") from error
    record(
        "orgs.ask_to_join", request, by=by, at=at,
        on_behalf_of=None if volunteer.user_id == by.pk else volunteer,
        organization=organization_id,
    )  # fmt: skip
    return request


@transaction.atomic
def decide_join(
    *, request_id: int, is_accepted: bool, by: User, at: datetime, reason: str = ""
) -> JoinRequest:
    """Accept a request, or decline it with a reason.

    :raises BadInput: when a request is declined without a reason.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided or withdrawn already.
    """
    request = JoinRequest.objects.select_related("volunteer").get(pk=request_id)
    if request.volunteer.user_id == by.pk:
        raise NotAllowed("不能审核自己的入队申请，请由其他管理员办理。", code="orgs.own_case")
    words = clean(reason, max_length=rules.MESSAGE_MOST, field="reason", label="原因")
    if not (is_accepted or words):
        raise BadInput("请写明不同意的原因，对方会看到。", field="reason")
    request = _decide(request, "accept" if is_accepted else "decline", words, by=by, at=at)
    if is_accepted:
        lock_active(request.organization_id)
        join(request.organization_id, request.volunteer_id, at=at)
    return request


@transaction.atomic
def withdraw_join(*, request_id: int, by: User, at: datetime) -> JoinRequest:
    """Take one's own request back.

    :raises NotFound: when it is somebody else's.
    """
    request = JoinRequest.objects.filter(pk=request_id, volunteer__user=by).first()
    if request is None:
        raise NotFound("没有找到您的这项申请。")
    return _decide(request, "withdraw", "", by=by, at=at)


@transaction.atomic
def leave(*, organization_id: int, by: User, at: datetime) -> Membership:
    """Leave an organization; the time in it stays on record.

    :raises NotFound: when the person does not belong to it.
    """
    membership = Membership.objects.filter(
        organization_id=organization_id, volunteer__user=by, left_at=None
    ).first()
    if membership is None:
        raise NotFound("您不是这个组织的成员。")
    return _end(membership, "orgs.leave", "", by=by, at=at)


@transaction.atomic
def remove_member(*, membership_id: int, reason: str, by: User, at: datetime) -> Membership:
    """End somebody's membership, with a reason that the person will read.

    :raises BadInput: when there is no reason.
    """
    words = rules.reason(reason)
    membership = Membership.objects.get(pk=membership_id)
    return _end(membership, "orgs.remove_member", words, by=by, at=at)


def lock_active(organization_id: int) -> None:
    """Hold the organization while somebody joins: nobody joins what is ending in this moment.

    :raises Refusal: when it is suspended or has ended.
    """
    active = Organization.objects.select_for_update(no_key=True)
    if not active.filter(pk=organization_id, state=OrgState.ACTIVE).exists():
        raise Refusal("这个组织现在不能招收成员，请恢复后再办理。", code="orgs.closed")


def _decide(request: JoinRequest, verb: str, reason: str, *, by: User, at: datetime) -> JoinRequest:
    state = JOIN_FLOW.after(verb, request.state)
    decided = JoinRequest.objects.filter(pk=request.pk, state=JoinState.ASKED).update(
        state=state, reason=reason, decided_by=by, decided_at=at
    )
    request.refresh_from_db(fields=["state", "reason", "decided_by", "decided_at"])
    if not decided:
        JOIN_FLOW.after(verb, request.state)
    record(f"orgs.{verb}_join", request, by=by, at=at, organization=request.organization_id)
    return request


def join(organization_id: int, volunteer_id: int, *, at: datetime) -> Membership:
    """Make a volunteer a member.

    :raises Refusal: when they are one already.
    """
    try:
        with transaction.atomic():
            return Membership.objects.create(
                organization_id=organization_id, volunteer_id=volunteer_id, joined_at=at
            )
    except IntegrityError as error:
        raise Refusal("此人已经是成员。", code="orgs.member_already") from error


def _end(membership: Membership, verb: str, reason: str, *, by: User, at: datetime) -> Membership:
    ended = Membership.objects.filter(pk=membership.pk, left_at=None).update(
        left_at=at, left_reason=reason
    )
    if not ended:
        raise Refusal("此人已经离开这个组织，请刷新页面。", code="orgs.left_already")
    end_duties(Membership.objects.filter(pk=membership.pk), by=by, at=at)
    membership.left_at, membership.left_reason = at, reason
    record(verb, membership, by=by, at=at, organization=membership.organization_id)
    return membership


def _live(organization_id: int, volunteer_id: int) -> models.QuerySet[Membership]:
    return Membership.objects.filter(
        organization_id=organization_id, volunteer_id=volunteer_id, left_at=None
    )
