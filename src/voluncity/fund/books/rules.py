"""Whose money lies where: the accounts of a fund, and which of them a kind of movement touches."""

from __future__ import annotations

from dataclasses import dataclass

from voluncity.fund.books.states import EntryKind as K
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import words

# More than any special fund ever moves at once; sums of it fit into 64 bits.
MOST_YUAN = 999_999_999
MOST_FEN = MOST_YUAN * 100
REASON_MOST, POSTING_MOST, REMARK_MOST = 200, 120, 300
LAST_YEAR = 2099


@dataclass(frozen=True)
class Place:
    """One account of a fund: its key, who holds it, and whether it keeps a balance."""

    key: str
    holder: str
    keeps_balance: bool = True


def _of(purpose: Purpose | None) -> str:
    return f"purpose:{purpose.pk}" if purpose else "free"


def purse(fund: Fund, purpose: Purpose | None) -> Place:
    """Return where money lies that may serve anything, or one purpose only."""
    return Place(f"fen:fund:{fund.pk}:{_of(purpose)}", holder(fund))


def award_purse(fund: Fund, award: str, purpose: Purpose | None) -> Place:
    """Return where money lies that is reserved for an awarded project."""
    return Place(f"fen:fund:{fund.pk}:award:{award}:{_of(purpose)}", holder(fund))


def paid(fund: Fund, award: str, purpose: Purpose | None) -> Place:
    """Return how much a project got, so that no more can come back than went out."""
    return Place(f"fen:fund:{fund.pk}:paid:{award}:{_of(purpose)}", f"paid:fund:{fund.pk}")


def outside(fund: Fund, what: str) -> Place:
    """Return a contra account: donors, the bank, those who are paid for costs."""
    return Place(f"fen:fund:{fund.pk}:out:{what}", f"out:fund:{fund.pk}", keeps_balance=False)


def holder(fund: Fund) -> str:
    """Return who holds everything that a fund has, as the ledger knows it."""
    return f"fund:{fund.pk}"


def read(key: str) -> tuple[int | None, bool]:
    """Return what an account of a fund is bound to (a purpose's id or nothing), and to an award."""
    parts = key.split(":")
    purpose = None if parts[-1] == "free" else int(parts[-1])
    return purpose, parts[3] == "award"


def places(kind: str, fund: Fund, purpose: Purpose | None, award: str) -> tuple[Place, Place]:
    """Return from which account to which one a movement of a kind goes."""
    own, reserved = purse(fund, purpose), award_purse(fund, award, purpose)
    donors, out = outside(fund, "donors"), paid(fund, award, purpose)
    ways = {
        K.GIFT: (donors, own),
        K.REFUND: (own, donors),
        K.INTEREST: (outside(fund, "interest"), own),
        K.RESERVE: (own, reserved),
        K.RELEASE: (reserved, own),
        K.PAYMENT: (reserved, out),
        K.RETURN: (out, reserved),
    }
    return ways.get(K(kind), (own, outside(fund, f"cost:{kind}")))


def refuse_other_use(purpose: Purpose | None, serves: Purpose | None) -> None:
    """Let restricted money serve its own purpose only (慈善法第五十六条).

    :raises Refusal: when it would serve another one.
    """
    if purpose is not None and (serves is None or serves.pk != purpose.pk):
        raise Refusal(
            f"“{purpose.name}”是限定用途的捐赠，不能用于别的方向。", code="books.restricted",
            field="purpose",
        )  # fmt: skip


TOO_LITTLE = {
    K.REFUND: "可用资金不足，不能退还 {amount}。请先核对这笔捐赠是否已经用于项目。",
    K.RESERVE: "可用资金不足，不能预留 {amount}。请减少金额，或换一个资金来源。",
    K.RELEASE: "这个项目的预留资金不足 {amount}，不能退回。请核对拨付情况。",
    K.PAYMENT: "这个项目的预留资金不足 {amount}，不能拨付。拨付不能超过立项金额。",
    K.RETURN: "这个项目拨付的资金不足 {amount}，不能退回这么多。请核对金额。",
}


