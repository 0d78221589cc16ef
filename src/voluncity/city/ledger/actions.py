"""Move amounts between accounts; undo a move with another one."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import F

from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.kernel.refusals import Refusal


def open_account(*, key: str, unit: Unit, holder: str, keeps_balance: bool = True) -> Account:
    """Return the account with this key, opening it when it is new."""
    account, _ = Account.objects.get_or_create(
        key=key, defaults={"unit": unit, "holder": holder, "keeps_balance": keeps_balance}
    )
    return account


@transaction.atomic
def transfer(
    *,
    debit: Account,
    credit: Account,
    amount: int,
    key: str,
    source: str,
    reason: str,
    at: datetime,
    by: models.Model | None,
    reverses: Transfer | None = None,
) -> Transfer:
    """Move `amount` once; the same key again returns the first transfer.

    :raises Refusal: when the debit account has too little, the accounts differ in unit, or the
        key was used for another movement.
    """
    if debit.unit != credit.unit:
        raise Refusal("两个账户的计量单位不同，不能转账。", code="ledger.unit_mismatch")
    if amount <= 0:
        raise Refusal("数量必须大于零。", code="ledger.amount_not_positive")
    entry = Transfer(
        unit=debit.unit,
        debit=debit,
        credit=credit,
        amount=amount,
        key=key,
        source=source,
        reason=reason,
        at=at,
        by_id=by.pk if by else None,
        reverses=reverses,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)  # first: the unique key decides who moves the balance
    except IntegrityError:
        return _already(entry)
    _take(debit, amount)
    _give(credit, amount)
    return entry


def _already(entry: Transfer) -> Transfer:
    first = Transfer.objects.filter(key=entry.key).first()
    if first is None:
        raise Refusal("这笔记录已经冲正过了。", code="ledger.already_reversed")
    same = ("unit", "debit_id", "credit_id", "amount", "reverses_id")
    if any(getattr(first, name) != getattr(entry, name) for name in same):
        raise Refusal("同一编号已用于另一笔记录。", code="ledger.key_reused")
    return first


def _take(account: Account, amount: int) -> None:
    if not account.keeps_balance:
        return
    taken = Account.objects.filter(pk=account.pk, balance__gte=amount).update(
        balance=F("balance") - amount
    )
    if not taken:
        raise Refusal("余额不足，不能扣减。", code="ledger.too_little")


def _give(account: Account, amount: int) -> None:
    if account.keeps_balance:
        Account.objects.filter(pk=account.pk).update(balance=F("balance") + amount)


def reverse(*, transfer_id: int, reason: str, at: datetime, by: models.Model | None) -> Transfer:
    """Undo a transfer by the opposite one; the wrong one stays in the books.

    :raises Refusal: when it was reversed already, is a reversal itself, or what it brought was spent.
    """
    first = Transfer.objects.select_related("debit", "credit").get(pk=transfer_id)
    if first.reverses_id:
        raise Refusal("冲正记录本身不能再冲正。", code="ledger.is_reversal")
    return transfer(
        debit=first.credit,
        credit=first.debit,
        amount=first.amount,
        key=f"reverse:{first.pk}",
        source=first.source,
        reason=reason,
        at=at,
        by=by,
        reverses=first,
    )
