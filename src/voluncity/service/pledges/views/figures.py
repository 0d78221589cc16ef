"""The desk: what was wanted, promised and received, by kind and by line."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.kernel.clock import local_date
from voluncity.service.pledges import queries

PERIODS = ((365, "近一年"), (90, "近三个月"), (30, "近一个月"))


@needs(Permission.PROJECT_SEE)
@require_GET
def desk_figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of needs published in a time; each figure opens its records."""
    chosen = request.GET.get("days", "")
    days = next((one for one, _ in PERIODS if str(one) == chosen), PERIODS[0][0])
    scope = scope_of(request.user, Permission.PROJECT_SEE)
    kinds, lines = queries.statistics(scope, since=local_date(now()) - timedelta(days=days))
    context = {"kinds": kinds, "lines": lines, "periods": PERIODS, "days": days}
    return render(request, "pledges/desk_figures.html", context)
