"""What the views share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.regions.models import Level, Region
from voluncity.honor.certification.models import Batch

ON_A_PAGE = 30
WORDS_MOST = 60
UNPROCESSABLE = 422


def paged(request: HttpRequest, found: QuerySet[Any], number: int = ON_A_PAGE) -> Page[Any]:
    """Return the page that is asked for."""
    return Paginator(found, number).get_page(request.GET.get("page"))


def batch_of(request: HttpRequest, pk: int) -> Batch:
    """Return a batch that this office manages."""
    found: Batch = access.fetch(
        user_of(request),
        Permission.CERTIFICATION_EDIT,
        Batch.objects.select_related(
            "region", "ladder__category", "started_by", "notice"
        ).prefetch_related("ladder__grades"),
        at=now(),
        pk=pk,
    )
    return found


def regions_of(request: HttpRequest) -> QuerySet[Region]:
    """Return the city or the counties in which somebody certifies."""
    scope = scope_of(user_of(request), Permission.CERTIFICATION_EDIT)
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(path__startswith=path)
    levels = (Level.CITY, Level.COUNTY)
    return Region.objects.filter(reach, level__in=levels, valid_to=None).order_by("path")


def status_of(form: forms.Form) -> int:
    """Return 422 where a form has errors."""
    return UNPROCESSABLE if form.errors else 200
