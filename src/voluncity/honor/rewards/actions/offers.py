"""Write what is given, have it reviewed, pause it, take it off the shelf."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.honor.rewards.actions.steps import TOO_SLOW, note, refuse_own, step
from voluncity.honor.rewards.models import Merchant, Offer, OfferKind, Shop, Version
from voluncity.honor.rewards.rules import Terms, checked, said
from voluncity.honor.rewards.states import (
    OFFER_FLOW,
    PENDING,
    VERSION_FLOW,
    OfferState,
    VersionState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState

V = VersionState


@transaction.atomic
def write_offer(
    *, merchant: Merchant, terms: Terms, photo: Checked | None, by: User, at: datetime
) -> Version:
    """Write a new offer; nobody sees it before the office has looked at it.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when the merchant is not in the program.
    """
    _refuse_inactive(merchant)
    offer = Offer.objects.create(merchant=merchant, made_at=at, made_by=by)
    return _written(Version(offer=offer, number=1), terms, photo, by=by, at=at)


@transaction.atomic
def change_offer(
    *, offer: Offer, terms: Terms, photo: Checked | None, by: User, at: datetime
) -> Version:
    """Write other terms for an offer: they hold when the office has looked at them.

    What was taken before keeps the terms under which it was taken.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the offer has ended, or somebody else changes it now.
    """
    _refuse_inactive(offer.merchant)
    if offer.state == OfferState.ENDED:
        raise WrongState("这个项目已经下架，请另建一个项目。", code="rewards.offer_ended")
    pending = offer.versions.filter(state__in=PENDING).first()
    if pending is not None:
        step(pending, VERSION_FLOW, "edit", decided_at=None, decided_by=None)
        return _written(pending, terms, photo, by=by, at=at)
    last = offer.versions.order_by("-number").first()
    version = Version(offer=offer, number=last.number + 1 if last else 1)
    version.photo = last.photo if last else None
    return _written(version, terms, photo, by=by, at=at)


def _written(
    version: Version, terms: Terms, photo: Checked | None, *, by: User, at: datetime
) -> Version:
    terms = checked(terms)
    offer = version.offer
    _check_choices(offer, terms)
    if terms.stock is not None and terms.stock < offer.taken:
        raise BadInput(f"总量不能少于已经兑出的 {offer.taken} 份，请修改。", field="stock")
    values = asdict(terms)
    shops = values.pop("shop_ids")
    for name, value in values.items():
        setattr(version, name, value)
    if photo is not None:
        version.photo = files.store(photo, subject="reward", by=by, at=at, is_public=True)
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        raise WrongState(TOO_SLOW, code="rewards.was_faster") from error
    version.shops.set(shops)
    note(offer.merchant, "write_offer", by=by, at=at, offer=offer, words=version.title)
    return version


def _check_choices(offer: Offer, terms: Terms) -> None:
    if not OfferKind.objects.filter(pk=terms.kind_id, ended_at=None).exists():
        raise BadInput("请选择类别。", field="kind")
    own = Shop.objects.filter(merchant=offer.merchant_id, closed_at=None, pk__in=terms.shop_ids)
    if own.count() != len(set(terms.shop_ids)):
        raise BadInput("请选择本商家正在营业的门店。", field="shops")


@transaction.atomic
def submit_offer(*, version: Version, by: User, at: datetime) -> Version:
    """Hand terms in for review.

    :raises BadInput: when the time of offering is over already.
    :raises NotAllowed: when the merchant is not in the program.
    """
    _refuse_inactive(version.offer.merchant)
    if version.offer.state == OfferState.ENDED:
        raise WrongState("这个项目已经下架，请另建一个项目。", code="rewards.offer_ended")
    if version.offered_until < local_date(at):
        raise BadInput("兑换截止日期已经过了，请先修改。", field="offered_until")
    step(
        version, VERSION_FLOW, "submit", submitted_at=at, submitted_by=by, reason="",
        decided_at=None, decided_by=None,
    )  # fmt: skip
    note(version.offer.merchant, "submit_offer", by=by, at=at, offer=version.offer)
    return version


@transaction.atomic
def publish_offer(*, version: Version, by: User, at: datetime) -> Version:
    """Let terms hold from now on, and the offer be taken.

    :raises NotAllowed: when one handed them in oneself.
    :raises WrongState: when its shops have closed, or more was taken than there would be.
    """
    refuse_own(version.submitted_by_id, by)
    _refuse_inactive(version.offer.merchant)
    if not version.shops.filter(closed_at=None).exists():
        raise WrongState("适用的门店都停用了，请退回商家重新选择门店。", code="rewards.no_shop")
    offer = version.offer
    offer.versions.filter(state=V.APPROVED).update(state=V.REPLACED)
    step(version, VERSION_FLOW, "approve", decided_at=at, decided_by=by)
    state = OFFER_FLOW.after("publish", offer.state)
    enough = Q(taken__lte=version.stock) if version.stock is not None else Q()
    same = Offer.objects.filter(enough, pk=offer.pk, state=offer.state)
    if not same.update(state=state, current=version, stock=version.stock):
        raise WrongState(
            "这期间又兑出了一些，总量不够了，请退回商家修改总量。", code="rewards.too_little_stock"
        )
    note(offer.merchant, "publish_offer", by=by, at=at, offer=offer)
    offer.refresh_from_db()
    return version


@transaction.atomic
def send_back_offer(*, version: Version, words: str, by: User, at: datetime) -> Version:
    """Ask for better terms.

    :raises BadInput: without a reason.
    """
    refuse_own(version.submitted_by_id, by)
    reason = said(words, "原因")
    step(version, VERSION_FLOW, "send_back", decided_at=at, decided_by=by, reason=reason)
    offer = version.offer
    note(offer.merchant, "send_back_offer", by=by, at=at, offer=offer, words=reason)
    return version


@transaction.atomic
def pause_offer(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Let nobody take an offer for a time; vouchers stay good."""
    return _turn(offer, "pause", by=by, at=at)


@transaction.atomic
def resume_offer(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Let people take an offer again.

    :raises NotAllowed: when the merchant is not in the program.
    """
    _refuse_inactive(offer.merchant)
    return _turn(offer, "resume", by=by, at=at)


@transaction.atomic
def end_offer(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Take an offer off the shelf for good; vouchers stay good until their day."""
    return _turn(offer, "end", by=by, at=at)


def _turn(offer: Offer, verb: str, *, by: User, at: datetime) -> Offer:
    changes = {"ended_at": at} if verb == "end" else {}
    step(offer, OFFER_FLOW, verb, **changes)
    if verb == "end":
        offer.versions.filter(state=V.WAITING).update(state=V.DRAFT)
    note(offer.merchant, f"{verb}_offer", by=by, at=at, offer=offer)
    return offer


def _refuse_inactive(merchant: Merchant) -> None:
    if not merchant.is_active:
        raise NotAllowed("商家还没有加入或已经暂停，请先联系文明办。", code="rewards.not_active")


def give_piece_back(offer_id: int) -> None:
    """Let somebody else take the piece that a voucher held; call it after the step that ends it."""
    Offer.objects.filter(pk=offer_id).update(taken=F("taken") - 1)
