"""What lies where: a fund's purses, and those of its projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Account
from voluncity.fund.books import rules
from voluncity.fund.books.states import PostingState
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.kernel.money import yuan_text


@dataclass(frozen=True)
class Purse:
    """What lies in one purse: free to be awarded, and reserved for projects; fen."""

    label: str
    purpose_id: int | None
    available: int
    reserved: int

    @property
    def total(self) -> int:
        """Return everything that is there."""
        return self.available + self.reserved


def purses(fund: Fund) -> list[Purse]:
    """Return what a fund has, free money first, then purpose by purpose."""
    held: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
    for key, balance in ledger.balances(rules.holder(fund)).items():
        purpose, is_reserved = rules.read(key)
        held[purpose][int(is_reserved)] += balance
    rows = [Purse("非限定", None, *held[None])]
    rows += [
        Purse(one.name, one.pk, *held[one.pk])
        for one in Purpose.objects.filter(fund=fund)
        if one.ended_at is None or any(held[one.pk])
    ]
    return rows


def available(fund: Fund, purpose: Purpose | None) -> int:
    """Return how much may be awarded or spent out of one purse, in fen."""
    return ledger.balance(rules.purse(fund, purpose).key)


def reserved(fund: Fund, award: str, purpose: Purpose | None) -> int:
    """Return how much lies ready for an awarded project, in fen."""
    return ledger.balance(rules.award_purse(fund, award, purpose).key)


def paid(fund: Fund, award: str, purpose: Purpose | None) -> int:
    """Return how much an awarded project got and has not returned, in fen."""
    return ledger.balance(rules.paid(fund, award, purpose).key)


def funds(scope: Scope) -> QuerySet[Fund]:
    """Return the funds within reach, with how many postings wait."""
    found: QuerySet[Fund] = Fund.objects.in_scope(scope)
    waiting = Count("postings", filter=Q(postings__state=PostingState.PROPOSED))
    return (
        found.select_related("region")
        .annotate(waiting=waiting)
        .order_by(F("ended_on").asc(nulls_first=True), "founded_on", "pk")
    )


def totals(listed: Sequence[Fund]) -> dict[int, tuple[int, int]]:
    """Return fund → (free to be awarded, reserved) in fen, by one question for all."""
    holders = {rules.holder(fund): fund.pk for fund in listed}
    held: dict[int, list[int]] = {fund.pk: [0, 0] for fund in listed}
    rows = Account.objects.filter(holder__in=holders, keeps_balance=True)
    for holder, key, balance in rows.values_list("holder", "key", "balance"):
        held[holders[holder]][int(rules.read(key)[1])] += balance
    return {pk: (free, kept) for pk, (free, kept) in held.items()}


def work_of_fund(*, fund: Fund, at: datetime) -> list[str]:
    """Say what money is left, and what waits to be booked, before a fund ends."""
    del at
    left = sum(one.total for one in purses(fund))
    waiting = fund.postings.filter(state=PostingState.PROPOSED).count()
    found = [f"账上还有 {yuan_text(left)}，请先按决议处理剩余财产"] if left else []
    return found + ([f"{waiting} 笔收支没有复核"] if waiting else [])
