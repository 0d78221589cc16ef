"""What a merged record holds goes on with its person, by transfers that can be added up again.

Every transfer of a merge names it as its source. What went up, less what came back, is therefore
known from the books alone: taking a merge back returns exactly that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.db.models import F

from voluncity.city.claims.models import Merge
from voluncity.city.claims.queries.books import net_moves
from voluncity.city.journal.actions import record
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Unit


def carry_up(*, volunteer_id: int, key: str, by: models.Model | None, at: datetime) -> list[Merge]:
    """Move whatever a merged record holds to the record in which its person lives.

    Return the merges over which it went: none where the record was not merged.
    """
    passed = [
        merge for merge in _held_chain(volunteer_id) if _move_all(merge, key=key, by=by, at=at)
    ]
    _tell(passed, by=by, at=at)
    return passed


def bring_back(
    *,
    volunteer_id: int,
    needed: Mapping[str, int],
    key: str,
    by: models.Model | None,
    at: datetime,
) -> None:
    """Give a merged record back what it needs (account → amount) for a reversal of its own.

    :raises Refusal: when the living record has too little of it.
    """
    chain = _held_chain(volunteer_id)
    for account_key, amount in needed.items():
        missing = amount - _balance(account_key)
        for merge in reversed(chain):
            lower = _same_account(account_key, volunteer_id, merge.loser_id)
            upper = _same_account(account_key, volunteer_id, merge.winner_id)
            if missing > 0:
                _transfer(merge, upper, lower, missing, f"{merge.source}:back:{key}:{lower.pk}",
                          by=by, at=at)  # fmt: skip
    _tell(chain, by=by, at=at)


def give_back(merge: Merge, *, by: models.Model | None, at: datetime) -> None:
    """Return everything that went up over a merge and has not come back."""
    for (lower_id, upper_id), amount in net_moves(merge).items():
        lower, upper = Account.objects.get(pk=lower_id), Account.objects.get(pk=upper_id)
        _transfer(merge, upper, lower, amount, f"{merge.source}:undo:{lower_id}", by=by, at=at)


def _held_chain(volunteer_id: int) -> list[Merge]:
    """Return the merges from a record up to its living one, which nobody takes back meanwhile."""
    chain: list[Merge] = []
    passed = {volunteer_id}
    while True:
        live = Merge.objects.filter(loser=volunteer_id, undone_at=None)
        if not live.update(reason=F("reason")):
            return chain
        chain.append(live.get())
        volunteer_id = chain[-1].winner_id
        if volunteer_id in passed:  # a circle cannot be; without this line it would be endless
            return chain
        passed.add(volunteer_id)


def _move_all(merge: Merge, *, key: str, by: models.Model | None, at: datetime) -> bool:
    held = Account.objects.filter(holder=f"volunteer:{merge.loser_id}", keeps_balance=True)
    held.update(balance=F("balance"))  # nothing comes or goes from here on
    full = list(held.filter(balance__gt=0).order_by("pk"))
    for lower in full:
        upper = _same_account(lower.key, merge.loser_id, merge.winner_id)
        _transfer(
            merge, lower, upper, lower.balance, f"{merge.source}:{key}:{lower.pk}", by=by, at=at
        )
    return bool(full)


def _same_account(account_key: str, volunteer_id: int, other_id: int) -> Account:
    """Return the account of the same kind of another record ("minutes:volunteer:12:proven")."""
    unit, _, rest = account_key.partition(":")
    kind = rest.removeprefix(f"volunteer:{volunteer_id}")
    holder = f"volunteer:{other_id}"
    return ledger.open_account(key=f"{unit}:{holder}{kind}", unit=Unit(unit), holder=holder)


def _balance(account_key: str) -> int:
    Account.objects.filter(key=account_key).update(balance=F("balance"))
    found = Account.objects.filter(key=account_key).values_list("balance", flat=True).first()
    return found or 0


def _transfer(
    merge: Merge,
    debit: Account,
    credit: Account,
    amount: int,
    key: str,
    *,
    by: models.Model | None,
    at: datetime,
) -> None:
    ledger.transfer(
        debit=debit, credit=credit, amount=amount, key=key, source=merge.source,
        reason="合并登记", at=at, by=by,
    )  # fmt: skip


def _tell(merges: list[Merge], *, by: models.Model | None, at: datetime) -> None:
    """Let the readers know whose holdings moved."""
    for merge in merges:
        record("claims.carry", merge, by=by, at=at, loser=merge.loser_id, winner=merge.winner_id)
