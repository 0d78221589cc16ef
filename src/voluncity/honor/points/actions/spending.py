"""Spend points, and give back what was spent."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.ledger import actions as ledger
from voluncity.honor.points.actions.books import (
    Fact,
    change_left,
    check_amount,
    city_account,
    hold,
    pay_debts,
    take,
)
from voluncity.honor.points.models import Movement, Use
from voluncity.honor.points.rules import SPENT
from voluncity.honor.points.states import Kind
from voluncity.kernel.refusals import NotFound


@transaction.atomic
def spend(
    *,
    volunteer_id: int,
    amount: int,
    key: str,
    source: str,
    reason: str,
    by: models.Model | None,
    at: datetime,
) -> Movement:
    """Spend points for something, those that expire first; the same key again changes nothing.

    Runs in the caller's transaction. `key` (at most 80 characters, "redemption:12") is the
    caller's own; `source` (at most 60) leads to the thing for which they were spent.

    :raises BadInput: when the amount is no sensible one.
    :raises Refusal: `points.too_little`; or when the key was used for another spending.
    """
    check_amount(amount)
    fact = Fact(key, source, reason, by, at)
    to = city_account(SPENT)
    movement, is_new = take(
        volunteer_id=volunteer_id, amount=amount, to=to, kind=Kind.SPENT, fact=fact
    )
    if is_new:
        record("points.spend", movement, by=by, at=at, volunteer=volunteer_id, points=amount)
    return movement


@transaction.atomic
def give_back(*, key: str, at: datetime, by: models.Model | None, reason: str) -> Movement:
    """Return what was spent under a key, once; the points keep the day on which they expire.

    They go to whoever holds the record now, where it was merged, and pay what is owed first. What
    has expired meanwhile goes with the next run of the job. A second call changes nothing.

    :raises NotFound: when nothing was spent under this key.
    """
    spent = Movement.objects.filter(key=key, kind=Kind.SPENT)
    is_first = spent.filter(returned_at=None).update(returned_at=at)
    movement: Movement | None = spent.first()
    if movement is None:
        raise NotFound("没有找到这笔积分兑换。")
    if is_first:
        return_uses(movement, Fact(f"back:{key}", movement.source, reason, by, at))
        record(
            "points.give_back", movement, by=by, at=at, volunteer=movement.volunteer_id,
            points=movement.amount,
        )  # fmt: skip
    return movement


def return_uses(movement: Movement, fact: Fact) -> None:
    """Put what a movement took back into its portions, by a transfer to each present holder."""
    uses = Use.objects.filter(movement=movement)
    for holder, parts in _held_by_now(movement).items():
        account = hold([holder])[holder]
        ledger.transfer(
            debit=movement.transfer.credit, credit=account, amount=sum(n for _, n in parts),
            key=f"points:{fact.key}:{holder}", source=fact.source, reason=fact.reason,
            at=fact.at, by=fact.by,
        )  # fmt: skip
        change_left(parts)
    pay_debts(
        list(uses.values_list("lot__volunteer", flat=True).distinct()), by=fact.by, at=fact.at
    )


def _held_by_now(movement: Movement) -> dict[int, list[tuple[int, int]]]:
    """Return holder → (portion, amount); a merge that comes in between is waited for."""
    uses = Use.objects.filter(movement=movement).order_by("lot")
    owners = set(uses.values_list("lot__volunteer", flat=True))
    while True:
        hold([pk for pk in owners if pk is not None])
        found: dict[int, list[tuple[int, int]]] = {}
        for holder, lot, amount in uses.values_list("lot__volunteer", "lot", "amount"):
            found.setdefault(holder, []).append((lot, amount))
        if set(found) <= owners:
            return found
        owners |= set(found)
