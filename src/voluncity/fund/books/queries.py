"""Read a fund's purses, its year against budget and law, its movements; prove the books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractYear

from voluncity.city.access.scopes import Scope
from voluncity.city.journal.append_only import missing_guards
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Account, Transfer
from voluncity.city.policy import queries as policy
from voluncity.fund.books import rules
from voluncity.fund.books.models import Budget, BudgetLine, Entry, Posting
from voluncity.fund.books.rules import Limits, Ratio, Year
from voluncity.fund.books.states import (
    ACTUALS,
    INCOME,
    RUNNING,
    BudgetKind,
    BudgetState,
    EntryKind,
    PostingState,
)
from voluncity.fund.governance.models import Fund, Purpose

K = EntryKind
# How each kind changes what a fund has; what is reserved stays its own.
EFFECT = {
    K.GIFT: 1, K.INTEREST: 1, K.RETURN: 1, K.RESERVE: 0, K.RELEASE: 0, K.REFUND: -1,
    K.PAYMENT: -1, K.CHARITY: -1, K.MANAGEMENT: -1, K.BANK_FEE: -1, K.FUNDRAISING: -1,
}  # fmt: skip
Amounts = dict[tuple[str, int | None], int]


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
        if one.ended_at is None or sum(held[one.pk])
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


# -- A year --------------------------------------------------------------------------------------


def moved(fund: Fund, *, since: date | None = None, until: date | None = None) -> Amounts:
    """Return (kind, what it served) → fen between two days, what was undone taken off."""
    found = Entry.objects.filter(fund=fund)
    if since is not None:
        found = found.filter(on__gte=since)
    if until is not None:
        found = found.filter(on__lte=until)
    rows = (
        found.order_by()
        .values_list("kind", "serves")
        .annotate(total=Sum(F("transfer__amount") * F("sign")))
    )
    return {(kind, serves): total for kind, serves, total in rows}


def of_year(fund: Fund, year: int) -> Amounts:
    """Return what moved in a year."""
    return moved(fund, since=date(year, 1, 1), until=date(year, 12, 31))


def actual(amounts: Amounts, kind: str, purposes: Iterable[int | None] | None = None) -> int:
    """Return the actual amount of a budget's kind, for some purposes or for all; fen."""
    return sum(
        sign * fen
        for part, sign in ACTUALS[kind]
        for (moved_kind, serves), fen in amounts.items()
        if moved_kind == part and (purposes is None or serves in purposes)
    )


def summed(amounts: Amounts) -> Year:
    """Return the year as the law looks at it."""
    sums: Counter[str] = Counter()
    for (kind, _), fen in amounts.items():
        sums[kind] += fen
    return Year(
        income=sums[K.GIFT] - sums[K.REFUND] + sums[K.INTEREST],
        charity=sums[K.PAYMENT] - sums[K.RETURN] + sums[K.CHARITY],
        management=sum(sums[kind] for kind in RUNNING),
        fundraising=sums[K.FUNDRAISING],
    )


def ratios(fund: Fund, year: int, *, on: date) -> list[Ratio]:
    """Return a year against the limits of the law; `on` says which numbers of the city hold."""
    first = max(fund.founded_on.year, year - 3)
    before = [summed(of_year(fund, one)) for one in range(year - 1, first - 1, -1)]
    this, limits = summed(of_year(fund, year)), limits_on(min(on, date(year, 12, 31)))
    return [rules.spending_ratio(this, before, limits), rules.management_ratio(this, limits)]


def limits_on(day: date) -> Limits:
    """Return what the law and the city ask on a day."""
    keys = ("fund.spending_percent", "fund.management_percent", "fund.management_exempt_yuan")
    found = policy.numbers(keys, on=day)
    return Limits(found[keys[0]], found[keys[1]], found[keys[2]] * 100)


def years(fund: Fund, *, today: date) -> list[int]:
    """Return the years that a fund can be asked for, this one first."""
    first = Entry.objects.filter(fund=fund).aggregate(first=Min("on"))["first"]
    begin = min(first.year if first else today.year, fund.founded_on.year, today.year)
    planned = Budget.objects.filter(fund=fund, year__gt=today.year).values_list("year", flat=True)
    return sorted({*planned, *range(begin, today.year + 1)}, reverse=True)


# -- Budget --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BudgetRow:
    """One line of a budget beside what really moved; fen."""

    kind: str
    label: str
    purpose: str
    planned: int
    actual: int

    @property
    def left(self) -> int:
        """Return what is planned and has not moved."""
        return self.planned - self.actual

    @property
    def is_over(self) -> bool:
        """Return whether more was spent than planned; more income is no harm."""
        return self.kind not in INCOME and self.actual > self.planned


