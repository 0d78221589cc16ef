"""Which terms an offer may have, and what follows from them for one voucher."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from voluncity.honor.rewards.states import LimitPeriod
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

TITLE_MOST, TEXT_MOST, TERMS_MOST, HAND_OVER_MOST = 30, 600, 500, 60
POINTS_MOST, STARS_MOST, STOCK_MOST, YUAN_MOST = 1_000_000, 5, 1_000_000, 100_000
USE_DAYS_MOST, PER_PERSON_MOST, LONGEST_DAYS = 366, 100, 3 * 366
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class Terms:
    """What a merchant gives, to whom, how often and how long; `settlement_fen` is for a piece."""

    kind_id: str
    title: str
    hand_over: str
    points: int
    stars: int
    offered_from: date
    offered_until: date
    use_until: date
    use_days: int
    shop_ids: tuple[int, ...]
    text: str = ""
    terms: str = ""
    stock: int | None = None
    stock_day: int | None = None
    per_person: int = 1
    limit_period: str = LimitPeriod.ONCE
    settlement_fen: int = 0
    returns_points: bool = True


def checked(terms: Terms) -> Terms:
    """Return terms as they are stored.

    :raises BadInput: at the field that is wrong.
    """
    _check_numbers(terms)
    _check_days(terms)
    if terms.limit_period not in LimitPeriod.values:
        raise BadInput("请选择限兑周期。", field="limit_period")
    if not terms.shop_ids:
        raise BadInput("请至少选择一家适用门店。", field="shops")
    return replace(
        terms,
        title=words(terms.title, "title", "名称", TITLE_MOST),
        hand_over=words(terms.hand_over, "hand_over", "店员要交付什么", HAND_OVER_MOST),
        text=words(terms.text, "text", "介绍", TEXT_MOST, wanted=False, long=True),
        terms=words(terms.terms, "terms", "使用须知", TERMS_MOST, wanted=False, long=True),
    )


def _check_numbers(terms: Terms) -> None:
    bounds = (
        ("points", "所需积分", terms.points, 0, POINTS_MOST),
        ("stars", "所需星级", terms.stars, 0, STARS_MOST),
        ("stock", "总量", terms.stock, 1, STOCK_MOST),
        ("stock_day", "每天限量", terms.stock_day, 1, STOCK_MOST),
        ("per_person", "每人限兑", terms.per_person, 1, PER_PERSON_MOST),
        ("use_days", "兑换后几天内使用", terms.use_days, 1, USE_DAYS_MOST),
        ("settlement", "结算价", terms.settlement_fen, 0, YUAN_MOST * 100),
    )
    for field, label, value, least, most in bounds:
        if value is not None and not least <= value <= most:
            raise BadInput(f"{label}应为 {least} 到 {most:,} 之间的整数，请修改。", field=field)
    if terms.points == 0 and terms.stars == 0:
        raise BadInput("不收积分的项目，请至少要求一星。", field="stars")
    if terms.stock and terms.stock_day and terms.stock_day > terms.stock:
        raise BadInput("每天限量不能多于总量，请修改。", field="stock_day")


def _check_days(terms: Terms) -> None:
    if terms.offered_until < terms.offered_from:
        raise BadInput("兑换截止日期不能早于开始日期，请修改。", field="offered_until")
    if terms.use_until < terms.offered_until:
        raise BadInput("最晚使用日期不能早于兑换截止日期，请修改。", field="use_until")
    if (terms.use_until - terms.offered_from).days > LONGEST_DAYS:
        raise BadInput("时间太长，最多三年，请修改。", field="use_until")


def period_of(limit_period: str, day: date) -> str:
    """Return the name of the period in which a day lies: "2026", "2026Q4", "2026-11", or "all"."""
    quarter = (day.month - 1) // _MONTHS_OF_A_QUARTER + 1
    names = {
        LimitPeriod.YEAR: f"{day.year}",
        LimitPeriod.QUARTER: f"{day.year}Q{quarter}",
        LimitPeriod.MONTH: f"{day:%Y-%m}",
    }
    return names.get(LimitPeriod(limit_period), "all")


def ends(
    *, taken_on: date, use_days: int, use_until: date, give_back_days: int
) -> tuple[date, date]:
    """Return the last day on which a voucher is used, and the last on which it is given back.

    One day of use is the day on which it was taken.
    """
    last = min(taken_on + timedelta(days=use_days - 1), use_until)
    return last, min(taken_on + timedelta(days=give_back_days), last)


def limit_text(per_person: int, limit_period: str) -> str:
    """Return how often a person may take it: 每人每月 1 份."""
    label = "" if limit_period == LimitPeriod.ONCE else LimitPeriod(limit_period).label
    return f"每人{label}限 {per_person} 份"


def price_text(points: int, stars: int) -> str:
    """Return what it costs: 200 积分 · 三星以上."""
    parts = [f"{points:,} 积分"] if points else ["免积分"]
    if stars:
        parts.append(f"{'一二三四五'[stars - 1]}星以上" if stars < STARS_MOST else "五星")
    return " · ".join(parts)


def settlement_text(fen: int) -> str:
    """Return who pays for a piece: 每份结算 30 元, or the merchant gives it."""
    return f"每份结算 {yuan_text(fen)}" if fen else "商家承担，不结算"
