"""One page of a list of the desk, with what stands around it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.registers import queries
from voluncity.city.registers.queries import Bar
from voluncity.city.registers.rules import Query, Register, filters_in
from voluncity.kernel.clock import local_date
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 30


def query_in(request: HttpRequest) -> Query:
    """Return what an address asks a list for: its filters and columns, without the page."""
    return filters_in(request.META.get("QUERY_STRING", ""))


def bar_of(request: HttpRequest, register: Register) -> Bar:
    """Return what stands around the list that is asked for."""
    address = request.META.get("QUERY_STRING", "")
    return queries.bar(register, viewer=request.user, query_string=address)


def page_of(request: HttpRequest, found: QuerySet[Any], *, size: int = ON_A_PAGE) -> Page[Any]:
    """Return the page of `found` that is asked for."""
    return LongPaginator(found, size).get_page(request.GET.get("page"))


def listed(
    request: HttpRequest, register: Register, found: QuerySet[Any], *, size: int = ON_A_PAGE
) -> dict[str, Any]:
    """Return the page of `found` that is asked for, its bar, and its rows as they are drawn."""
    page, bar = page_of(request, found, size=size), bar_of(request, register)
    rows = queries.drawn(bar, list(page), today=local_date(now()))
    return {"page": page, "bar": bar, "rows": rows}