def holding(fund: Fund, year: int) -> Budget | None:
    """Return the budget that holds for a year."""
    found: Budget | None = (
        Budget.objects.filter(fund=fund, year=year, state=BudgetState.APPROVED)
        .select_related("resolution")
        .first()
    )
    return found


def budgets(fund: Fund, year: int) -> QuerySet[Budget]:
    """Return the versions of a year's budget, the newest first."""
    found: QuerySet[Budget] = Budget.objects.filter(fund=fund, year=year)
    return found.select_related("resolution", "made_by", "approved_by")


def compared(budget: Budget | None, fund: Fund, amounts: Amounts) -> list[BudgetRow]:
    """Return what is planned beside what moved, also what moved without a plan."""
    names = dict(Purpose.objects.filter(fund=fund).values_list("pk", "name"))
    lines = BudgetLine.objects.filter(budget=budget) if budget else []
    planned: Amounts = {(one.kind, one.purpose_id): one.amount_fen for one in lines}
    rows = []
    for kind in BudgetKind:
        served = [None, *names]
        for purpose_id in served:
            plan = planned.get((kind, purpose_id), 0)
            really = actual(amounts, kind, [purpose_id])
            if plan or really:
                name = names.get(purpose_id, "") if purpose_id else ""
                rows.append(BudgetRow(kind, kind.label, name, plan, really))
    return rows


# -- Statement -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatementRow:
    """One purse in a year: what was there, came in, went out, is there; fen."""

    label: str
    opening: int
    income: int
    spent: int
    closing: int


def statement(fund: Fund, year: int) -> list[StatementRow]:
    """Return the accounts of a year purse by purse, the sum last."""
    before = _by_purse(fund, until=date(year - 1, 12, 31))
    during = _by_purse(fund, since=date(year, 1, 1), until=date(year, 12, 31))
    names: list[tuple[int | None, str]] = [(None, "非限定")]
    names += Purpose.objects.filter(fund=fund).values_list("pk", "name")
    rows = []
    for purpose_id, name in names:
        opening = sum(EFFECT[K(kind)] * fen for kind, fen in before[purpose_id].items())
        came, went = _came_and_went(during[purpose_id])
        if opening or came or went or purpose_id is None:
            rows.append(StatementRow(name, opening, came, went, opening + came - went))
    total = [sum(getattr(row, part) for row in rows) for part in
             ("opening", "income", "spent", "closing")]  # fmt: skip
    return [*rows, StatementRow("合计", *total)]


def _came_and_went(amounts: Counter[str]) -> tuple[int, int]:
    """Return income and spending; what was given back or came back counts against its own side."""
    came = amounts[K.GIFT] - amounts[K.REFUND] + amounts[K.INTEREST]
    went = amounts[K.PAYMENT] - amounts[K.RETURN]
    return came, went + sum(amounts[k] for k in (K.CHARITY, *RUNNING, K.FUNDRAISING))


def _by_purse(fund: Fund, **days: date) -> dict[int | None, Counter[str]]:
    found = Entry.objects.filter(fund=fund)
    if "since" in days:
        found = found.filter(on__gte=days["since"])
    found = found.filter(on__lte=days["until"])
    sums: dict[int | None, Counter[str]] = defaultdict(Counter)
    rows = found.order_by().values_list("purpose", "kind")
    for purpose_id, kind, total in rows.annotate(total=Sum(F("transfer__amount") * F("sign"))):
        sums[purpose_id][kind] = total
    return sums


# -- Movements -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """Which movements somebody wants to see."""

    year: int | None = None
    kind: str = ""
    purpose_id: int | None = None
    is_free: bool = False


def entries(fund: Fund, filters: Filters) -> QuerySet[Entry]:
    """Return movements, the newest first."""
    found: QuerySet[Entry] = Entry.objects.filter(fund=fund).select_related(
        "transfer__debit", "transfer__credit", "transfer__by", "purpose", "serves", "resolution"
    )
    if filters.year is not None:
        found = found.filter(on__gte=date(filters.year, 1, 1), on__lte=date(filters.year, 12, 31))
    if filters.kind in EntryKind.values:
        found = found.filter(kind=filters.kind)
    if filters.is_free:
        found = found.filter(purpose=None)
    elif filters.purpose_id is not None:
        found = found.filter(purpose_id=filters.purpose_id)
    return found.order_by("-on", "-pk")


