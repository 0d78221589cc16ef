"""What everybody sees of a fund: every figure, every list behind it, every funded project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_safe

from voluncity.city.access.marks import public
from voluncity.city.files import queries as files
from voluncity.fund.governance.models import Fund
from voluncity.fund.governance.queries import public_funds
from voluncity.fund.showing import exports, queries
from voluncity.fund.showing.queries import figures, pages
from voluncity.fund.showing.rules import NONE, Asked, Row, Sheet, Sums, year_in
from voluncity.fund.showing.views.common import asked_in, fund_of, sheet_url
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.web.answers import hand_over
from voluncity.web.charts import bars_of

ON_A_PAGE, PROJECTS_SHOWN = 30, 6
# The first figures of the page, and those that only make sense of all years.
FIRST = ("raised", "awarded", "paid", "spent")
STANDING = ("reserved", "balance")
CELLS = ("applications", "asked", "interest", "costs")
ICONS = {
    "raised": "hand-heart", "interest": "landmark", "applications": "inbox", "asked": "file-pen",
    "awarded": "stamp", "paid": "banknote", "spent": "receipt", "costs": "briefcase",
    "reserved": "clock", "balance": "wallet",
}  # fmt: skip


@public
@require_GET
def fund_list(request: HttpRequest) -> HttpResponse:
    """Lead to the fund, or list them where there are several."""
    page = Paginator(public_funds(), ON_A_PAGE).get_page(request.GET.get("page"))
    if page.paginator.count == 1:
        return redirect("showing:fund", page.object_list[0].pk)
    return render(request, "showing/list.html", {"page": page})


@public
@require_GET
def fund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a fund raised, awarded and paid, by year and purpose; each figure opens."""
    found = fund_of(pk)
    sums, today = figures.sums(found), local_date(now())
    years = sorted({year for one in sums.values() for year in one.years}, reverse=True)
    year = year_in(request.GET.get("year"))
    asked = Asked(year=year)
    newest = figures.listed(figures.SHEETS["awarded"], found, asked)[:PROJECTS_SHOWN]
    timings = queries.timings(found, today=today)
    context = {
        "fund": found,
        "year": year,
        "years": years,
        "stats": [_figure(found, key, sums, asked) for key in _first(year)],
        "cells": [one for key in CELLS if (one := _figure(found, key, sums, asked))["count"]],
        "purposes": _by_purpose(found, sums, year),
        "by_year": _by_year(found, sums, years) if year is None and len(years) > 1 else [],
        "projects": _cards(list(newest)),
        "all_projects": sheet_url("awarded", found.pk, asked),
        "timings": [(one, one.of(year)) for one in timings if one.of(year).count],
        "effect": pages.effects_of(found) if year is None else None,
    }
    return render(request, "showing/fund.html", context)


def _first(year: int | None) -> tuple[str, ...]:
    return FIRST if year is not None else (*FIRST, *STANDING)


def _figure(fund: Fund, key: str, sums: Mapping[str, Sums], asked: Asked) -> dict[str, Any]:
    """Return one figure with the address of its list."""
    sheet = figures.SHEETS[key]
    fen, count = sums[key].total(asked.year)
    return {
        "key": key, "label": sheet.figure, "fen": fen, "count": count, "unit": sheet.unit,
        "icon": ICONS[key], "url": sheet_url(sheet, fund.pk, asked),
    }  # fmt: skip


def _by_purpose(fund: Fund, sums: Mapping[str, Sums], year: int | None) -> list[dict[str, Any]]:
    """Return for each list its bars by purpose; every bar opens its part of the list."""
    return [
        {"title": figures.SHEETS[key].figure, "rows": rows}
        for key in FIRST
        if len(rows := _purpose_bars(fund, key, sums[key], year)) > 1
    ]


def _purpose_bars(fund: Fund, key: str, sums: Sums, year: int | None) -> list[dict[str, Any]]:
    parts = []
    for purpose_id, name in figures.purposes(fund):
        fen, count = sums.for_purpose(purpose_id, year)
        if count:
            asked = Asked(year=year, purpose_id=purpose_id, has_no_purpose=purpose_id is None)
            parts.append((name, fen, sheet_url(key, fund.pk, asked)))
    return _bars(parts)


def _by_year(fund: Fund, sums: Mapping[str, Sums], years: list[int]) -> list[dict[str, Any]]:
    shown = []
    for key in ("raised", "paid"):
        parts = [
            (f"{year} 年", sums[key].total(year)[0], sheet_url(key, fund.pk, Asked(year=year)))
            for year in years
            if sums[key].total(year)[1]
        ]
        shown.append({"title": figures.SHEETS[key].figure, "rows": _bars(parts)})
    return [one for one in shown if len(one["rows"]) > 1]


