"""The desk: an organization moves, becomes part of another one, or ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.forms import PlaceForm, ReasonForm
from voluncity.city.orgs.models import Organization
from voluncity.city.people.asking import user_of
from voluncity.web.forms import refusals_in


@needs(Permission.ORG_REVIEW)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an organization with all below it under another parent."""
    return _placed(request, pk, actions.move, "parent", "orgs/desk_move.html", "隶属已变更。")


@needs(Permission.ORG_REVIEW)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an organization part of another one."""
    return _placed(request, pk, actions.merge, "into", "orgs/desk_merge.html", "已并入。")


@needs(Permission.ORG_REVIEW)
@require_http_methods(["GET", "POST"])
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """End an organization, after what follows was shown."""
    organization = _fetch(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.dissolve(organization_id=pk, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, f"“{organization.name}”已注销，历史记录保留。")
            return redirect("orgs:desk_detail", pk)
    return _page(request, "orgs/desk_dissolve.html", organization, form)


def _placed(
    request: HttpRequest,
    pk: int,
    act: Callable[..., Organization],
    argument: str,
    template: str,
    done: str,
) -> HttpResponse:
    organization = _fetch(request, pk)
    targets = queries.possible_targets(scope_of(request.user, Permission.ORG_REVIEW), organization)
    form = PlaceForm(request.POST if request.method == "POST" else None, targets=targets)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            act(
                organization_id=pk,
                **{f"{argument}_id": said["target"].pk, "reason": said["reason"]},
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, done)
            return redirect("orgs:desk_detail", pk)
    return _page(request, template, organization, form)


def _page(
    request: HttpRequest, template: str, organization: Organization, form: Any
) -> HttpResponse:
    context = {
        "organization": organization,
        "above": queries.above(organization),
        "follows": queries.consequences(organization, at=now()),
        "form": form,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _fetch(request: HttpRequest, pk: int) -> Organization:
    found: Organization = access.fetch(
        request.user,
        Permission.ORG_REVIEW,
        Organization.objects.select_related("region", "parent"),
        at=now(),
        pk=pk,
    )
    return found
