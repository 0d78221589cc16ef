"""Take a confirmation back that was false: one officer asks, another one decides."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.care.wishes.actions.credits import take_back
from voluncity.care.wishes.actions.reviewing import refuse_own
from voluncity.care.wishes.actions.steps import note, said, step
from voluncity.care.wishes.models import Claim, Reversal, Wish
from voluncity.care.wishes.states import ClaimState, WishState
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed, WrongState


@transaction.atomic
def ask_reversal(*, wish: Wish, words: str, by: User, at: datetime) -> Reversal:
    """Say that a confirmation is false; nothing moves until somebody else agrees.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own wish or claim.
    :raises WrongState: when it is not confirmed, or was asked already.
    """
    refuse_own(wish, by=by)
    if wish.state != WishState.COMPLETED:
        raise WrongState("只有已确认实现的心愿才能撤销确认。", code="wishes.not_completed")
    asked = Reversal(wish=wish, reason=said(words, "撤销的原因"), asked_at=at, asked_by=by)
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        raise WrongState(
            "已经有人提出撤销，请等另一位工作人员决定。", code="wishes.reversal_asked"
        ) from None
    note(wish, "ask_revoke", by=by, at=at, words=asked.reason)
    return asked


@transaction.atomic
def decide_reversal(*, wish: Wish, is_granted: bool, by: User, at: datetime) -> Wish:
    """Grant or decline a reversal that somebody else asked for; granted, the minutes go back.

    :raises NotAllowed: when one asked for it, or it is one's own wish or claim.
    :raises WrongState: when nobody has asked, or it was decided.
    """
    refuse_own(wish, by=by)
    asked = wish.reversals.filter(is_granted=None).first()
    if asked is None:
        raise WrongState("没有等待决定的撤销申请，请刷新页面。", code="wishes.no_reversal")
    if asked.asked_by_id == by.pk:
        raise NotAllowed("撤销要由另一位工作人员决定。", code="wishes.own_reversal")
    decided = Reversal.objects.filter(pk=asked.pk, is_granted=None).update(
        is_granted=is_granted, decided_at=at, decided_by=by
    )
    if not decided:
        raise WrongState("刚刚有人决定过了，请刷新页面。", code="wishes.no_reversal")
    if not is_granted:
        note(wish, "keep", by=by, at=at)
        return wish
    take_back(wish, _completed(wish), by=by, at=at)
    return step(wish, "revoke", by=by, at=at)


def _completed(wish: Wish) -> Claim:
    return wish.claims.select_related("volunteer").get(state=ClaimState.COMPLETED)