def too_little(kind: str, purpose: Purpose | None, amount_fen: int) -> Refusal:
    """Return why money cannot move: there is not so much of it."""
    whose = f"“{purpose.name}”" if purpose else "非限定"
    said = TOO_LITTLE.get(K(kind), "可用资金不足，不能支出 {amount}。请核对金额。")
    return Refusal(
        f"{whose}资金：{said.format(amount=yuan_text(amount_fen))}",
        code="books.too_little", field="amount",
    )  # fmt: skip


def amount(fen: int) -> int:
    """Return a sum in fen that may move.

    :raises BadInput: when it is no whole number, nothing, or more than a fund ever moves.
    """
    if not isinstance(fen, int) or isinstance(fen, bool) or not 0 < fen <= MOST_FEN:
        raise BadInput("金额应大于 0、不超过 10 亿元，请核对。", field="amount")
    return fen


def reason(value: str) -> str:
    """Return why money moves, as it is stored.

    :raises BadInput: when it is empty, too long, or holds emoji.
    """
    return words(value, "reason", "事由", REASON_MOST)


def year(value: int, *, founded: int) -> int:
    """Return a year for which a fund can plan.

    :raises BadInput: when it lies before the fund or too far away.
    """
    if not founded <= value <= LAST_YEAR:
        raise BadInput("请选择基金设立以后的年度。", field="year")
    return value


# -- Limits of the law -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """What the law asks of a year, as the city has it: percents, and a sum that is exempt."""

    spending_percent: int
    management_percent: int
    exempt_fen: int


@dataclass(frozen=True)
class Year:
    """What came in and went out in a year, in fen."""

    income: int
    charity: int
    management: int
    fundraising: int

    @property
    def spent(self) -> int:
        """Return everything that was spent."""
        return self.charity + self.management + self.fundraising


@dataclass(frozen=True)
class Ratio:
    """One number against its limit; `tone` is how the page shows it."""

    label: str
    value: str
    limit: str
    tone: str
    why: str


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal, cut off: nobody reaches a limit by rounding."""
    tenths = abs(part) * 1000 // whole
    return f"{'-' if part < 0 < tenths else ''}{tenths // 10}.{tenths % 10}%"


def management_ratio(this: Year, limits: Limits) -> Ratio:
    """Return running costs against everything spent in the year (慈善法第六十一条)."""
    limit = f"不超过 {limits.management_percent}%"
    if this.spent <= 0:  # also where more was undone than spent
        return Ratio("管理费用比例", "—", limit, "info", "本年度还没有支出。")
    value = percent(this.management, this.spent)
    if this.management * 100 <= this.spent * limits.management_percent:
        return Ratio("管理费用比例", value, limit, "good", "在限额以内。")
    if this.management < limits.exempt_fen:
        why = f"超过比例，但金额低于 {yuan_text(limits.exempt_fen)}，不受比例限制。"
        return Ratio("管理费用比例", value, limit, "warn", why)
    over = this.management - this.spent * limits.management_percent // 100
    return Ratio("管理费用比例", value, limit, "bad", f"超出 {yuan_text(over)}，请控制支出。")


def spending_ratio(this: Year, before: list[Year], limits: Limits) -> Ratio:
    """Return charitable spending against the income of the year before, or the mean of three.

    Either is enough (慈善法第六十一条). `before` are the years before, the last one first.
    """
    limit = f"不低于 {limits.spending_percent}%"
    label = "公益支出比例"
    last = before[0].income if before else 0
    mean = sum(one.income for one in before) // len(before) if before else 0
    bases = [base for base in (last, mean) if base > 0]
    if not bases:
        return Ratio(label, "—", limit, "info", "以前年度没有收入，不计算。")
    base = min(bases)
    value, needed = percent(this.charity, base), -(-base * limits.spending_percent // 100)
    basis = "上年收入" if base == last else "前几年收入平均数"
    if this.charity >= needed:
        return Ratio(label, value, limit, "good", f"按{basis} {yuan_text(base)} 计算，已达到。")
    short = yuan_text(needed - this.charity)
    return Ratio(label, value, limit, "warn", f"按{basis} {yuan_text(base)} 计算，还差 {short}。")
