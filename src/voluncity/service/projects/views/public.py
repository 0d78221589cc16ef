"""Find something to do, and read about a project."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from voluncity.city.access.marks import public
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects import queries
from voluncity.service.projects.forms import SORTS, asked

PER_PAGE = 10
UNPROCESSABLE = 422


@public
@require_GET
@vary_on_headers("HX-Request")
def find(request: HttpRequest) -> HttpResponse:
    """Show what can be done, best first; htmx asks for the list or for more of it only."""
    at = now()
    catalogue = queries.catalogue_now(at=at)
    wanted = asked(request.GET, catalogue.options(local_date(at)))
    filters = wanted.filters
    viewer = getattr(request.user, "volunteer_or_none", None)
    found = queries.find(filters, viewer=viewer, at=at, among=catalogue)
    pages = Paginator[queries.Card](found, PER_PAGE)  # type: ignore[arg-type]
    context = {
        "here": request.path,
        "asked": wanted,
        "picked": wanted.picked,
        "found": found,
        "page": pages.get_page(request.GET.get("page")),
        "wants_place": bool(filters.within_km or filters.sort == "near") and not found.viewer.point,
        "sort": filters.sort,
        "sorts": SORTS,
        "has_point": filters.lat is not None and filters.lng is not None,
        "year": local_date(at).year,
    }
    status = UNPROCESSABLE if wanted.is_wrong else 200
    response = render(request, f"projects/find.html{_part(request)}", context, status=status)
    if request.headers.get("HX-Request"):
        response["HX-Push-Url"] = _address(request)
    return response


def _part(request: HttpRequest) -> str:
    """Return which part of the page htmx wants."""
    if not request.headers.get("HX-Request") or request.headers.get("HX-History-Restore-Request"):
        return ""
    return "#cards" if request.headers.get("HX-Target") == "more" else "#results"


def _address(request: HttpRequest) -> str:
    """Return the address without the filters that were left empty."""
    query = request.GET.copy()
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    query.pop("page", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@public
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a published project with its activities to come."""
    project = queries.public_projects().filter(pk=pk).first()
    if project is None:
        raise NotFound("没有找到这个项目，或者它还没有发布。")
    context: dict[str, Any] = {
        "project": project,
        "ages": queries.ages_text(project),
        "skills": list(project.skills.all()),
        "activities": queries.coming_activities(project, at=now()),
    }
    return render(request, "projects/detail.html", context)
