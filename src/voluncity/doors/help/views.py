"""The guides, open to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.doors.help import queries


@public
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """List the guides by whom they are for."""
    return render(request, "help/guides.html", {"guides": queries.every_guide()})


@public
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one guide."""
    guide, drawn = queries.guide_of(slug)
    return render(request, "help/guide.html", {"guide": guide, "drawn": drawn})
