"""Points of two records that become one, and of a record that is parted from it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from voluncity.city.ledger import actions as ledger
from voluncity.city.people.models import User
from voluncity.honor.points.actions.books import Fact, account_of, hold, pay_debts, take
from voluncity.honor.points.actions.giving import hand_on
from voluncity.honor.points.models import Debt, Earning, Lot, Use
from voluncity.honor.points.states import Kind, Origin


@transaction.atomic
def join_records(*, loser_id: int, winner_id: int, by_id: int, at: datetime) -> dict[str, Any]:
    """Let everything of a record stand with the one that stays; return what parting needs."""
    accounts = hold([loser_id, winner_id])
    lots, debts = Lot.objects.filter(volunteer=loser_id), Debt.objects.filter(volunteer=loser_id)
    kept = {
        "lots": list(lots.order_by("pk").values_list("pk", flat=True)),
        "debts": list(debts.order_by("pk").values_list("pk", flat=True)),
        "at": at.isoformat(),
    }
    by = User.objects.get(pk=by_id)
    if held := accounts[loser_id].balance:
        _move(loser_id, winner_id, held, f"join:{loser_id}:{at:%Y%m%d%H%M%S%f}", by=by, at=at)
    lots.update(volunteer=winner_id)
    debts.update(volunteer=winner_id)
    Earning.objects.filter(volunteer=loser_id).update(volunteer=winner_id)
    pay_debts([winner_id], by=by, at=at)
    return kept


@transaction.atomic
def part_records(
    *,
    loser_id: int,
    winner_id: int,
    records: Collection[int],
    kept: Mapping[str, Any],
    by_id: int,
    at: datetime,
) -> int:
    """Give a record back what is its own; return how many points were used up and are missing.

    What the other record spent of them meanwhile is replaced from what that one still has.
    """
    hold([loser_id, winner_id])
    by = User.objects.get(pk=by_id)
    own = Earning.objects.filter(volunteer=winner_id, done_by__in=records)
    own_ids = list(own.values_list("pk", flat=True))
    lots = Lot.objects.filter(
        Q(pk__in=kept.get("lots", [])) | Q(earning__in=own_ids), volunteer=winner_id
    )
    lot_ids = list(lots.values_list("pk", flat=True))
    used = _used_meanwhile(lot_ids, winner_id, kept.get("at"))
    stamp = f"part:{loser_id}:{at:%Y%m%d%H%M%S%f}"
    if left := lots.aggregate(sum=Sum("left"))["sum"] or 0:
        _move(winner_id, loser_id, left, stamp, by=by, at=at)
    Lot.objects.filter(pk__in=lot_ids).update(volunteer=loser_id)
    Debt.objects.filter(pk__in=kept.get("debts", [])).update(volunteer=loser_id)
    Earning.objects.filter(pk__in=own_ids).update(volunteer=loser_id)
    replaced = _replace(winner_id, loser_id, used, Fact(
        f"replace:{stamp}", f"volunteer:{winner_id}", "合并撤销，退回原来的登记", by, at
    ))  # fmt: skip
    pay_debts([loser_id, winner_id], by=by, at=at)
    return used - replaced


def _used_meanwhile(lot_ids: Collection[int], winner_id: int, since: str | None) -> int:
    """Return what the other record spent or gave of these portions since they were joined."""
    if since is None:
        return 0
    spent = Use.objects.filter(
        lot__in=lot_ids,
        movement__volunteer=winner_id,
        movement__kind__in=[Kind.SPENT, Kind.GIFT],
        movement__at__gte=datetime.fromisoformat(since),
        movement__returned_at=None,
    )
    return spent.aggregate(sum=Sum("amount"))["sum"] or 0


def _replace(winner_id: int, loser_id: int, used: int, fact: Fact) -> int:
    held = hold([winner_id])[winner_id].balance
    if not (amount := min(used, held)):
        return 0
    movement, _ = take(
        volunteer_id=winner_id, amount=amount, to=account_of(loser_id), kind=Kind.PARTED, fact=fact
    )
    hand_on(movement, movement.transfer, to=loser_id, origin=Origin.PARTED, at=fact.at)
    return amount


def _move(from_id: int, to_id: int, amount: int, key: str, *, by: User, at: datetime) -> None:
    ledger.transfer(
        debit=account_of(from_id), credit=account_of(to_id), amount=amount, key=f"points:{key}",
        source=f"volunteer:{from_id}", reason="合并登记", at=at, by=by,
    )  # fmt: skip
