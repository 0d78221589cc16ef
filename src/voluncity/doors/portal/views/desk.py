"""The desk's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import grants_of, permissions_of
from voluncity.doors.help import queries as help_queries
from voluncity.doors.portal.queries import desk as queries
from voluncity.doors.portal.queries import figures


@needs(Permission.DESK_SEE)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person and the figures of their area."""
    at = now()
    context = {
        "grants": grants_of(request.user),
        "waiting": queries.waiting_for(request.user, at=at),
        "figures": figures.of_person(request.user, at=at),
        "guides": help_queries.guides_for(permissions_of(request.user)),
    }
    return render(request, "portal/desk.html", context)
