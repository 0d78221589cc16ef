"""Decide claims: the record goes to its person, or a stranger's record loses the number."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.claims.models import Claim
from voluncity.city.claims.states import CLAIM_FLOW, ClaimState, DeclineReason
from voluncity.city.journal.actions import record
from voluncity.city.people.actions import ownership
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState


@transaction.atomic
def accept_claim(*, claim_id: int, by: User, at: datetime) -> Claim:
    """Give the record to who claims it; the account that had it loses it.

    :raises NotAllowed: when it is one's own claim or record.
    :raises Refusal: when there is no such record, or the claimant has one by now.
    :raises WrongState: when it was decided, or the record went to somebody else meanwhile.
    """
    claim = _claimed(claim_id, by)
    volunteer = _record_of(claim)
    _decide(claim, "accept", by=by, at=at)
    ownership.hand_over(
        volunteer_id=volunteer.pk, user=claim.claimant, holder_id=claim.holder_id, by=by, at=at
    )
    record(
        "claims.accept", claim, by=by, at=at,
        volunteer=volunteer.pk, claimant=claim.claimant_id, holder=claim.holder_id,
    )  # fmt: skip
    return claim


@transaction.atomic
def separate_claim(*, claim_id: int, by: User, at: datetime) -> Claim:
    """Take the claimant's number out of a record that is a stranger's; its history stays.

    The stranger is asked for their own number, and the claimant may register.

    :raises NotAllowed: when it is one's own claim or record.
    :raises Refusal: when the record has the same name: then it is no stranger's.
    :raises WrongState: when it was decided, or the record was closed or merged meanwhile.
    """
    claim = _claimed(claim_id, by)
    volunteer = _record_of(claim)
    if volunteer.name == claim.name:
        raise Refusal(
            "登记的姓名和申请人一致，不像是别人用错了号码。请选择同意认领或不予认领。",
            code="claims.same_name",
        )
    _decide(claim, "separate", by=by, at=at)
    ownership.void_papers(volunteer_id=volunteer.pk, by=by, at=at)
    record(
        "claims.separate", claim, by=by, at=at,
        volunteer=volunteer.pk, claimant=claim.claimant_id,
    )  # fmt: skip
    return claim


@transaction.atomic
def decline_claim(*, claim_id: int, reason: str, by: User, at: datetime) -> Claim:
    """Say no, with a reason from the list.

    :raises BadInput: without such a reason.
    :raises NotAllowed: when it is one's own claim or record.
    :raises WrongState: when it was decided.
    """
    if reason not in DeclineReason.values:
        raise BadInput("请选择不予认领的原因，让对方知道怎样做。", field="reason")
    claim = _claimed(claim_id, by)
    _decide(claim, "decline", by=by, at=at, reason=reason)
    record("claims.decline", claim, by=by, at=at, claimant=claim.claimant_id, reason=reason)
    return claim


def _claimed(claim_id: int, by: User) -> Claim:
    found = Claim.objects.select_related("claimant", "volunteer").filter(pk=claim_id)
    claim: Claim | None = found.first()
    if claim is None:
        raise NotFound("没有找到这次认领，请回到列表。")
    concerned = {claim.claimant_id, claim.holder_id}
    if claim.volunteer is not None:
        concerned.add(claim.volunteer.user_id)
    if by.pk in concerned:
        raise NotAllowed("和自己有关的认领，请由另一位同事办理。", code="claims.own_case")
    return claim


def _record_of(claim: Claim) -> Volunteer:
    if claim.volunteer is None:
        raise Refusal(
            "没有用这个证件号码的登记，不能认领。请选择“不予认领”，告诉对方直接登记。",
            code="claims.no_record",
        )
    return claim.volunteer


def _decide(claim: Claim, verb: str, *, by: User, at: datetime, reason: str = "") -> None:
    state = CLAIM_FLOW.after(verb, claim.state)
    open_one = Claim.objects.filter(pk=claim.pk, state=ClaimState.ASKED)
    if not open_one.update(state=state, reason=reason, decided_at=at, decided_by=by):
        raise WrongState("这次认领刚刚有人办理过了，请刷新列表。", code="claims.decided")
    claim.state, claim.reason, claim.decided_at, claim.decided_by = (
        ClaimState(state),
        reason,
        at,
        by,
    )
