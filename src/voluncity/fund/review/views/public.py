"""Everybody: which decisions a fund took."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.fund.governance import queries as governance
from voluncity.fund.review import queries
from voluncity.fund.review.states import Outcome
from voluncity.fund.review.views.common import ON_A_PAGE
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import number_in
from voluncity.web.paging import LongPaginator

_FIRST_YEAR, _LAST_YEAR = 2000, 9000


@public
@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    """List the decisions that are shown or in force, by fund, year and outcome."""
    year = number_in(request.GET.get("year"))
    fund_id = number_in(request.GET.get("fund"))
    outcome = request.GET.get("outcome", "")
    found = queries.public_decisions(
        fund_id=fund_id,
        year=year if year and _FIRST_YEAR <= year <= _LAST_YEAR else None,
        outcome=outcome,
    )
    today = local_date(now())
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "funds": list(governance.public_funds()),
        "fund_id": fund_id,
        "years": range(today.year, today.year - 8, -1),
        "year": year,
        "outcomes": Outcome.choices,
        "outcome": outcome,
    }
    return render(request, "review/list.html", context)


@public
@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one decision to everybody."""
    found = queries.public_decision(pk)
    context = {"decision": found, "notice": queries.notice_of(found)}
    return render(request, "review/decision.html", context)
