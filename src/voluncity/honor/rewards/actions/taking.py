"""Take an offer: a piece of the stock, points, and a voucher, all or nothing; give it back."""

from __future__ import annotations

import re
from datetime import date, datetime
from secrets import randbelow

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from voluncity.city.journal.actions import record
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.policy import queries as policy
from voluncity.honor.points import actions as points
from voluncity.honor.recognition import queries as recognition
from voluncity.honor.rewards import codes, queries, rules
from voluncity.honor.rewards.actions import quick
from voluncity.honor.rewards.actions.offers import give_piece_back
from voluncity.honor.rewards.models import DayStock, Merchant, Offer, Version, Voucher
from voluncity.honor.rewards.rules import ends, period_of
from voluncity.honor.rewards.states import VOUCHER_FLOW, MerchantState, OfferState, VoucherState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState

TRIES = 5
_HANDLE = re.compile(r"[0-9A-Za-z-]{1,36}")  # a UUID, as pages make them
S = VoucherState


def take_offer(
    *,
    offer_id: int,
    version_id: int,
    volunteer: Volunteer,
    handle: str,
    by: User,
    at: datetime,
) -> Voucher:
    """Take one piece of an offer for a volunteer, under the terms that were read.

    `by` is the volunteer, the guardian of a child, or an office that acts for somebody. The same
    `handle` again returns the first voucher: who presses twice pays once.

    :raises NotAllowed: when the volunteer may not have it.
    :raises TooMany: when they had as many as one may.
    :raises WrongState: when it is not offered now, or its terms have changed.
    :raises Refusal: when nothing is left, or the points do not suffice.
    """
    if not _HANDLE.fullmatch(handle):
        raise BadInput("请刷新页面后再试。", code="rewards.handle")
    chance = queries.chance(
        offer_id=offer_id, version_id=version_id, volunteer_id=volunteer.pk, handle=handle, at=at
    )
    chance.refuse()
    made = quick.taken(chance, by_id=by.pk, at=at)
    if made is not None:
        return made
    return take_carefully(
        offer_id=offer_id, version_id=version_id, volunteer=volunteer, handle=handle, by=by, at=at
    )


def take_carefully(
    *, offer_id: int, version_id: int, volunteer: Volunteer, handle: str, by: User, at: datetime
) -> Voucher:
    """Take a piece step by step: whatever is unusual, and whatever changed in this moment.

    :raises Refusal: as `take_offer`.
    """
    for _ in range(TRIES):
        try:
            return _take(offer_id, version_id, volunteer, handle, by=by, at=at)
        except IntegrityError:
            continue  # the same press, the same turn or serial at the same moment: look again
    raise WrongState("现在兑换的人太多，请稍后再试。", code="rewards.busy")


@transaction.atomic
def _take(
    offer_id: int, version_id: int, volunteer: Volunteer, handle: str, *, by: User, at: datetime
) -> Voucher:
    version, today = _terms(offer_id, version_id), local_date(at)
    period = period_of(version.limit_period, today)
    known = _known_vouchers(volunteer, version, period, handle)
    if isinstance(known, Voucher):
        return known
    _refuse_who_may_not(version, volunteer)
    _refuse_what_is_gone(version, today)
    turn = next((n for n in range(1, version.per_person + 1) if n not in known), None)
    if turn is None:
        raise rules.had_enough(version.per_person, version.limit_period)
    voucher = _drawn_up(version, volunteer, handle, today=today)
    voucher.period, voucher.turn, voucher.taken_at, voucher.taken_by = period, turn, at, by
    if version.points:
        points.spend(
            volunteer_id=volunteer.pk, amount=version.points, key=voucher.key,
            source=f"reward:{offer_id}", reason=f"兑换 {version.title}", by=by, at=at,
        )  # fmt: skip
    voucher.save(force_insert=True)
    behalf = volunteer if volunteer.user_id != by.pk else None
    record(
        "rewards.take", voucher, by=by, at=at, on_behalf_of=behalf, offer=offer_id,
        points=version.points, volunteer=volunteer.pk,
    )  # fmt: skip
    # Last, because everybody who wants the same waits for this row; it decides, all else is undone.
    _take_piece(version, today)
    return voucher


def _terms(offer_id: int, version_id: int) -> Version:
    found = Version.objects.filter(pk=version_id, offer=offer_id)
    version: Version | None = found.select_related("offer__merchant").first()
    if version is None:
        raise rules.not_found()
    return version


def _known_vouchers(
    volunteer: Volunteer, version: Version, period: str, handle: str
) -> Voucher | set[int]:
    """Return the voucher of the same press before, or the turns that are gone."""
    mine = Q(offer=version.offer_id, volunteer=volunteer, period=period, turn__isnull=False)
    known: list[Voucher] = list(Voucher.objects.filter(mine | Q(handle=handle)))
    turns = set()
    for one in known:
        if one.handle == handle:
            if one.volunteer_id != volunteer.pk or one.offer_id != version.offer_id:
                raise BadInput("请刷新页面后再试。", code="rewards.handle")
            return one
        turns.add(one.turn or 0)
    return turns


def _refuse_who_may_not(version: Version, volunteer: Volunteer) -> None:
    rules.refuse_person(
        is_verified=volunteer.identity_state == IdentityState.VERIFIED,
        has_left=volunteer.closed_at is not None,
        stars=recognition.stars_of(volunteer.pk) if version.stars else 0,
        needed=version.stars,
    )


