"""Prove merges: what is merged, what went up and what came back must agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q, Sum

from voluncity.city.claims.models import Merge
from voluncity.city.ledger.models import Transfer
from voluncity.city.people.models import Volunteer


def net_moves(merge: Merge) -> dict[tuple[int, int], int]:
    """Return (account of the loser, account of the winner) → what went up and is still there."""
    net: Counter[tuple[int, int]] = Counter()
    moved = Transfer.objects.filter(source=merge.source)
    rows = moved.values_list("debit_id", "credit_id", "debit__holder").annotate(Sum("amount"))
    for debit, credit, holder, amount in rows:
        if holder == f"volunteer:{merge.loser_id}":
            net[debit, credit] += amount
        else:
            net[credit, debit] -= amount
    return {pair: amount for pair, amount in sorted(net.items()) if amount}


def faults(*, limit: int = 20) -> list[str]:
    """Name merges that records and books do not bear out (at most `limit`)."""
    found = (fault for check in (_wrong_records, _wrong_moves) for fault in check())
    return list(islice(found, limit))


def _wrong_records() -> Iterator[str]:
    """Compare which records are merged with the merges that hold."""
    live = Merge.objects.filter(loser=OuterRef("pk"), undone_at=None)
    alone = Volunteer.objects.filter(
        ~Exists(live.filter(winner=OuterRef("merged_into"))), merged_into__isnull=False
    )
    for pk in alone.order_by("pk").values_list("pk", flat=True):
        yield f"claims: volunteer {pk} is merged, but no merge says so"
    held = Merge.objects.filter(undone_at=None)
    unlike = held.filter(Q(loser__merged_into=None) | ~Q(loser__merged_into=F("winner")))
    for pk in unlike.order_by("pk").values_list("pk", flat=True):
        yield f"claims: merge {pk} holds, but its record is not merged so"


def _wrong_moves() -> Iterator[str]:
    """Find merges that moved less than nothing, or kept something after they were taken back."""
    for merge in Merge.objects.order_by("pk").iterator(chunk_size=500):
        for (account, _), amount in net_moves(merge).items():
            if amount < 0:
                yield f"claims: merge {merge.pk} gave account {account} {-amount} too much back"
            elif merge.undone_at is not None:
                yield f"claims: merge {merge.pk} was undone and still keeps {amount}"
