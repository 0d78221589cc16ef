"""Move amounts between accounts; undo a move with another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import BigIntegerField, Case, F, Value, When

from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.kernel.refusals import NotFound, Refusal

# In any unit far more than a city ever moves at once; sums of it still fit into 64 bits.
MOST = 10**13


def open_account(*, key: str, unit: Unit, holder: str, keeps_balance: bool = True) -> Account:
    """Return the account with this key, opening it when it is new.

    :raises ValueError: when the key already names an account of another kind: our mistake.
    """
    kind = {"unit": unit, "holder": holder, "keeps_balance": keeps_balance}
    account, _ = Account.objects.get_or_create(key=key, defaults=kind)
    if any(getattr(account, name) != value for name, value in kind.items()):
        raise ValueError(f"Account {key} exists with another unit, holder or kind.")
    return account


def open_accounts(*, holders: Mapping[str, str], unit: Unit) -> dict[str, Account]:
    """Return the accounts with these keys (key → holder), opening the new ones."""
    found = {account.key: account for account in Account.objects.filter(key__in=holders)}
    new = [
        Account(key=key, unit=unit, holder=holder)
        for key, holder in holders.items()
        if key not in found
    ]
    if new:
        Account.objects.bulk_create(new, ignore_conflicts=True)
        found |= {one.key: one for one in Account.objects.filter(key__in=[a.key for a in new])}
    return found


@dataclass(frozen=True)
class Order:
    """One movement among many that are made together."""

    debit: Account
    credit: Account
    amount: int
    key: str
    source: str


@transaction.atomic
def transfer_many(
    orders: Sequence[Order], *, reason: str, at: datetime, by: models.Model | None
) -> list[Transfer]:
    """Make new movements out of contra accounts, all or none, in a few statements.

    :raises Refusal: when a key was used before, units differ, or an amount is not positive.
    :raises ValueError: when a debit account keeps a balance; use `transfer` for those.
    """
    for order in orders:
        if order.debit.keeps_balance:
            raise ValueError("transfer_many moves out of contra accounts only")
        _check(order.debit, order.credit, order.amount)
    entries = _enter_many(orders, reason=reason, at=at, by=by)
    _change_many([], orders)
    return entries


@transaction.atomic
def collect_many(
    orders: Sequence[Order], *, reason: str, at: datetime, by: models.Model | None
) -> list[Transfer]:
    """Make new movements into contra accounts, all or none, in a few statements.

    :raises Refusal: when a key was used before, an account has too little, units differ, or an
        amount is not positive.
    :raises ValueError: when a credit account keeps a balance; use `transfer` for those.
    """
    for order in orders:
        if order.credit.keeps_balance:
            raise ValueError("collect_many moves into contra accounts only")
        _check(order.debit, order.credit, order.amount)
    entries = _enter_many(orders, reason=reason, at=at, by=by)
    try:
        with transaction.atomic():
            _change_many(orders, [])
    except IntegrityError as below_zero:
        raise Refusal("余额不足，不能扣减。", code="ledger.too_little") from below_zero
    return entries


def _enter_many(
    orders: Sequence[Order], *, reason: str, at: datetime, by: models.Model | None
) -> list[Transfer]:
    entries = [
        Transfer(
            unit=order.debit.unit,
            debit=order.debit,
            credit=order.credit,
            amount=order.amount,
            key=order.key,
            source=order.source,
            reason=reason,
            at=at,
            by_id=by.pk if by else None,
        )
        for order in orders
    ]
    try:
        with transaction.atomic():
            Transfer.objects.bulk_create(entries)  # first: the unique keys decide
    except IntegrityError as clash:
        raise Refusal("这些记录里有已经入账的，请刷新后再试。", code="ledger.key_reused") from clash
    return entries


def _change_many(given: Iterable[Order], got: Iterable[Order]) -> None:
    """Change each account by its sum in the order of the accounts: two batches cannot deadlock."""
    sums: Counter[int] = Counter()
    for order in got:
        if order.credit.keeps_balance:
            sums[order.credit.pk] += order.amount
    for order in given:
        if order.debit.keeps_balance:
            sums[order.debit.pk] -= order.amount
    if not sums:
        return
    same: dict[int, list[int]] = {}
    for pk, amount in sums.items():
        same.setdefault(amount, []).append(pk)
    accounts = Account.objects.filter(pk__in=sorted(sums))
    list(accounts.select_for_update().order_by("pk").values_list("pk"))
    share = Case(
        *(When(pk__in=ids, then=Value(amount)) for amount, ids in same.items()),
        output_field=BigIntegerField(),
    )
    accounts.update(balance=F("balance") + share)


@transaction.atomic
def transfer(  # noqa: PLR0913 -- a movement has that many facts
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

    :raises Refusal: when the debit account has too little, the accounts are one or differ in
        unit, the amount is no sensible one, or the key was used for another movement.
    """
    _check(debit, credit, amount)
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
    except IntegrityError as error:
        return _already(entry, error)
    # In one order for all: two transfers the opposite way never wait for each other.
    steps = [(debit.pk, _take, debit), (credit.pk, _give, credit)]
    for _, step, account in sorted(steps, key=lambda step: step[0]):
        step(account, amount)
    return entry


def _check(debit: Account, credit: Account, amount: int) -> None:
    if debit.unit != credit.unit:
        raise Refusal("两个账户的计量单位不同，不能转账。", code="ledger.unit_mismatch")
    if debit.pk == credit.pk:
        raise Refusal("转出和转入不能是同一个账户。", code="ledger.same_account")
    if amount <= 0:
        raise Refusal("数量必须大于零。", code="ledger.amount_not_positive")
    if amount > MOST:
        raise Refusal("数量过大，请核对后再提交。", code="ledger.amount_too_large")


def _already(entry: Transfer, error: IntegrityError) -> Transfer:
    first = Transfer.objects.filter(key=entry.key).first()
    if first is None:
        if entry.reverses_id and Transfer.objects.filter(reverses_id=entry.reverses_id).exists():
            raise Refusal("这笔记录已经冲正过了。", code="ledger.already_reversed")
        raise error
    same = ("unit", "debit_id", "credit_id", "amount", "source", "reverses_id")
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

    Reversing it again returns the first reversal.
    :raises NotFound: when there is no such transfer.
    :raises Refusal: when it is a reversal itself, or what it brought was spent.
    """
    first = Transfer.objects.select_related("debit", "credit").filter(pk=transfer_id).first()
    if first is None:
        raise NotFound("没有找到这笔记录。")
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
