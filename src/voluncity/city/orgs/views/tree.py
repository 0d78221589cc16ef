"""The desk: the tree of organizations, opened branch by branch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs import queries
from voluncity.city.orgs.models import Organization


@needs(Permission.ORG_SEE)
@require_GET
def desk_tree(request: HttpRequest) -> HttpResponse:
    """Show the highest organizations within reach with one level below them."""
    found = queries.roots(scope_of(request.user, Permission.ORG_SEE))
    return render(request, "orgs/desk_tree.html", {"nodes": queries.nodes(found, depth=1)})


@needs(Permission.ORG_SEE)
@require_GET
def desk_branch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what stands below one organization: a page of its own, or the part that opens."""
    organization: Organization = access.fetch(
        request.user,
        Permission.ORG_SEE,
        Organization.objects.select_related("region"),
        at=now(),
        pk=pk,
    )
    below = queries.below(organization)
    if getattr(request, "htmx", False):
        return render(request, "orgs/tree_branch.html", {"nodes": queries.nodes(below)})
    context = {
        "nodes": queries.nodes(below, depth=1),
        "organization": organization,
        "above": queries.above(organization),
    }
    return render(request, "orgs/desk_tree.html", context)
