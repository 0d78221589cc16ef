"""Everybody: what projects lack, who helped, and whether a letter of thanks is true."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from voluncity.city.access.marks import public
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.service.pledges import queries, rules
from voluncity.service.pledges.queries import Wanted
from voluncity.service.pledges.states import RECEIVED, NeedKind
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Project
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 20
SHOWN = 6


@public
@require_GET
def open_list(request: HttpRequest) -> HttpResponse:
    """List what may be taken on, by kind, county and line."""
    today = local_date(now())
    counties = list(regions.counties(on=today))
    chosen = request.GET.get("region", "")
    wanted = Wanted(
        kind=request.GET.get("kind", ""),
        region=next((one for one in counties if str(one.pk) == chosen), None),
        line_id=number_in(request.GET.get("line", "")),
        words=request.GET.get("q", ""),
    )
    found = queries.open_needs(wanted, today=today)
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "kinds": NeedKind.choices,
        "counties": counties,
        "lines": queries.lines_to_choose(),
        "is_narrowed": wanted != Wanted(),
    }
    return render(request, "pledges/list.html", context)


@public
@require_GET
@vary_on_headers("HX-Request")
def of_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one project lacks and who helped; htmx puts it into the project's own page."""
    project, user = _project(pk), request.user
    needs = list(queries.needs_of(project))
    open_ids = set(
        queries.open_needs(Wanted(project_id=pk), today=local_date(now())).values_list(
            "pk", flat=True
        )
    )
    context: dict[str, Any] = {
        "project": project,
        "needs": [(one, one.pk in open_ids) for one in needs],
        "sponsors": list(queries.sponsors_of(pk)),
        "thanked": list(queries.wall(project_id=pk)[:SHOWN]),
        "may_adopt": isinstance(user, User) and bool(queries.units_of(user)),
    }
    part = "#part" if request.headers.get("HX-Request") else ""
    return render(request, f"pledges/of_project.html{part}", context)


@public
@require_GET
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one need, how much is left, and who brought something."""
    found = queries.public_needs().filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这项需求，或者它的项目还没有发布。")
    is_open = (
        queries.open_needs(Wanted(project_id=found.project_id), today=local_date(now()))
        .filter(pk=pk)
        .exists()
    )
    came = queries.wall().filter(need=pk)[:ON_A_PAGE]
    context = {"need": found, "is_open": is_open, "came": came}
    return render(request, "pledges/need.html", context)


@public
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Show what has come, with names only by consent."""
    page = LongPaginator(queries.wall(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "pledges/wall.html", {"page": page})


@public
@require_GET
def check(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Say whether a letter of thanks is true, and for what it was given."""
    pledge = queries.detailed().filter(pk=pk, state__in=RECEIVED).first()
    if pledge is None or not constant_time_compare(rules.check_code(pledge), code.upper()):
        raise NotFound("没有查到这份感谢状，请核对编号和校验码。")
    return render(request, "pledges/check.html", {"pledge": pledge})


def _project(pk: int) -> Project:
    found = projects.public_projects().filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个项目，或者它还没有发布。")
    return found
