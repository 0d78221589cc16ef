"""What everybody sees: the next day, one day, a year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.welfare_days import queries
from voluncity.service.welfare_days.models import WelfareDay
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 12


@public
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the day that comes next, and those that were held."""
    today = local_date(now())
    page = LongPaginator(queries.past_days(today=today), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    years = queries.years()
    context = {
        "next": queries.next_day(today=today),
        "page": page,
        "year": queries.year_to_open(years, today=today) if years else None,
        "today": today,
    }
    return render(request, "welfare_days/index.html", context)


@public
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one day: what one may join; after it what was done."""
    day = WelfareDay.objects.select_related("picture").filter(pk=pk).first()
    if day is None:
        raise NotFound("没有找到这个公益日，请回到列表。")
    at, volunteer = now(), getattr(request.user, "volunteer_or_none", None)
    activities = list(queries.activities_of(day))
    to_come = [one for one in activities if one.ends_at > at]
    over = [one for one in activities if one.ends_at <= at]
    context: dict[str, Any] = {
        "day": day,
        "today": local_date(at),
        "to_come": queries.nearest_first(to_come, volunteer),
        "rows": queries.rows_of(over),
        "figures": queries.figures_of(over) if over else None,
        "volunteer": volunteer,
    }
    return render(request, "welfare_days/show.html", context)


@public
@require_GET
def overview(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year: how many served on each day, as a chart that is a table, and all figures."""
    months = queries.months_of(year)
    if not months:
        raise NotFound("没有找到这一年的公益日，请回到列表。")
    people = [
        {"label": f"{one.day.month.month}月", "value": one.figures.served.volunteers}
        for one in months
    ]
    context = {
        "year": year, "months": months, "people": people, "total": queries.total_of(months),
        "years": queries.years(),
    }  # fmt: skip
    return render(request, "welfare_days/year.html", context)
