"""Has it come true? The wisher says so, or the office for who cannot; and thanks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from voluncity.care.wishes import rules
from voluncity.care.wishes.actions.credits import credit
from voluncity.care.wishes.actions.steps import live_claim, note, said, step
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.states import ClaimState
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState


@transaction.atomic
def complete_wish(*, wish: Wish, by: User, at: datetime, words: str = "") -> Wish:
    """Confirm that a wish has come true; its minutes are posted once, as entered ones.

    Not by whoever claimed it. The office confirms for a wisher who cannot, and says why.

    :raises BadInput: when the office gives no reason.
    :raises NotAllowed: when one claimed it oneself.
    :raises WrongState: when there is nothing to confirm.
    """
    if by.pk == wish.claimed_by_id:
        raise NotAllowed("自己认领的心愿，不能由自己确认。", code="wishes.own_claim")
    if wish.user_id != by.pk:
        words = said(words, "代为确认的原因")
        _refuse_one_hand(wish, by=by)
    claim = live_claim(wish)
    transfer = credit(wish, claim, by=by, at=at)
    step(
        wish, "complete", by=by, at=at, words=words,
        confirmed_at=at, confirmed_by=by, transfer=transfer,
    )  # fmt: skip
    wish.claims.filter(pk=claim.pk).update(state=ClaimState.COMPLETED, slot=None, ended_at=at)
    return wish


def _refuse_one_hand(wish: Wish, *, by: User) -> None:
    """Let no officer write, value and confirm a wish alone: minutes need a second person.

    :raises NotAllowed: when all three would be the same one.
    """
    if by.pk == wish.posted_by_id == wish.reviewed_by_id:
        raise NotAllowed(
            "登记、审核和确认不能都由同一个人办理，请由同事或上级文明办确认。",
            code="wishes.one_hand",
        )


@transaction.atomic
def deny_wish(*, wish: Wish, words: str, by: User, at: datetime) -> Wish:
    """Say that it has not come true yet; the claimant goes on, with some days to do so.

    :raises BadInput: when it is not said what is missing.
    :raises NotAllowed: when one claimed it oneself.
    :raises WrongState: when there is nothing to look at.
    """
    if by.pk == wish.claimed_by_id:
        raise NotAllowed("自己认领的心愿，不能由自己判断。", code="wishes.own_claim")
    why = said(words, "还差什么")
    step(wish, "deny", by=by, at=at, words=why, asked_office_at=None)
    # Who was ready in time gets time for what is missing, however late the wisher answered.
    days = policy.number("wishes.grace_days", on=local_date(at))
    until = local_date(at) + timedelta(days=days)
    wish.claims.filter(state=ClaimState.LIVE, promised_on__lt=until).update(
        promised_on=until, reminded_at=None
    )
    return wish


@transaction.atomic
def thank(*, wish: Wish, words: str, is_public: bool, by: User, at: datetime) -> Wish:
    """Thank the volunteer, once; in public only where both agree.

    :raises BadInput: when the words are missing or may not be read by others.
    :raises NotAllowed: when it is somebody else's wish.
    :raises WrongState: when it has not come true, or thanks were said.
    """
    if wish.user_id != by.pk:
        raise NotAllowed("请由许愿人道谢。", code="wishes.not_yours")
    text = rules.public_words(
        words, field="words", label="感谢的话", least=2, most=rules.TEXT_MOST,
        for_whom=wish.for_whom,
    )  # fmt: skip
    unthanked = Wish.objects.filter(pk=wish.pk, transfer__isnull=False, thanks="")
    if not unthanked.update(thanks=text, is_thanks_public=is_public):
        raise WrongState("已经道过谢了，谢谢您！", code="wishes.thanked")
    note(wish, "thank", by=by, at=at, words=text)
    wish.refresh_from_db(fields=["thanks", "is_thanks_public"])
    return wish


@transaction.atomic
def hide_thanks(*, wish: Wish, by: User, at: datetime) -> None:
    """Show the words of thanks to the public no more.

    :raises BadInput: when there are none in public.
    """
    shown = Wish.objects.filter(pk=wish.pk, is_thanks_public=True, thanks_hidden_at=None)
    if not shown.update(thanks_hidden_at=at):
        raise BadInput("没有公开的感谢，请刷新页面。", code="wishes.no_thanks")
    note(wish, "hide_thanks", by=by, at=at)
