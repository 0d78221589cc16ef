"""Give points to another volunteer or to the pool; the giver may think again for some minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from voluncity.city.journal.actions import record
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Transfer
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy.queries import number
from voluncity.honor.points.actions.books import (
    Fact,
    account_of,
    check_amount,
    city_account,
    hold,
    pay_debts,
    take,
)
from voluncity.honor.points.actions.spending import return_uses
from voluncity.honor.points.models import Gift, Lot, Movement
from voluncity.honor.points.rules import GIFTS, LATEST
from voluncity.honor.points.states import GIFT_FLOW, GiftState, Kind, Origin
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import clean, half_width_digits

WORDS_MOST = 40
AT_ONCE = 500


@transaction.atomic
def give(
    *, giver: Volunteer, receiver_id: int | None, amount: int, key: str, by: User, at: datetime
) -> Gift:
    """Give points to a volunteer, or to the pool; the same key again is the same gift.

    They are on their way until the minutes are over in which the giver may take them back.

    :raises BadInput: when it is oneself, or the amount is no sensible one.
    :raises Refusal: when there are too few, or it is more than one may give in a day.
    """
    check_amount(amount)
    if receiver_id == giver.pk:
        raise BadInput("不能送给自己，请填写另一位志愿者。", field="number")
    on = local_date(at)
    fact = Fact(f"gift:{giver.pk}:{key}", f"volunteer:{giver.pk}", "赠送积分", by, at)
    movement, is_new = take(
        volunteer_id=giver.pk, amount=amount, to=city_account(GIFTS), kind=Kind.GIFT, fact=fact
    )
    if not is_new:
        return Gift.objects.get(movement=movement)
    # The account is held: nobody gives more out of it until this one counts.
    _check_day(giver.pk, amount, on=on)
    gift = Gift.objects.create(
        giver=giver,
        receiver_id=receiver_id,
        amount=amount,
        movement=movement,
        given_at=at,
        final_at=at + timedelta(minutes=number("points.gift_minutes", on=on)),
    )
    record("points.give", gift, by=by, at=at, volunteer=giver.pk, to=receiver_id, points=amount)
    return gift


def _check_day(giver_id: int, amount: int, *, on: date) -> None:
    start, end = day_bounds(on)
    today = Gift.objects.filter(
        giver=giver_id,
        given_at__gte=start,
        given_at__lt=end,
        state__in=[GiftState.HELD, GiftState.DONE],
    )
    given = today.aggregate(sum=Sum("amount"))["sum"] or 0
    most = number("points.gift_day_most", on=on)
    if given + amount > most:
        raise BadInput(
            f"一天最多赠送 {most} 分，今天还可以送 {max(most - given, 0)} 分，请修改。",
            code="points.too_many_gifts",
            field="amount",
        )


def find_receiver(*, volunteer_number: str, name: str) -> int:
    """Return the record of the volunteer with this number and this name.

    :raises BadInput: when there is none; which of the two was wrong is not told.
    """
    wanted = clean(half_width_digits(volunteer_number), max_length=WORDS_MOST, field="number")
    called = clean(name, max_length=WORDS_MOST, field="name")
    found = Volunteer.objects.filter(number__iexact=wanted.replace(" ", ""), name=called).first()
    living = found and Volunteer.objects.get(pk=people.living_record(found.pk))
    if not living or living.closed_at is not None:
        raise BadInput(
            "没有找到编号和姓名都相符的志愿者，请对照对方的志愿者证核对后再填。", field="number"
        )
    return living.pk


@transaction.atomic
def revoke_gift(*, gift_id: int, giver: Volunteer, by: User, at: datetime) -> Gift:
    """Take a gift back while it is on its way.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it has arrived, or was taken back before.
    """
    gift = Gift.objects.filter(pk=gift_id, giver__in=people.records_of(giver)).first()
    if gift is None:
        raise NotFound("没有找到这笔赠送，请回到“我的积分”。")
    GIFT_FLOW.after("revoke", gift.state)
    due = Gift.objects.filter(pk=gift_id, state=GiftState.HELD, final_at__gt=at)
    if not due.update(state=GiftState.REVOKED, ended_at=at):
        raise WrongState("已经过了可以撤回的时间，积分已经送出。", code="points.gift_is_final")
    _return(gift, f"revoke:{gift.pk}", "撤回赠送", by=by, at=at)
    record("points.revoke_gift", gift, by=by, at=at, volunteer=gift.giver_id, points=gift.amount)
    gift.refresh_from_db()
    return gift


def _return(gift: Gift, key: str, reason: str, *, by: User | None, at: datetime) -> None:
    Movement.objects.filter(pk=gift.movement_id).update(returned_at=at)
    movement = Movement.objects.select_related("transfer__credit").get(pk=gift.movement_id)
    return_uses(movement, Fact(key, f"gift:{gift.pk}", reason, by, at))


def deliver_gifts(*, at: datetime) -> int:
    """Deliver the gifts that can no longer be taken back; return how many."""
    due = Gift.objects.filter(state=GiftState.HELD, final_at__lte=at).order_by("final_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_deliver(pk, at) for pk in ids)


@transaction.atomic
def _deliver(gift_id: int, at: datetime) -> bool:
    held = Gift.objects.filter(pk=gift_id, state=GiftState.HELD, final_at__lte=at)
    if not held.update(state=GiftState.DONE, ended_at=at):
        return False
    gift = Gift.objects.select_related("movement").get(pk=gift_id)
    receiver = _living_receiver(gift)
    if gift.receiver_id is not None and receiver is None:
        Gift.objects.filter(pk=gift_id).update(state=GiftState.RETURNED)
        _return(gift, f"return:{gift.pk}", "对方已注销，赠送退回", by=None, at=at)
        record("points.return_gift", gift, by=None, at=at, volunteer=gift.giver_id)
        return True
    transfer = ledger.transfer(
        debit=city_account(GIFTS), credit=account_of(receiver), amount=gift.amount,
        key=f"points:deliver:{gift.pk}", source=f"gift:{gift.pk}", reason="收到赠送的积分",
        at=at, by=None,
    )  # fmt: skip
    hand_on(gift.movement, transfer, to=receiver, origin=Origin.GIFT, at=at)
    record("points.deliver_gift", gift, by=None, at=at, volunteer=receiver, points=gift.amount)
    return True


def _living_receiver(gift: Gift) -> int | None:
    """Return who receives it now, held; nobody for the pool and for an account that is closed."""
    if gift.receiver_id is None:
        return None
    while True:
        living = people.living_record(gift.receiver_id)
        hold([living])
        if people.living_record(gift.receiver_id) == living:
            break
    open_record = Volunteer.objects.filter(pk=living, closed_at=None)
    return living if open_record.exists() else None


def hand_on(
    movement: Movement,
    transfer: Transfer,
    *,
    to: int | None,
    origin: Origin,
    at: datetime,
    expires_on: date | None = LATEST,
) -> None:
    """Let the receiver have what a movement took, portion by portion, each with where it came from.

    A portion keeps its last day unless another is named; in the pool points never expire.
    """
    uses = list(movement.uses.select_related("lot").order_by("pk"))
    Lot.objects.bulk_create(
        Lot(
            volunteer_id=to,
            origin=origin,
            parent=use.lot,
            source=transfer.source,
            transfer=transfer,
            amount=use.amount,
            left=use.amount,
            got_at=at,
            expires_on=_last_day(use.lot, to, expires_on),
        )
        for use in uses
    )
    if to is not None:
        pay_debts([to], by=None, at=at)


def _last_day(lot: Lot, to: int | None, expires_on: date | None) -> date | None:
    if to is None:
        return None
    return lot.expires_on if expires_on == LATEST else expires_on
