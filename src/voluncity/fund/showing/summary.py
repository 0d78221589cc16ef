"""The summary of a year, drafted from records: each figure with its list, its count, its digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from voluncity.fund.books import queries as books
from voluncity.fund.books.rules import Ratio
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.states import SHOWN
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.showing import exports, queries
from voluncity.fund.showing.queries import figures, pages
from voluncity.fund.showing.queries.pages import Effect
from voluncity.fund.showing.rules import Articles, Asked, Sheet, Timed, Timing
from voluncity.fund.showing.views.common import sheet_url
from voluncity.kernel.clock import local_date

COUNTED = ("raised", "interest", "applications", "asked", "awarded", "paid", "spent", "costs")
BY_PURPOSE = ("raised", "awarded", "paid", "spent")
SLOW_DAYS = 60  # half of all decisions or payments taking longer is told as a lack


@dataclass(frozen=True)
class Figure:
    """One figure with what proves it: its list in words, its address, its records, its digest."""

    label: str
    key: str
    purpose: str
    fen: int
    count: int
    unit: str
    words: str
    url: str
    digest: str  # SHA-256 of the CSV of the list


@dataclass(frozen=True)
class Told:
    """One funded project in the summary."""

    project: Funding
    asked_fen: int
    paid_fen: int
    spent_fen: int
    words: str
    effect: Effect
    is_closed: bool  # by the end of the year


@dataclass(frozen=True)
class Summary:
    """A year of a fund as its records tell it."""

    fund: Fund
    year: int
    drafted_on: date
    figures: tuple[Figure, ...]
    projects: tuple[Told, ...]
    ratios: tuple[Ratio, ...]
    timings: tuple[tuple[Timing, Timed], ...]
    promotion: tuple[tuple[str, str], ...]
    lacks: tuple[str, ...]
    plans: tuple[str, ...]

    def figure(self, key: str, purpose: str = "") -> Figure:
        """Return one figure, of all purposes or of one."""
        return next(one for one in self.figures if (one.key, one.purpose) == (key, purpose))

    @property
    def effect(self) -> Effect:
        """Return what the projects of the year did."""
        return sum((one.effect for one in self.projects), Effect())

    @property
    def purposes(self) -> list[str]:
        """Return the purposes for which something counts, in their order."""
        found = [one.purpose for one in self.figures if one.purpose]
        return list(dict.fromkeys(found))


def drafted(fund: Fund, year: int, *, today: date) -> Summary:
    """Draft the summary of a year."""
    timings = [(one, one.of(year)) for one in queries.timings(fund, today=today)]
    projects = _projects(fund, year)
    mine = [one.project for one in projects]
    articles = pages.articles(mine, year)
    return Summary(
        fund=fund, year=year, drafted_on=today, figures=tuple(_figures(fund, year)),
        projects=tuple(projects), ratios=tuple(books.ratios(fund, year, on=today)),
        timings=tuple((one, timed) for one, timed in timings if timed.count),
        promotion=tuple(promotion(fund, year, mine, articles)),
        lacks=tuple(_lacks(timings, projects, articles)),
        plans=tuple(_plans(fund, year + 1)),
    )  # fmt: skip


# -- Figures ---------------------------------------------------------------------------------------


def _figures(fund: Fund, year: int) -> list[Figure]:
    sums = figures.sums(fund, COUNTED)
    found = [_figure(fund, figures.SHEETS[key], Asked(year=year), "") for key in COUNTED]
    for purpose_id, name in figures.purposes(fund):
        asked = Asked(year=year, purpose_id=purpose_id, has_no_purpose=purpose_id is None)
        found += [
            _figure(fund, figures.SHEETS[key], asked, name)
            for key in BY_PURPOSE
            if sums[key].for_purpose(purpose_id, year)[1]
        ]
    return found


def _figure(fund: Fund, sheet: Sheet, asked: Asked, purpose: str) -> Figure:
    made = exports.made(sheet, fund, asked, exports.CSV)
    made.content.close()
    part = f"{asked.year} 年" + (f"、资助方向“{purpose}”" if purpose else "")
    return Figure(
        label=sheet.figure + (f"（{purpose}）" if purpose else ""), key=sheet.key, purpose=purpose,
        fen=made.fen, count=made.count, unit=sheet.unit,
        words=f"“{sheet.title}”清单中{part}的全部记录，金额相加。{sheet.what}",
        url=sheet_url(sheet, fund.pk, asked), digest=made.digest,
    )  # fmt: skip


# -- Projects --------------------------------------------------------------------------------------


def _projects(fund: Fund, year: int) -> list[Told]:
    found = list(
        figures.listed(figures.SHEETS["awarded"], fund, Asked(year=year)).order_by(
            "opened_at", "pk"
        )
    )
    keys = [one.pk for one in found]
    done, words = pages.effects(keys), _words(found)
    paid, spent = (_by_award(fund, year, key) for key in ("paid", "spent"))
    return [
        Told(
            project=one, asked_fen=one.decision.submission.asked_fen if one.decision else 0,
            paid_fen=paid.get(one.award, 0), spent_fen=spent.get(one.award, 0),
            words=words.get(one.pk, ""), effect=done.get(one.pk, Effect()),
            is_closed=_was_closed(one, year),
        )
        for one in found
    ]  # fmt: skip


def _was_closed(one: Funding, year: int) -> bool:
    is_closed = one.state == FundingState.CLOSED and one.ended_at is not None
    return is_closed and one.ended_at is not None and local_date(one.ended_at).year <= year


def _by_award(fund: Fund, year: int, key: str) -> dict[str, int]:
    """Return award → fen of a year, by one question."""
    sums: dict[str, int] = {}
    rows = figures.listed(figures.SHEETS[key], fund, Asked(year=year))
    for award, fen in rows.order_by().values_list("award_in", "counted"):
        sums[award] = sums.get(award, 0) + fen
    return sums


def _words(found: list[Funding]) -> dict[int, str]:
    """Return what each project is about: what its last accepted report says, else its plan."""
    said = {
        one.pk: str(one.decision.submission.content.get("answers", {}).get("summary", ""))
        for one in found
        if one.decision
    }
    return said | {pk: words for pk, words in pages.newest_results(found).items() if words}


# -- What is made known, what is lacking, what is planned ------------------------------------------


def promotion(
    fund: Fund, year: int, projects: Sequence[Funding], articles: Articles
) -> list[tuple[str, str]]:
    """Return what is made known of the projects of a year, and of its appeals (0047)."""
    told, of = pages.told([one.pk for one in projects]), len(articles.told_of)
    appeals = Appeal.objects.filter(fund=fund, state__in=SHOWN, from_on__year__lte=year)
    return [
        ("公开的资助项目页面", f"{len(projects)} 个，立项生效当天自动公开"),
        ("有文字进展的项目页面", f"{told.with_words} 个"),
        ("有照片的项目页面", f"{told.with_pictures} 个，共 {told.pictures} 张"),
        (
            "提到这些项目的文章",
            f"{articles.count} 篇，阅读 {articles.reads:,} 次，报道了 {of} 个项目",
        ),
        ("当年进行的募捐", f"{appeals.filter(until_on__year__gte=year).count()} 个"),
    ]


def _lacks(
    timings: list[tuple[Timing, Timed]], projects: list[Told], articles: Articles
) -> list[str]:
    said = []
    for one, timed in timings:
        if one.has_due_day and timed.count > timed.in_time:
            late = timed.count - timed.in_time
            said.append(
                f"应交的 {timed.count} 份报告中有 {late} 份没有按时，最晚 {timed.longest} 天。"
            )
        elif not one.has_due_day and timed.median > SLOW_DAYS:
            said.append(
                f"{one.title}偏慢：一半的事项用了 {timed.median} 天以上，最长 {timed.longest} 天。"
            )
    unpaid = sum(not one.paid_fen for one in projects)
    if unpaid:
        said.append(f"批准的 {len(projects)} 个项目中有 {unpaid} 个当年没有拨付。")
    silent = pages.told([one.project.pk for one in projects])
    if without := len(projects) - silent.with_words:
        said.append(f"有 {without} 个项目的公开页面还没有文字进展，推广不够。")
    if unread := len(projects) - len(articles.told_of):
        said.append(f"有 {unread} 个项目当年没有文章报道，推广不够。")
    return said


def _plans(fund: Fund, year: int) -> list[str]:
    """Return what was resolved for a year: the budget that holds."""
    budget = books.holding(fund, year)
    if budget is None:
        return []
    rows = books.compared(budget, fund, books.of_year(fund, year))
    resolution = f"（{budget.resolution.number}）" if budget.resolution else ""
    head = f"{year} 年度预算已经批准{resolution}，主要安排如下。"
    lines = [(f"{row.label}（{row.purpose}）" if row.purpose else row.label, row) for row in rows]
    return [head] + [
        f"{label}：{exports.yuan(row.planned)} 元" for label, row in lines if row.planned
    ]


def numbers_of(summary: Summary) -> dict[str, Any]:
    """Return the same figures for programs."""
    return {
        "fund": {"id": summary.fund.pk, "name": summary.fund.full_name},
        "year": summary.year,
        "drafted_on": summary.drafted_on.isoformat(),
        "figures": [
            {
                "label": one.label, "list": one.key, "purpose": one.purpose, "fen": one.fen,
                "yuan": exports.yuan(one.fen), "count": one.count, "query": one.words,
                "url": one.url, "sha256": one.digest,
            }
            for one in summary.figures
        ],
        "projects": [
            {
                "number": one.project.number, "title": one.project.title,
                "recipient": one.project.recipient,
                "purpose": one.project.serves.name if one.project.serves else "",
                "asked_fen": one.asked_fen, "awarded_fen": one.project.awarded_fen,
                "paid_fen": one.paid_fen, "spent_fen": one.spent_fen,
                "served": one.effect.served, "volunteer_minutes": one.effect.minutes,
            }
            for one in summary.projects
        ],
        "timings": [
            {"key": one.key, "title": one.title, "count": timed.count, "median_days": timed.median,
             "longest_days": timed.longest,
             **({"in_time": timed.in_time} if one.has_due_day else {})}
            for one, timed in summary.timings
        ],
        "ratios": [{"label": one.label, "value": one.value, "limit": one.limit}
                   for one in summary.ratios],
    }  # fmt: skip