def _refuse_what_is_gone(version: Version, today: date) -> None:
    """Refuse early, by what was read, so that nobody waits for nothing.

    :raises WrongState: when it is not offered now.
    :raises Refusal: when nothing is left.
    """
    rules.refuse_outside(today, version.offered_from, version.offered_until)
    if version.offer.state != OfferState.OPEN or version.offer.is_sold_out:
        raise _why_not(version)


def _take_piece(version: Version, today: date) -> None:
    """Take a piece of the stock: one update decides, also about what holds now.

    :raises WrongState: when it is not open, or other terms hold.
    :raises Refusal: when nothing is left.
    """
    free = Offer.objects.filter(
        Q(stock=None) | Q(taken__lt=F("stock")),
        pk=version.offer_id, state=OfferState.OPEN, current=version,
        # No join: all conditions are asked again when another one has just written the row.
        merchant__in=Merchant.objects.filter(
            state=MerchantState.ACTIVE, organization__state=OrgState.ACTIVE
        ),
    )  # fmt: skip
    if not free.update(taken=F("taken") + 1):
        raise _why_not(version)
    if version.stock_day is not None:
        _take_of_the_day(version.offer_id, version.stock_day, today)


def _take_of_the_day(offer_id: int, most: int, today: date) -> None:
    day = DayStock.objects.filter(offer=offer_id, day=today)
    if day.filter(taken__lt=most).update(taken=F("taken") + 1):
        return
    # Nobody has taken one today, or enough have; the offer's own row is held by this transaction.
    _, is_first = DayStock.objects.get_or_create(
        offer_id=offer_id, day=today, defaults={"taken": 1}
    )
    if not is_first:
        raise rules.day_gone()


def _why_not(version: Version) -> Refusal:
    offer = Offer.objects.select_related("merchant__organization").get(pk=version.offer_id)
    return rules.gone(
        is_open=offer.state == OfferState.OPEN and offer.merchant.is_open,
        is_current=offer.current_id == version.pk,
    )


def _drawn_up(version: Version, volunteer: Volunteer, handle: str, *, today: date) -> Voucher:
    last, give_back = ends(
        taken_on=today, use_days=version.use_days, use_until=version.use_until,
        give_back_days=policy.number("rewards.give_back_days", on=today),
    )  # fmt: skip
    return Voucher(
        handle=handle, version=version, offer_id=version.offer_id,
        merchant_id=version.offer.merchant_id, volunteer=volunteer, points=version.points,
        serial=f"{randbelow(10**codes.SERIAL_DIGITS):0{codes.SERIAL_DIGITS}}", taken_on=today,
        use_until=last, give_back_until=give_back,
    )  # fmt: skip


# -- Ends without use ----------------------------------------------------------------------------


@transaction.atomic
def give_voucher_back(*, voucher: Voucher, by: User, at: datetime) -> Voucher:
    """Give an unused voucher back in time: the points return, others may take the piece.

    :raises WrongState: when it was used, has ended, or it is too late.
    """
    today = local_date(at)
    if voucher.is_live and today > voucher.give_back_until:
        raise WrongState(
            f"{voucher.give_back_until:%Y年%m月%d日} 以后不能再退还，请在有效期内使用。",
            code="rewards.too_late_to_give_back",
        )
    end_unused(voucher, "give_back", returns=True, words="", by=by, at=at)
    return voucher


def end_unused(
    voucher: Voucher, verb: str, *, returns: bool, words: str, by: User | None, at: datetime
) -> None:
    """End a voucher and let others take its piece; return the points where that is the rule.

    Who gets points back, or nothing that cost points, may take another one.

    :raises WrongState: when somebody was faster.
    """
    changes = {"state": VOUCHER_FLOW.after(verb, voucher.state), "ended_at": at, "reason": words}
    if returns:
        changes |= {"turn": None, "was_returned": voucher.points > 0}
    same = Voucher.objects.filter(pk=voucher.pk, state=voucher.state)
    if not same.update(**changes):
        raise WrongState("这张券刚刚用过或退过，请刷新页面。", code="rewards.was_faster")
    if returns and voucher.points:
        points.give_back(key=voucher.key, at=at, by=by, reason=f"兑换券 {voucher.number} 退回")
    give_piece_back(voucher.offer_id)  # after the points, as in taking: nobody waits in a circle
    if verb == "give_back":
        DayStock.objects.filter(offer=voucher.offer_id, day=voucher.taken_on, taken__gt=0).update(
            taken=F("taken") - 1
        )
    behalf = voucher.volunteer if by is not None and by.pk != voucher.volunteer.user_id else None
    record(
        f"rewards.{verb}", voucher, by=by, at=at, on_behalf_of=behalf, offer=voucher.offer_id,
        points=voucher.points if returns else 0,
    )  # fmt: skip
    voucher.refresh_from_db(fields=list(changes))


@transaction.atomic
def print_voucher(*, voucher: Voucher, by: User, at: datetime) -> Voucher:
    """Make the next paper of a voucher; papers printed before are worth nothing any more.

    :raises WrongState: when it was used or has ended.
    """
    live = Voucher.objects.filter(pk=voucher.pk, state=S.TAKEN)
    if not live.update(paper_number=F("paper_number") + 1):
        raise WrongState("这张券已经用过或失效，不能打印。", code="rewards.not_live")
    record("rewards.print", voucher, by=by, at=at)
    voucher.refresh_from_db(fields=["paper_number"])
    return voucher