def postings(fund: Fund) -> QuerySet[Posting]:
    """Return what was written by hand, what waits first."""
    found: QuerySet[Posting] = Posting.objects.filter(fund=fund)
    waits = Case(When(state=PostingState.PROPOSED, then=Value(0)), default=Value(1))
    return found.select_related("purpose", "made_by", "checked_by").order_by(waits, "-pk")


def by_year(fund: Fund) -> list[tuple[int, Year]]:
    """Return every year of a fund as the law looks at it, the last one first."""
    rows = (
        Entry.objects.filter(fund=fund)
        .order_by()
        .annotate(year=ExtractYear("on"))
        .values_list("year", "kind")
        .annotate(total=Sum(F("transfer__amount") * F("sign")))
    )
    sums: dict[int, Amounts] = defaultdict(dict)
    for year, kind, total in rows:
        sums[year][kind, None] = total
    return [(year, summed(sums[year])) for year in sorted(sums, reverse=True)]


# -- Proof ---------------------------------------------------------------------------------------


def faults(*, limit: int = 20) -> list[str]:
    """Name what is wrong with the books of funds: `check-books` asks."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for guard in missing_guards("books_entry"):
        yield f"基金账目：数据库缺少保护 {guard}"
    yield from _without_their_other_half()
    yield from _in_wrong_places()
    yield from _wrong_balances()
    yield from _given_back_too_much()
    yield from _wrong_postings()


def _without_their_other_half() -> Iterator[str]:
    of_funds = Q(debit__key__startswith="fen:fund:") | Q(credit__key__startswith="fen:fund:")
    known = Entry.objects.values("transfer_id")
    for pk in Transfer.objects.filter(of_funds).exclude(pk__in=known).values_list("pk", flat=True):
        yield f"基金账目：转账 {pk} 没有说明用途"


def _in_wrong_places() -> Iterator[str]:
    every = Entry.objects.select_related(
        "transfer__debit", "transfer__credit", "fund", "purpose", "serves", "resolution"
    )
    for entry in every.order_by("pk").iterator(chunk_size=1000):
        debit, credit = rules.places(entry.kind, entry.fund, entry.purpose, entry.award)
        wanted = (debit.key, credit.key)[:: entry.sign]
        transfer = entry.transfer
        if (transfer.debit.key, transfer.credit.key) != wanted:
            yield f"基金账目 {entry.pk} 的账户与用途不符"
        parts = (entry.purpose, entry.serves, entry.resolution)
        if any(one is not None and one.fund_id != entry.fund_id for one in parts):
            yield f"基金账目 {entry.pk} 用了另一个基金的资料"


def _wrong_balances() -> Iterator[str]:
    for fund in Fund.objects.order_by("pk"):
        sums: Counter[int | None] = Counter()
        rows = Entry.objects.filter(fund=fund).order_by().values_list("purpose", "kind")
        for purpose, kind, total in rows.annotate(total=Sum(F("transfer__amount") * F("sign"))):
            sums[purpose] += EFFECT[K(kind)] * total
        held: Counter[int | None] = Counter()
        for key, balance in ledger.balances(rules.holder(fund)).items():
            held[rules.read(key)[0]] += balance
        if +sums != +held or any(total < 0 for total in sums.values()):
            yield f"基金 {fund.pk} 的余额与账目合计不符"


def _given_back_too_much() -> Iterator[str]:
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    rows: Any = Entry.objects.filter(kind__in=[K.GIFT, K.REFUND]).order_by()
    for fund, source, kind, total in rows.values_list("fund", "transfer__source", "kind").annotate(
        total=Sum(F("transfer__amount") * F("sign"))
    ):
        sums[fund, source][kind] += total
    for (fund, source), total in sorted(sums.items()):
        if total[K.REFUND] > total[K.GIFT]:
            yield f"基金 {fund}：{source} 退还的比捐赠的多"


def _wrong_postings() -> Iterator[str]:
    booked = Posting.objects.filter(state=PostingState.BOOKED)
    same = Q(entry__transfer__amount=F("amount_fen"), entry__kind=F("kind"))
    same &= Q(entry__fund=F("fund")) & (
        Q(entry__purpose=F("purpose")) | Q(entry__purpose=None, purpose=None)
    )
    for pk in booked.exclude(pk__in=booked.filter(same).values("pk")).values_list("pk", flat=True):
        yield f"基金手工账目 {pk} 与入账的不符"
