"""Hold accounts, bring points in as portions, take them out of the portions that expire first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import F
from django.db.models.functions import Greatest

from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.honor.points.models import Debt, Lot, Movement, Use
from voluncity.honor.points.rules import AMOUNT_MOST, CONTRA, ISSUED, POOL, account_key, holder_key
from voluncity.honor.points.states import Kind, Origin
from voluncity.kernel.refusals import BadInput, Refusal

TOO_LITTLE = "积分不够，请查看“我的积分”里的余额。"


def city_account(key: str) -> Account:
    """Return one of the city's own accounts: contra accounts, and the pool."""
    keeps = key not in CONTRA
    return ledger.open_account(key=key, unit=Unit.POINTS, holder="city", keeps_balance=keeps)


def account_of(volunteer_id: int | None) -> Account:
    """Return a volunteer's account, or the pool's."""
    if volunteer_id is None:
        return city_account(POOL)
    return ledger.open_account(
        key=account_key(volunteer_id), unit=Unit.POINTS, holder=holder_key(volunteer_id)
    )


def hold(volunteer_ids: Collection[int]) -> dict[int, Account]:
    """Return volunteer → account, which nobody changes until this transaction ends.

    In the order of the accounts, so that two who hold many never wait for each other.
    """
    keys = {account_key(pk): pk for pk in volunteer_ids}
    opened = ledger.open_accounts(
        holders={key: holder_key(pk) for key, pk in keys.items()}, unit=Unit.POINTS
    )
    rows = Account.objects.filter(pk__in=[one.pk for one in opened.values()]).order_by("pk")
    if len(keys) == 1:
        rows.order_by().update(balance=F("balance"))  # SQLite takes its lock here, too
    else:
        list(rows.select_for_update().values_list("pk"))
    return {keys[one.key]: one for one in Account.objects.filter(pk__in=rows.values("pk"))}


@dataclass(frozen=True)
class Fact:
    """Why points move, by whom and when."""

    key: str
    source: str
    reason: str
    by: models.Model | None
    at: datetime


class Taken(NamedTuple):
    """A movement, and whether this call made it."""

    movement: Movement
    is_new: bool


def check_amount(amount: int, *, field: str = "amount") -> None:
    """Check that an amount is one that somebody can mean.

    :raises BadInput: when it is not.
    """
    if not 1 <= amount <= AMOUNT_MOST:
        raise BadInput(f"积分应为 1 到 {AMOUNT_MOST} 的整数，请修改。", field=field)


def take(
    *,
    volunteer_id: int | None,
    amount: int,
    to: Account,
    kind: Kind,
    fact: Fact,
    debt: Debt | None = None,
    first: Collection[int] = (),
) -> Taken:
    """Take points out of the portions that expire first (`first` before all); once for each key.

    :raises Refusal: when there are too few, or the key was used for something else.
    """
    transfer = _transfer(account_of(volunteer_id), to, amount, fact)
    if done := Movement.objects.filter(transfer=transfer).first():
        return Taken(done, is_new=False)
    movement = Movement.objects.create(
        volunteer_id=volunteer_id,
        kind=kind,
        amount=amount,
        key=fact.key,
        transfer=transfer,
        source=fact.source,
        reason=fact.reason,
        debt=debt,
        at=fact.at,
        by_id=fact.by.pk if fact.by else None,
    )
    # The transfer has touched the account: until the end of the transaction nobody else is here.
    parts = draw(volunteer_id, amount, first=first)
    Use.objects.bulk_create(Use(movement=movement, lot_id=lot, amount=n) for lot, n in parts)
    return Taken(movement, is_new=True)


def _transfer(debit: Account, credit: Account, amount: int, fact: Fact) -> Transfer:
    try:
        return ledger.transfer(
            debit=debit, credit=credit, amount=amount, key=f"points:{fact.key}",
            source=fact.source, reason=fact.reason, at=fact.at, by=fact.by,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code == "ledger.too_little":
            raise Refusal(TOO_LITTLE, code="points.too_little") from refusal
        raise


def bring(
    *,
    volunteer_id: int | None,
    amount: int,
    out_of: Account,
    origin: Origin,
    expires_on: date | None,
    fact: Fact,
) -> Lot:
    """Bring points to somebody, or to the pool, as one new portion; debts are paid first."""
    transfer = _transfer(out_of, account_of(volunteer_id), amount, fact)
    done: Lot | None = Lot.objects.filter(transfer=transfer).first()
    if done is not None:
        return done
    lot = Lot.objects.create(
        volunteer_id=volunteer_id,
        origin=origin,
        source=fact.source,
        transfer=transfer,
        amount=amount,
        left=amount,
        got_at=fact.at,
        expires_on=expires_on,
    )
    if volunteer_id is not None:
        pay_debts([volunteer_id], by=fact.by, at=fact.at)
    return lot


def draw(
    volunteer_id: int | None, amount: int, *, first: Collection[int] = ()
) -> list[tuple[int, int]]:
    """Lower the portions by an amount, the soonest to expire first; return (portion, amount).

    :raises ValueError: when they hold less than the account: the books are broken.
    """
    held = Lot.objects.filter(volunteer=volunteer_id, left__gt=0)
    rows = list(held.order_by(F("expires_on").asc(nulls_last=True), "pk").values_list("pk", "left"))
    rows.sort(key=lambda row: row[0] not in first)  # stable: the order stays within both
    parts: list[tuple[int, int]] = []
    for pk, left in rows:
        if amount == 0:
            break
        parts.append((pk, min(left, amount)))
        amount -= parts[-1][1]
    if amount:
        raise ValueError(f"lots of volunteer {volunteer_id} hold {amount} less than the account")
    change_left([(pk, -n) for pk, n in parts])
    return parts


def change_left(parts: Sequence[tuple[int, int]]) -> None:
    """Add (portion, amount) to what is left of them."""
    same: dict[int, list[int]] = {}
    for pk, amount in parts:
        same.setdefault(amount, []).append(pk)
    for amount, ids in same.items():
        Lot.objects.filter(pk__in=ids).update(left=F("left") + amount)


def pay_debts(volunteer_ids: Collection[int], *, by: models.Model | None, at: datetime) -> None:
    """Let what people hold pay what they owe, the oldest debt first."""
    owed = Debt.objects.filter(volunteer__in=volunteer_ids, left__gt=0).order_by("pk")
    for debt in list(owed):
        held = Account.objects.get(key=account_key(debt.volunteer_id)).balance
        if paid := min(held, debt.left):
            _pay(debt, paid, by=by, at=at)


def _pay(debt: Debt, paid: int, *, by: models.Model | None, at: datetime) -> None:
    number = debt.payments.count() + 1
    fact = Fact(f"debt:{debt.pk}:{number}", debt.source, "抵扣欠分", by, at)
    take(
        volunteer_id=debt.volunteer_id, amount=paid, to=city_account(ISSUED),
        kind=Kind.REPAID, fact=fact, debt=debt,
    )  # fmt: skip
    Debt.objects.filter(pk=debt.pk).update(left=Greatest(F("left") - paid, 0))
