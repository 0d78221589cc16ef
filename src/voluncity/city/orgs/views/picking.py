"""Suggest organizations to a field in which one is chosen (`voluncity.web.picking`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.models import Organization
from voluncity.web.picking import draw_offers


@needs(Permission.DESK_SEE)
@never_cache
@require_safe
def pick(request: HttpRequest) -> HttpResponse:
    """Answer with names within reach of a permission (`?may=project_see&field=organization`)."""
    may = request.GET.get("may", Permission.ORG_SEE)
    permission = Permission(may) if may in Permission.values else Permission.ORG_SEE
    near = Organization.objects.in_scope(scope_of(request.user, permission))
    words = request.GET.get(request.GET.get("field", ""), "")
    return HttpResponse(draw_offers(near, words))
