"""Read balances, and recompute them to prove them."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, Sum

from voluncity.city.ledger.models import Account, Transfer


def balance(key: str) -> int:
    """Return the kept balance of an account; 0 when it was never opened."""
    return Account.objects.filter(key=key).values_list("balance", flat=True).first() or 0


def balances(holder: str) -> dict[str, int]:
    """Return key → balance for everything one holder has."""
    return dict(Account.objects.filter(holder=holder).values_list("key", "balance"))


def book_faults(*, limit: int = 20) -> list[str]:
    """Recompute every balance from the transfers and name what does not agree."""
    moved: dict[int, int] = defaultdict(int)
    for side, sign in (("credit_id", 1), ("debit_id", -1)):
        rows = Transfer.objects.values_list(side).annotate(total=Sum("amount"))
        for account_id, total in rows:
            moved[account_id] += sign * total
    faults = [
        f"ledger: account {key} says {kept}, its transfers say {moved[pk]}"
        for pk, key, kept in Account.objects.filter(keeps_balance=True)
        .values_list("pk", "key", "balance")
        .iterator()
        if kept != moved[pk]
    ]
    mixed = Transfer.objects.exclude(
        Q(unit="minutes", debit__unit="minutes", credit__unit="minutes")
        | Q(unit="points", debit__unit="points", credit__unit="points")
        | Q(unit="fen", debit__unit="fen", credit__unit="fen")
        | Q(unit="pieces", debit__unit="pieces", credit__unit="pieces")
        | Q(unit="meals", debit__unit="meals", credit__unit="meals")
    )
    faults += [f"ledger: transfer {pk} mixes units" for pk in mixed.values_list("pk", flat=True)]
    return (faults + _bad_reversals())[:limit]


def _bad_reversals() -> list[str]:
    pairs = Transfer.objects.exclude(reverses=None).select_related("reverses")
    return [
        f"ledger: transfer {back.pk} is not the opposite of {first.pk}"
        for back in pairs.iterator(chunk_size=2000)
        if (first := back.reverses)
        and (back.debit_id, back.credit_id, back.amount)
        != (first.credit_id, first.debit_id, first.amount)
    ]
