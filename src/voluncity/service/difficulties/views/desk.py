"""The desk: the list of difficulties, and how units answer."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.service.difficulties import queries
from voluncity.service.difficulties.registers import DIFFICULTIES, filters_of
from voluncity.service.difficulties.states import DifficultyState
from voluncity.service.difficulties.views import reporting

PERIODS = ((90, "近三个月"), (365, "近一年"), (30, "近一个月"))
P = Permission


@needs(P.DIFFICULTY_SEE, P.DIFFICULTY_ANSWER, P.ACTIVITY_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the difficulties within reach; who only reports sees their own."""
    if not has(request.user, P.DIFFICULTY_SEE):
        return reporting.mine(request)
    at, scope = now(), scope_of(request.user, P.DIFFICULTY_SEE)
    today = local_date(at)
    filters = filters_of(query_in(request), at=at)
    found = queries.desk_difficulties(scope, filters, today=today)
    context = {
        **listed(request, DIFFICULTIES, found),
        "filters": filters,
        "kinds": queries.kinds(),
        "states": DifficultyState.choices,
        "counties": regions.counties(on=today),
        "tasks": queries.counts(scope, today=today),
        "may_report": has(request.user, P.ACTIVITY_EDIT),
        "may_rule": has(request.user, P.POLICY_EDIT),
    }
    return render(request, "difficulties/desk_list.html", context)


@needs(P.DIFFICULTY_SEE)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show how soon each unit and office answers."""
    chosen, today = request.GET.get("days", ""), local_date(now())
    days = next((one for one, _ in PERIODS if str(one) == chosen), PERIODS[0][0])
    total, each = queries.board(
        scope_of(request.user, P.DIFFICULTY_SEE), since=today - timedelta(days=days), today=today
    )
    context = {"total": total, "each": each, "periods": PERIODS, "days": days}
    return render(request, "difficulties/board.html", context)
