"""The desk: how timely the work on a fund is, and the draft of a year's summary."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.fund.governance.models import Fund
from voluncity.fund.governance.queries import funds
from voluncity.fund.grants.models import Funding
from voluncity.fund.showing import paper, queries, summary
from voluncity.fund.showing.queries import figures, pages
from voluncity.fund.showing.rules import FIRST_YEAR, Asked, year_in
from voluncity.fund.showing.views.common import sheet_url
from voluncity.kernel import document
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import guarded, hand_over

P = Permission
ON_A_PAGE, WAITING_SHOWN = 20, 10
KEYS = ("raised", "awarded", "paid", "spent")


@needs(P.FUND_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the funds of one's area."""
    page = Paginator(funds(scope_of(request.user, P.FUND_SEE)), ON_A_PAGE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "showing/desk_list.html", context)


def _fund(request: HttpRequest, pk: int) -> Fund:
    """Return a fund that somebody may see.

    :raises NotFound: when it is another office's.
    """
    rows = Fund.objects.select_related("region")
    found: Fund = access.fetch(request.user, P.FUND_SEE, rows, at=now(), pk=pk)
    return found


@needs(P.FUND_SEE)
@require_GET
def desk_fund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how long things took in a year, what waits longest, and the draft of the summary."""
    found, today = _fund(request, pk), local_date(now())
    sums = figures.sums(found, KEYS)
    years = sorted({today.year} | {y for one in sums.values() for y in one.years}, reverse=True)
    year = year_in(request.GET.get("year"))
    year = year if year in years else today.year
    timings, mine = queries.timings(found, today=today), _projects_of(found, year)
    context: dict[str, Any] = {
        "fund": found,
        "year": year,
        "years": years,
        "stats": [
            (figures.SHEETS[key], *sums[key].total(year),
             sheet_url(key, found.pk, Asked(year=year)))
            for key in KEYS
        ],
        "timings": [(one, one.of(year), one.slowest(year)) for one in timings],
        "promotion": summary.promotion(found, year, mine, pages.articles(mine, year)),
        "waiting": [
            (one, one.days(now())) for one in queries.longest_waiting(found, most=WAITING_SHOWN)
        ],
    }  # fmt: skip
    return render(request, "showing/desk_fund.html", context)


def _projects_of(found: Fund, year: int) -> list[Funding]:
    return list(figures.listed(figures.SHEETS["awarded"], found, Asked(year=year)))


def _drafted(request: HttpRequest, pk: int, year: int) -> summary.Summary:
    found, today = _fund(request, pk), local_date(now())
    if not FIRST_YEAR <= year <= today.year:
        raise NotFound("没有这一年的记录，请选择今年或者以前的年份。")
    return summary.drafted(found, year, today=today)


@needs(P.FUND_SEE)
@never_cache
@require_GET
def desk_summary(request: HttpRequest, pk: int, year: int) -> FileResponse:
    """Hand over the draft of a year's summary as a text document."""
    drafted = _drafted(request, pk, year)
    return hand_over(
        BytesIO(paper.document(drafted)), content_type=document.TYPE, is_attachment=True,
        filename=f"{drafted.fund.name}{year}年度工作总结.docx",
    )  # fmt: skip


@needs(P.FUND_SEE)
@never_cache
@require_GET
def desk_numbers(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Hand over the figures of a year's summary for programs, each with its list and digest."""
    numbers = summary.numbers_of(_drafted(request, pk, year))
    answer = JsonResponse(numbers, json_dumps_params={"ensure_ascii": False})
    return guarded(answer)
