"""A turn changes hands, once: offered and taken, or given to a substitute; never the plan."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import span_text
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.kernel.text import clean
from voluncity.service.rosters.actions.editing import require_risks_told
from voluncity.service.rosters.actions.steps import overtaken
from voluncity.service.rosters.actions.telling import tell
from voluncity.service.rosters.models import FreeSlot, Offer, Turn
from voluncity.service.rosters.queries import limits
from voluncity.service.rosters.states import OFFER_FLOW, OfferState
from voluncity.service.signups import actions as signups
from voluncity.service.signups import queries as signup_queries
from voluncity.service.signups import rules as signup_rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

REASON_LENGTH = 100
_ASKED = 30  # people who are told of an offer


@transaction.atomic
def offer_turn(*, signup_id: int, reason: str, by: User, at: datetime) -> Offer:
    """Look for somebody who takes one's turn; until then it stays one's own.

    :raises Refusal: when it has begun, is no turn of a roster, or is offered already.
    """
    signup, turn = held_turn(signup_id, at=at)
    text = clean(reason, max_length=REASON_LENGTH, field="reason", label="原因")
    Offer.objects.filter(  # of an earlier sign-up that was cancelled since
        signup=signup, state=OfferState.OPEN, offered_at__lt=signup.signed_up_at
    ).update(state=OfferState.WITHDRAWN, ended_at=at)
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                turn=turn, signup=signup, reason=text, offered_at=at, offered_by=by
            )
    except IntegrityError:
        raise Refusal("这一班已经在找人接替，请等等看。", code="rosters.offered") from None
    _note("rosters.offer", offer, by=by, at=at)
    _ask_others(offer, signup, at=at)
    return offer


@transaction.atomic
def withdraw_offer(*, offer_id: int, by: User, at: datetime) -> Offer:
    """Keep one's turn after all.

    :raises WrongState: when somebody has taken it.
    """
    offer = _offer(offer_id)
    target = OFFER_FLOW.after("withdraw", offer.state)
    same = Offer.objects.filter(pk=offer.pk, state=offer.state)
    if not same.update(state=target, ended_at=at):
        raise overtaken("withdraw")
    offer.refresh_from_db()
    _note("rosters.withdraw", offer, by=by, at=at)
    return offer


@transaction.atomic
def take_offer(
    *, offer_id: int, volunteer_id: int, risks_read: bool, by: User, at: datetime
) -> Signup:
    """Take somebody's turn; of two one gets it.

    :raises BadInput: when the risks were not read (志愿服务条例第十二条).
    :raises Refusal: with the first reason why not.
    :raises WrongState: when it is not offered any more.
    """
    offer = _offer(offer_id)
    OFFER_FLOW.after("take", offer.state)
    if offer.signup.signed_up_at > offer.offered_at:
        raise overtaken("take")
    signup_rules.require_risks_read(risks_read=risks_read)
    got = _hand_over(offer.signup, offer.turn, volunteer_id, "由志愿者接替", by=by, at=at)
    same = Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN)
    if not same.update(state=OFFER_FLOW.after("take", OfferState.OPEN), taken=got, ended_at=at):
        raise overtaken("take")
    offer.refresh_from_db()
    _note("rosters.take", offer, by=by, at=at)
    return got


@transaction.atomic
def substitute(*, signup_id: int, number: str, risks_told: bool, by: User, at: datetime) -> Signup:
    """Let the leader name who comes instead of somebody, on this date only.

    :raises BadInput: when nobody has this number, or the risks were not told.
    :raises Refusal: with the first reason why not.
    """
    signup, turn = held_turn(signup_id, at=at)
    volunteer = signup_queries.volunteer_with_number(number)
    require_risks_told(risks_told=risks_told)
    got = _hand_over(signup, turn, volunteer.pk, "由组织者安排他人接替", by=by, at=at)
    Offer.objects.filter(signup=signup, state=OfferState.OPEN).update(
        state=OfferState.TAKEN, taken=got, ended_at=at
    )
    record(
        "rosters.substitute", got, by=by, at=at,
        turn=turn.pk, volunteer=got.volunteer_id, from_volunteer=signup.volunteer_id,
    )  # fmt: skip
    return got


def _hand_over(
    signup: Signup, turn: Turn, to_id: int, reason: str, *, by: User, at: datetime
) -> Signup:
    given, got = signups.hand_over(signup_id=signup.pk, to_id=to_id, reason=reason, by=by, at=at)
    taker = Volunteer.objects.get(pk=to_id)
    require_fitting(turn, taker)
    _tell(given, turn, f"{mask_name(taker.name)}接替您值守，您不用再去了。", at=at)
    _tell(got, turn, "您接替值守这一班，请按时到岗。来不了的，请尽早说明。", at=at)
    return got


def require_fitting(turn: Turn, taker: Volunteer) -> None:
    """Refuse a turn that leaves no rest, is one too many, or puts two together.

    :raises Refusal: with the sentence why not.
    """
    assert turn.shift is not None, "a turn that is held has a shift"  # noqa: S101
    sentence = limits.against(turn.post.plan, taker, turn.shift)
    if sentence:
        raise Refusal(sentence, code="rosters.tired")
    others = limits.present_at(turn, None) - {taker.pk}
    if limits.with_somebody_apart(turn.post.plan, taker.pk, others):
        raise Refusal("同岗位有约定不排在一起的人，请换人。", code="rosters.apart")


def held_turn(signup_id: int, *, at: datetime) -> tuple[Signup, Turn]:
    """Return a place that somebody holds, and its turn, before it begins.

    :raises Refusal: when it is no turn, has begun, or is held no more.
    """
    signup = Signup.objects.select_related("volunteer", "shift").filter(pk=signup_id).first()
    if signup is None:
        raise NotFound("没有找到这次报名，请刷新页面。")
    found = Turn.objects.select_related("post__plan", "slot", "shift")
    turn: Turn | None = found.filter(shift=signup.shift_id).first()
    if turn is None:
        raise Refusal("这不是排班的班次，请在“我的报名”里取消。", code="rosters.no_turn")
    if signup.state != SignupState.PLACED or signup.shift.starts_at <= at:
        raise Refusal("这一班已经开始或已经取消，不能再换人。", code="rosters.begun")
    return signup, turn


def _offer(offer_id: int) -> Offer:
    found = Offer.objects.select_related("signup", "turn__post__plan", "turn__shift", "turn__slot")
    offer: Offer | None = found.filter(pk=offer_id).first()
    if offer is None:
        raise NotFound("没有找到这个换班请求，请刷新页面。")
    return offer


def _ask_others(offer: Offer, signup: Signup, *, at: datetime) -> None:
    """Tell people who said that they can come at such times."""
    turn = offer.turn
    free = FreeSlot.objects.filter(
        slot=turn.slot_id, weekday=turn.day.weekday(), wish__left_at=None,
        wish__volunteer__closed_at=None,
    ).exclude(wish__volunteer=signup.volunteer)  # fmt: skip
    near = free.order_by("wish_id").values_list("wish__volunteer__user_id", flat=True)
    for user_id in [pk for pk in near[: _ASKED * 2] if pk][:_ASKED]:
        inbox.send(
            user_id=user_id, key=f"rosters.offer:{offer.pk}:{user_id}", title="有一班请人接替",
            body=f"{what(turn)}，有人来不了。您有空的话，请点开接替。", at=at,
            url=reverse("rosters:take", args=[offer.pk]),
        )  # fmt: skip


def _tell(signup: Signup, turn: Turn, sentence: str, *, at: datetime) -> None:
    tell(
        Volunteer.objects.get(pk=signup.volunteer_id),
        key=f"rosters.cover:{signup.pk}:{at.timestamp():.0f}",
        title="换班成功", body=f"{what(turn)}：{sentence}", at=at,
    )  # fmt: skip


def what(turn: Turn) -> str:
    """Return where and when a turn is."""
    assert turn.shift is not None, "a turn that is held has a shift"  # noqa: S101
    return f"{turn.post.name}（{span_text(turn.shift.starts_at, turn.shift.ends_at)}）"


def _note(verb: str, offer: Offer, *, by: User, at: datetime) -> None:
    record(verb, offer, by=by, at=at, turn=offer.turn_id, signup=offer.signup_id)
