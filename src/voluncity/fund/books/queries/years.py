"""A year: what moved, beside the budget and the law; its accounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min, QuerySet, Sum
from django.db.models.functions import ExtractYear

from voluncity.city.policy import queries as policy
from voluncity.fund.books import rules
from voluncity.fund.books.models import Budget, BudgetLine, Entry
from voluncity.fund.books.rules import Limits, Ratio, Year
from voluncity.fund.books.states import (
    ACTUALS,
    EFFECT,
    FIGURE_OF,
    INCOME,
    RUNNING,
    BudgetKind,
    BudgetState,
    EntryKind,
)
from voluncity.fund.governance.models import Fund, Purpose

K = EntryKind
Amounts = dict[tuple[str, int | None], int]


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
    purpose_id: int | None
    planned: int
    actual: int

    @property
    def figure(self) -> str:
        """Return under which name the movements of the actual amount are listed."""
        return FIGURE_OF[self.kind]

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
                rows.append(BudgetRow(kind, kind.label, name, purpose_id, plan, really))
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
    purse: str = ""  # as the list of movements asks for it; all of them


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
            purse = str(purpose_id or "free")
            rows.append(StatementRow(name, opening, came, went, opening + came - went, purse))
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
