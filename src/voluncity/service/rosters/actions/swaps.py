"""Two people exchange two turns, this once: asked by one, agreed to by the other."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.rosters.actions.covers import held_turn, require_fitting, what
from voluncity.service.rosters.actions.steps import overtaken
from voluncity.service.rosters.actions.telling import tell
from voluncity.service.rosters.models import Offer, Swap, Turn
from voluncity.service.rosters.states import SWAP_FLOW, OfferState, SwapState
from voluncity.service.signups import actions as signups
from voluncity.service.signups import rules as signup_rules

REASON = "与另一位志愿者换班"


@transaction.atomic
def ask_swap(*, signup_id: int, other_id: int, risks_read: bool, by: User, at: datetime) -> Swap:
    """Ask somebody to take one's turn for theirs; until they agree both stay as they are.

    :raises BadInput: when the risks were not read: the other turn would be one's own.
    :raises Refusal: when the two cannot be exchanged, or one asks already.
    """
    signup_rules.require_risks_read(risks_read=risks_read)
    own, mine = held_turn(signup_id, at=at)
    other, theirs = held_turn(other_id, at=at)
    if mine.post.plan_id != theirs.post.plan_id or own.volunteer_id == other.volunteer_id:
        raise Refusal("只能和同一排班里别人的班次交换，请重新选择。", code="rosters.no_swap")
    if other.volunteer.user_id is None:
        raise Refusal(
            "对方没有账号，不能在这里答复，请打电话给负责人换人。", code="rosters.no_account"
        )
    Swap.objects.filter(  # of an earlier sign-up that was cancelled since
        own=own, state=SwapState.OPEN, asked_at__lt=own.signed_up_at
    ).update(state=SwapState.WITHDRAWN, ended_at=at)
    try:
        with transaction.atomic():
            swap = Swap.objects.create(own=own, other=other, asked_at=at, asked_by=by)
    except IntegrityError:
        raise Refusal("这一班已经在问别人换班，请等答复或先撤回。", code="rosters.asked") from None
    _note("rosters.ask_swap", swap, by=by, at=at)
    inbox.send(
        user_id=other.volunteer.user_id, key=f"rosters.swap:{swap.pk}", title="有人想和您换班",
        body=f"{mask_name(own.volunteer.name)}想用{what(mine)}换您的{what(theirs)}。请点开答复。",
        at=at, url=reverse("rosters:swap", args=[swap.pk]),
    )  # fmt: skip
    return swap


@transaction.atomic
def agree_to_swap(*, swap_id: int, risks_read: bool, by: User, at: datetime) -> Swap:
    """Exchange the two turns, both or neither; the rules of the roster hold for both people.

    :raises BadInput: when the risks were not read (志愿服务条例第十二条).
    :raises Refusal: with the first reason why not.
    :raises WrongState: when it was answered or withdrawn, or one of the turns is held no more.
    """
    signup_rules.require_risks_read(risks_read=risks_read)
    swap = _swap(swap_id)
    target = SWAP_FLOW.after("agree", swap.state)
    mine, theirs = _still_held(swap, at=at)
    first, second = signups.exchange(
        one_id=swap.own_id, other_id=swap.other_id, reason=REASON, by=by, at=at
    )
    for got, turn in ((first, theirs), (second, mine)):
        require_fitting(turn, got.volunteer)
    same = Swap.objects.filter(pk=swap.pk, state=SwapState.OPEN)
    if not same.update(state=target, ended_at=at):
        raise overtaken("agree")
    _close_others(swap, at=at)
    swap.refresh_from_db()
    _note("rosters.agree_to_swap", swap, by=by, at=at)
    for got, turn in ((first, theirs), (second, mine)):
        _tell(got.volunteer, swap, f"换班成功，您的新班次：{what(turn)}。原来的班不用再去。", at=at)
    return swap


@transaction.atomic
def end_swap(*, swap_id: int, verb: str, by: User, at: datetime) -> Swap:
    """Say no to it ("decline"), or ask no more ("withdraw").

    :raises WrongState: when it was answered before.
    """
    swap = _swap(swap_id)
    target = SWAP_FLOW.after(verb, swap.state)
    if not Swap.objects.filter(pk=swap.pk, state=swap.state).update(state=target, ended_at=at):
        raise overtaken(verb)
    swap.refresh_from_db()
    _note(f"rosters.{verb}_swap", swap, by=by, at=at)
    if verb == "decline":
        turn = Turn.objects.select_related("post", "shift").get(shift=swap.own.shift_id)
        _tell(swap.own.volunteer, swap, f"对方不换，{what(turn)}仍是您的。", at=at)
    return swap


def _swap(swap_id: int) -> Swap:
    found = Swap.objects.select_related("own__volunteer", "other__volunteer")
    swap: Swap | None = found.filter(pk=swap_id).first()
    if swap is None:
        raise NotFound("没有找到这个换班请求，请刷新页面。")
    return swap


def _still_held(swap: Swap, *, at: datetime) -> tuple[Turn, Turn]:
    """Return both turns if both people hold what they held when it was asked."""
    own, mine = held_turn(swap.own_id, at=at)
    other, theirs = held_turn(swap.other_id, at=at)
    if max(own.signed_up_at, other.signed_up_at) > swap.asked_at:
        raise overtaken("agree")
    return mine, theirs


def _close_others(swap: Swap, *, at: datetime) -> None:
    """End whatever else was asked or offered about the two places that are given up now."""
    gone = [swap.own_id, swap.other_id]
    for name in ("own__in", "other__in"):
        Swap.objects.filter(state=SwapState.OPEN, **{name: gone}).update(
            state=SwapState.WITHDRAWN, ended_at=at
        )
    Offer.objects.filter(signup__in=gone, state=OfferState.OPEN).update(
        state=OfferState.WITHDRAWN, ended_at=at
    )


def _tell(volunteer: Volunteer, swap: Swap, sentence: str, *, at: datetime) -> None:
    key = f"rosters.swapped:{swap.pk}:{swap.state}:{volunteer.pk}"
    tell(volunteer, key=key, title="换班", body=sentence, at=at)


def _note(verb: str, swap: Swap, *, by: User, at: datetime) -> None:
    record(verb, swap, by=by, at=at, own=swap.own_id, other=swap.other_id)
