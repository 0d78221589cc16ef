"""Suggest organizations to a field in which one is chosen (`voluncity.web.picking`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import needs, signed_in
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs import queries
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.web.picking import draw_offers


@needs(Permission.DESK_SEE)
@never_cache
@require_safe
def pick(request: HttpRequest) -> HttpResponse:
    """Answer with names within reach of a permission (`?may=project_see&field=organization`).

    With `state=active` only those that may be chosen for something new.
    """
    may = request.GET.get("may", Permission.ORG_SEE)
    permission = Permission(may) if may in Permission.values else Permission.ORG_SEE
    near = Organization.objects.in_scope(scope_of(request.user, permission))
    if request.GET.get("state") == OrgState.ACTIVE:
        near = near.filter(state=OrgState.ACTIVE)
    return HttpResponse(draw_offers(near, _words(request)))


@signed_in
@never_cache
@require_safe
def pick_above(request: HttpRequest) -> HttpResponse:
    """Answer with who may stand above an organization that is applied for."""
    return HttpResponse(draw_offers(queries.possible_parents(), _words(request)))


@signed_in
@never_cache
@require_safe
def pick_host(request: HttpRequest) -> HttpResponse:
    """Answer with the units in whose house an internal team can be."""
    return HttpResponse(draw_offers(queries.possible_hosts(), _words(request)))


def _words(request: HttpRequest) -> str:
    return request.GET.get(request.GET.get("field", ""), "")
