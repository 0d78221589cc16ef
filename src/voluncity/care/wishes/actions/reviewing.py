"""What the office decides: publish with a value, mend the public words, refuse, take down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from voluncity.care.wishes import rules
from voluncity.care.wishes.actions.steps import end_claim, said, step
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.rules import Decision
from voluncity.care.wishes.states import ClaimState, ForWhom, RejectReason
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed


@transaction.atomic
def approve_wish(*, wish: Wish, decision: Decision, by: User, at: datetime) -> Wish:
    """Publish a wish with what it is worth, in minutes; the resident's own words are kept.

    :raises BadInput: when words, value or photo are not right.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided already.
    """
    refuse_own(wish, by=by)
    if wish.wanted_on < local_date(at):
        raise BadInput("希望的日期已经过了，不能再发布；请选择“不予发布”并说明。", field="title")
    return step(
        wish, "approve", by=by, at=at, reviewed_at=at, reviewed_by=by, reject_reason="",
        **_public(wish, decision, at=at),
    )  # fmt: skip


@transaction.atomic
def amend_wish(*, wish: Wish, decision: Decision, by: User, at: datetime) -> Wish:
    """Change what is public of a wish that nobody has claimed yet.

    :raises BadInput: when words, value or photo are not right.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when somebody has claimed it.
    """
    refuse_own(wish, by=by)
    return step(
        wish, "amend", by=by, at=at, reviewed_at=at, reviewed_by=by,
        **_public(wish, decision, at=at),
    )  # fmt: skip


def _public(wish: Wish, decision: Decision, *, at: datetime) -> dict[str, Any]:
    most = policy.number("wishes.worth_most", on=local_date(at))
    if decision.is_photo_public and (wish.photo_id is None or wish.for_whom == ForWhom.CHILD):
        raise BadInput("孩子的心愿不公开照片；没有照片的也不能选。", field="is_photo_public")
    return {
        "title": rules.public_words(
            decision.title, field="title", label="心愿", least=rules.TITLE_LEAST,
            most=rules.TITLE_MOST, for_whom=wish.for_whom,
        ),
        "text": rules.public_words(
            decision.text, field="text", label="说明", most=rules.TEXT_MOST,
            for_whom=wish.for_whom,
        ),
        "kind": decision.kind,
        "theme": decision.theme,
        "worth_minutes": rules.worth(decision.worth_minutes, kind=decision.kind, most=most),
        "is_photo_public": decision.is_photo_public,
    }  # fmt: skip


@transaction.atomic
def reject_wish(*, wish: Wish, reason: str, words: str, by: User, at: datetime) -> Wish:
    """Do not publish a wish; the reason says where it belongs instead.

    :raises BadInput: without a reason from the list.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided already.
    """
    refuse_own(wish, by=by)
    if reason not in RejectReason.values:
        raise BadInput("请选择原因。", field="reason")
    more = said(words, "说明") if reason == RejectReason.OTHER else words
    more = said(more, "说明") if more.strip() else ""
    return step(
        wish, "reject", by=by, at=at, words=more, reject_reason=reason,
        reviewed_at=at, reviewed_by=by,
    )  # fmt: skip


@transaction.atomic
def remove_wish(*, wish: Wish, words: str, by: User, at: datetime) -> Wish:
    """Take a published wish down; a claim on it ends.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it has ended.
    """
    refuse_own(wish, by=by)
    step(wish, "remove", by=by, at=at, words=said(words, "下架的原因"), claimed_by=None)
    end_claim(wish, ClaimState.STOPPED, at=at)
    return wish


def refuse_own(wish: Wish, *, by: User) -> None:
    """Let nobody decide on their own wish, or on one that they have claimed.

    :raises NotAllowed: when it is.
    """
    if by.pk in {wish.user_id, wish.claimed_by_id}:
        raise NotAllowed("这个心愿与您本人有关，请由同事办理。", code="wishes.own")