def _bars(parts: list[tuple[str, int, str]]) -> list[dict[str, Any]]:
    scaled = bars_of([{"label": name, "value": fen} for name, fen, _ in parts])
    return [
        {"label": bar.label, "percent": bar.percent, "fen": fen, "url": url}
        for bar, (_, fen, url) in zip(scaled, parts, strict=True)
    ]


def _cards(found: list[Any]) -> list[dict[str, Any]]:
    """Return projects as cards: what was awarded, and how much of it was paid."""
    paid = queries.paid_of([one.award for one in found])
    return [{"project": one, "paid": paid.get(one.award, 0)} for one in found]


# -- Lists -----------------------------------------------------------------------------------------


@public
@require_GET
def sheet(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show the records behind a figure; together they are the figure."""
    one, found = figures.sheet(key), fund_of(pk)
    asked = asked_in(request.GET, found, one)
    fen, count = figures.total(one, found, asked)
    page = Paginator(figures.listed(one, found, asked), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "fund": found,
        "sheet": one,
        "asked": asked,
        "fen": fen,
        "count": count,
        "page": page,
        "rows": [_line(one, row) for row in one.rows(list(page))],
        "purposes": figures.purposes(found),
        "years": sorted(figures.sums(found, [key])[key].years, reverse=True),
        "none": NONE,
        "files": [(name.upper(), sheet_url(one, found.pk, asked, name)) for name in exports.TYPES],
        "back": sheet_back(found, asked),
    }
    return render(request, "showing/sheet.html", context)


def sheet_back(found: Fund, asked: Asked) -> str:
    """Return where a list was most likely opened: the project, or the fund in its year."""
    if asked.number:
        return f"/fund/showing/projects/{asked.number}/"
    year = f"?year={asked.year}" if asked.year else ""
    return f"/fund/showing/{found.pk}/{year}"


_TITLES = ("what", "giver", "title")  # the words by which a record is known, the first that it has
_SMALL = ("on", "kind", "recipient", "line", "appeal", "call", "purpose", "outcome", "stage",
          "project", "id")  # fmt: skip
_PLAIN = ("捐赠收入", "项目拨付", "公益项目")  # what is usual in its list is not said on the page


def _line(sheet: Sheet, row: Row) -> dict[str, Any]:
    """Return a record as a line: its words, what else is said, its sum, its own page."""
    values = row.values
    keys = {column.key for column in sheet.columns}
    title = next((str(values[key]) for key in _TITLES if key in keys and values[key]), "")
    labels = {column.key: column.label for column in sheet.columns}
    said = [
        f"{labels[key]} {values[key]}" if key == "id" else str(values[key])
        for key in _SMALL
        if key in keys and values[key] and str(values[key]) != title and values[key] not in _PLAIN
    ]
    if not title and said:
        title = str(values.get("kind", said[0]))
        said = [one for one in said if one != title]
    return {"title": title, "said": said, "fen": values["fen"], "url": row.url}


@public
@require_GET
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain the open data: every list, every field, how to fetch it."""
    found = fund_of(pk)
    shown = [
        (one, exports.columns_of(one, exports.CSV), sheet_url(one, found.pk),
         [(name.upper(), sheet_url(one, found.pk, None, name)) for name in exports.TYPES])
        for one in figures.SHEETS.values()
    ]  # fmt: skip
    return render(request, "showing/about.html", {"fund": found, "sheets": shown})


# -- One project -----------------------------------------------------------------------------------


@public
@require_GET
def project(request: HttpRequest, number: str) -> HttpResponse:
    """Show one funded project: its money, milestones, payments, reports, how it ended."""
    found, today = pages.public_project(number), local_date(now())
    asked = Asked(award=found.award, number=found.number)
    money = pages.money(found)
    submission = found.decision.submission if found.decision else None
    context = {
        "project": found,
        "fund": found.fund,
        "asked_fen": submission.asked_fen if submission else None,
        "paid": money["paid"],
        "spent": money["spent"],
        "urls": {key: sheet_url(key, found.fund_id, asked) for key in money},
        "paid_text": f"已拨付 {yuan_text(max(0, money['paid'][0]))}",
        "milestones": pages.milestones(found),
        "payments": pages.rows_of(found, "paid"),
        "reports": pages.reports_of(found),
        "effect": pages.effects([found.pk]).get(found.pk),
        "closing": queries.closing_of(found),
        "today": today,
    }
    return render(request, "showing/project.html", context)


@public
@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Show a picture of an accepted report, large or as a thumbnail (`?small=1`).

    :raises NotFound: when it is not public.
    """
    found = pages.picture(pk)
    stored = found.small if request.GET.get("small") and found.small else found.file
    return hand_over(
        files.opened(stored), content_type=stored.content_type, filename="picture.webp",
        is_public=True,
    )  # fmt: skip
