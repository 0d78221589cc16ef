"""The desk: what a fund has, its year, its movements, its accounts."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.fund.books import actions, paper, queries
from voluncity.fund.books.queries import Filters
from voluncity.fund.books.states import FIGURES, EntryKind
from voluncity.fund.books.views.common import ON_A_PAGE, fund_of, year_of
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in

P = Permission
FREE = "free"


@needs(P.FUND_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the funds of one's area with what waits."""
    found = queries.funds(scope_of(request.user, P.FUND_SEE))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    totals = queries.totals(list(page))
    rows = [(fund, *totals[fund.pk]) for fund in page]
    return render(request, "books/desk_list.html", {"page": page, "rows": rows})


@needs(P.FUND_SEE)
@require_GET
def desk_fund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fund's purses, and a year beside its budget and the law."""
    fund = fund_of(request, pk)
    return render(request, "books/desk_fund.html", _of_year(request, fund))


def _of_year(request: HttpRequest, fund: Fund) -> dict[str, Any]:
    today = local_date(now())
    years = queries.years(fund, today=today)
    year = year_of(request, years)
    amounts = queries.of_year(fund, year)
    budget = queries.holding(fund, year)
    purses = queries.purses(fund)
    return {
        "fund": fund,
        "edits": has(request.user, P.BUDGET_EDIT),
        "years": years,
        "year": year,
        "purses": purses,
        "all_available": sum(one.available for one in purses),
        "all_reserved": sum(one.reserved for one in purses),
        "figures": queries.summed(amounts),
        "ratios": queries.ratios(fund, year, on=today),
        "budget": budget,
        "rows": queries.compared(budget, fund, amounts),
        "budgets": queries.budgets(fund, year),
        "postings": Paginator(queries.postings(fund), ON_A_PAGE).get_page(request.GET.get("page")),
    }


@needs(P.FUND_SEE)
@require_GET
def desk_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the accounts of a year, to be read and printed."""
    fund, today = fund_of(request, pk), local_date(now())
    years = queries.years(fund, today=today)
    year = year_of(request, years)
    amounts = queries.of_year(fund, year)
    context = {
        "fund": fund, "years": years, "year": year,
        "rows": queries.statement(fund, year), "before": year - 1,
        "figures": queries.summed(amounts),
        "kinds": queries.compared(None, fund, amounts),
        "ratios": queries.ratios(fund, year, on=today),
        "history": queries.by_year(fund),
        "at": now(),
    }  # fmt: skip
    return render(request, "books/desk_statement.html", context)


@needs(P.FUND_SEE)
@require_GET
def desk_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """List a fund's movements, the newest first."""
    fund = fund_of(request, pk)
    years = queries.years(fund, today=local_date(now()))
    asked = request.GET
    filters = Filters(
        year=next((one for one in [*years, years[-1] - 1] if str(one) == asked.get("year")), None),
        kind=_kind(asked.get("kind", "")),
        purpose_id=number_in(asked.get("purpose")),
        is_free=asked.get("purpose") == FREE,
        serves_id=number_in(asked.get("serves")),
        serves_none=asked.get("serves") == FREE,
        is_until="until" in asked,
    )
    found = queries.entries(fund, filters)
    context = {
        "fund": fund, "years": years, "filters": filters, "kinds": EntryKind.choices,
        "figures": [(key, name) for key, (name, _) in FIGURES.items()],
        "total_fen": queries.total(fund, filters),
        "purposes": Purpose.objects.filter(fund=fund),
        "page": Paginator(found, ON_A_PAGE).get_page(asked.get("page")),
        "this_year": filters.year or local_date(now()).year,
    }  # fmt: skip
    return render(request, "books/desk_entries.html", context)


def _kind(said: str) -> str:
    return said if said in EntryKind.values or said in FIGURES else ""


@needs(P.FUND_SEE)
@require_GET
def export_csv(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Hand over the movements of a year as CSV."""
    lines, fund = _lines(request, pk, year)
    return _handed(paper.as_csv(lines), "text/csv; charset=utf-8", f"fund-{fund.pk}-{year}.csv")


@needs(P.FUND_SEE)
@require_GET
def export_book(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Hand over the movements of a year as a workbook."""
    lines, fund = _lines(request, pk, year)
    content = paper.as_workbook(lines, name=f"{year} 年度账目")
    return _handed(content, workbook.TYPE, f"fund-{fund.pk}-{year}.xlsx")


def _lines(request: HttpRequest, pk: int, year: int) -> tuple[list[paper.Row], Fund]:
    fund = fund_of(request, pk)
    if year not in queries.years(fund, today=local_date(now())):
        raise NotFound("这个年度没有账目，请重新选择年度。")
    lines = list(paper.rows(fund, year))
    actions.note_export(fund=fund, year=year, rows=len(lines), by=user_of(request), at=now())
    return lines, fund


def _handed(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
