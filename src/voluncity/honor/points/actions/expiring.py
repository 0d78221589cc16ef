"""Let points expire, and say so beforehand; a thousand people in a transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox.models import Message
from voluncity.city.ledger import actions as ledger
from voluncity.city.policy.queries import number
from voluncity.honor.points import queries
from voluncity.honor.points.actions.books import city_account, hold
from voluncity.honor.points.models import Lot, Movement, Use
from voluncity.honor.points.rules import EXPIRED
from voluncity.honor.points.states import Kind
from voluncity.kernel.clock import local_date

AT_ONCE = 1_000
REASON = "积分到期"


def expire_points(*, at: datetime) -> int:
    """Take away what is past its last day; return of how many people. Doing it again is harmless.

    Each thousand is a transaction of its own: a worker that is stopped has lost nothing.
    """
    today, number_of_people = local_date(at), 0
    while ids := _people_with_expired(today):
        _expire(ids, today, at)
        number_of_people += len(ids)
    return number_of_people


def _people_with_expired(today: date) -> list[int]:
    past = Lot.objects.filter(left__gt=0, expires_on__lt=today, volunteer__isnull=False)
    return list(past.order_by("volunteer").values_list("volunteer", flat=True).distinct()[:AT_ONCE])


@transaction.atomic
def _expire(ids: Sequence[int], today: date, at: datetime) -> None:
    accounts = hold(ids)
    past = Lot.objects.filter(volunteer__in=ids, left__gt=0, expires_on__lt=today)
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for lot, holder, left in past.order_by("pk").values_list("pk", "volunteer", "left"):
        parts[holder or 0].append((lot, left))
    before = _expired_before(parts)
    to = city_account(EXPIRED)
    orders = [
        ledger.Order(
            accounts[holder], to, sum(n for _, n in lots),
            f"points:expired:{holder}:{before.get(holder, 0)}", f"volunteer:{holder}",
        )
        for holder, lots in parts.items()
    ]  # fmt: skip
    transfers = ledger.collect_many(orders, reason=REASON, at=at, by=None)
    movements = Movement.objects.bulk_create(
        Movement(
            volunteer_id=holder,
            kind=Kind.EXPIRED,
            amount=transfer.amount,
            key=transfer.key.removeprefix("points:"),
            transfer=transfer,
            source=transfer.source,
            reason=REASON,
            at=at,
        )
        for holder, transfer in zip(parts, transfers, strict=True)
    )
    Use.objects.bulk_create(
        Use(movement=movement, lot_id=lot, amount=n)
        for movement, lots in zip(movements, parts.values(), strict=True)
        for lot, n in lots
    )
    Lot.objects.filter(pk__in=[lot for lots in parts.values() for lot, _ in lots]).update(left=0)


def _expired_before(holders: Iterable[int]) -> dict[int, int]:
    done = Movement.objects.filter(volunteer__in=list(holders), kind=Kind.EXPIRED)
    return dict(done.values_list("volunteer").annotate(Count("pk")).order_by())


def announce_expiry(*, at: datetime) -> int:
    """Tell people, and guardians of children without an account, once how many points are lost.

    Return how many messages went out.
    """
    today, told = local_date(at), 0
    until = today + timedelta(days=number("points.notice_days", on=today))
    for find, write in (
        (queries.unannounced, _message),
        (queries.unannounced_to_guardians, _of_child),
    ):
        while rows := find(today, until)[:AT_ONCE]:
            inbox.send_many(write(*row, at) for row in rows)
            told += len(rows)
    return told


def _message(user_id: int, volunteer_id: int, last_day: date, points: int, at: datetime) -> Message:
    return Message(
        user_id=user_id,
        key=queries.expiry_key(volunteer_id, last_day),
        title=f"{points} 积分将在 {last_day:%m月%d日} 后到期",
        body="请在到期前兑换，也可以赠送给有需要的人。到期的积分不影响您的时长和星级。",
        url=reverse("points:mine"),
        sent_at=at,
    )


def _of_child(user_id: int, child_id: int, last_day: date, points: int, at: datetime) -> Message:
    return Message(
        user_id=user_id,
        key=f"{queries.expiry_key(child_id, last_day)}:{user_id}",
        title=f"孩子的 {points} 积分将在 {last_day:%m月%d日} 后到期",
        body="您可以在到期前为孩子兑换。到期的积分不影响孩子的时长和星级。",
        url=reverse("points:of_ward", args=[child_id]),
        sent_at=at,
    )
