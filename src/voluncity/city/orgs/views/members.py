"""The desk: who belongs to an organization, and who asks to."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may, scope_of
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.forms import ReasonForm
from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.orgs.views.desk import SEE_MEMBERS, fetch_any
from voluncity.city.people.models import User
from voluncity.web.forms import refusals_in

ON_A_PAGE = 50


@needs(*SEE_MEMBERS)
@require_GET
def desk_members(request: HttpRequest, pk: int) -> HttpResponse:
    """List the members of one organization."""
    organization = fetch_any(request, SEE_MEMBERS, pk)
    page = Paginator(queries.members(organization), ON_A_PAGE).get_page(request.GET.get("page"))
    may_remove = may(request.user, Permission.MEMBER_REVIEW, Organization.objects.all(), pk=pk)
    context = {"organization": organization, "page": page, "may_remove": may_remove}
    return render(request, "orgs/desk_members.html", context)


@needs(Permission.MEMBER_REVIEW)
@require_http_methods(["GET", "POST"])
def remove_member(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's membership, with a reason."""
    membership: Membership = access.fetch(
        request.user,
        Permission.MEMBER_REVIEW,
        Membership.objects.select_related("organization", "volunteer"),
        at=now(),
        pk=pk,
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.remove_member(
                membership_id=pk, **form.cleaned_data, by=cast(User, request.user), at=now()
            )
        if not form.errors:
            messages.success(request, "已移出，对方会收到通知。")
            return redirect("orgs:desk_members", membership.organization_id)
    context = {"membership": membership, "form": form}
    return render(request, "orgs/desk_remove.html", context, status=422 if form.errors else 200)


@needs(Permission.MEMBER_REVIEW)
@require_GET
def desk_requests(request: HttpRequest) -> HttpResponse:
    """List who asks to join one's organizations, the oldest first."""
    found = queries.open_requests(scope_of(request.user, Permission.MEMBER_REVIEW))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "orgs/desk_requests.html", {"page": page})


@needs(Permission.MEMBER_REVIEW)
@require_POST
def decide_request(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or decline one request."""
    access.fetch(request.user, Permission.MEMBER_REVIEW, JoinRequest.objects, at=now(), pk=pk)
    actions.decide_join(
        request_id=pk,
        is_accepted=verb == "accept",
        reason=request.POST.get("reason", ""),
        by=cast(User, request.user),
        at=now(),
    )
    if getattr(request, "htmx", False):
        return HttpResponse("")
    messages.success(request, "已同意加入。" if verb == "accept" else "已答复不同意加入。")
    return redirect("orgs:desk_requests")
