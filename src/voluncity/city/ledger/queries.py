"""Read balances, and recompute them to prove them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice
from typing import cast

from django.db.models import Sum

from voluncity.city.journal.append_only import missing_guards
from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.city.ledger.models import Account, Transfer


def balance(key: str) -> int:
    """Return the balance of an account; 0 when it was never opened.

    A contra account's is counted from its transfers, which is slow.
    """
    account = Account.objects.filter(key=key).first()
    if account is None:
        return 0
    return account.balance if account.keeps_balance else _moved(account)[account.pk]


def balances(holder: str) -> dict[str, int]:
    """Return key → kept balance for everything one holder has."""
    held = Account.objects.filter(holder=holder, keeps_balance=True)
    return dict(held.order_by("key").values_list("key", "balance"))


def balances_of(holders: Collection[str], *, unit: str) -> dict[str, int]:
    """Return holder → everything they have of a unit, for those who have any account of it."""
    held = Account.objects.filter(holder__in=holders, unit=unit, keeps_balance=True)
    return dict(held.order_by().values_list("holder").annotate(total=Sum("balance")))


def book_faults(*, limit: int = 20) -> list[str]:
    """Recompute every balance from the transfers and name what does not agree."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for guard in missing_guards("ledger_transfer"):
        yield f"ledger: the database no longer has the guard {guard}"
    for pk in wrong_ids("a.id", _WRONG_BALANCE):
        account = Account.objects.get(pk=pk)
        moved = _moved(account)[pk]
        yield f"ledger: account {account.key} says {account.balance}, its transfers say {moved}"
    for pk in wrong_ids("t.id", _MIXED_UNITS):
        yield f"ledger: transfer {pk} mixes units"
    yield from _bad_reversals()


# Three million transfers are summed up: the database does it in seconds, objects took a minute.
_WRONG_BALANCE = """
    FROM ledger_account a
    LEFT JOIN (
        SELECT account_id, SUM(amount) AS moved FROM (
            SELECT credit_id AS account_id, SUM(amount) AS amount
            FROM ledger_transfer GROUP BY credit_id
            UNION ALL
            SELECT debit_id, -SUM(amount) FROM ledger_transfer GROUP BY debit_id
        ) sides GROUP BY account_id
    ) m ON m.account_id = a.id
    WHERE a.keeps_balance AND a.balance <> COALESCE(m.moved, 0)
"""
_MIXED_UNITS = """
    FROM ledger_transfer t
    JOIN ledger_account d ON d.id = t.debit_id
    JOIN ledger_account c ON c.id = t.credit_id
    WHERE (t.unit <> d.unit OR t.unit <> c.unit)
"""


def _moved(account: Account | None = None) -> defaultdict[int, int]:
    """Return what came in less what went out, by account."""
    moved: defaultdict[int, int] = defaultdict(int)
    for side, sign in (("credit_id", 1), ("debit_id", -1)):
        transfers = Transfer.objects.filter(**{side: account.pk}) if account else Transfer.objects
        for account_id, total in transfers.values_list(side).annotate(total=Sum("amount")):
            moved[account_id] += sign * total
    return moved


def _bad_reversals() -> Iterator[str]:
    pairs = Transfer.objects.exclude(reverses=None).select_related("reverses").order_by("pk")
    for back in pairs.iterator(chunk_size=2000):
        first = cast(Transfer, back.reverses)
        opposite = (first.credit_id, first.debit_id, first.amount)
        if (back.debit_id, back.credit_id, back.amount) != opposite:
            yield f"ledger: transfer {back.pk} is not the opposite of {first.pk}"
        elif first.reverses_id:
            yield f"ledger: transfer {back.pk} reverses a reversal"
