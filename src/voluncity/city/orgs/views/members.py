"""The desk: who belongs to an organization, and who asks to."""

from __future__ import annotations

from typing import Any

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
from voluncity.city.orgs.forms import DutyForm, ReasonForm
from voluncity.city.orgs.models import JoinRequest, MemberDuty, Membership
from voluncity.city.orgs.views.desk import SEE_MEMBERS, fetch_any, may_any
from voluncity.city.people.asking import user_of
from voluncity.web.forms import refusals_in

ON_A_PAGE = 50
# Administrators name the team's people, those above it name the administrators.
APPOINTING = (Permission.MEMBER_REVIEW, Permission.ORG_REVIEW)


@needs(*SEE_MEMBERS)
@require_GET
def desk_members(request: HttpRequest, pk: int) -> HttpResponse:
    """List the members of one organization: those with a duty first."""
    organization = fetch_any(request, SEE_MEMBERS, pk)
    words, duty = request.GET.get("q", ""), request.GET.get("duty", "")
    duties = list(queries.duties())
    wanted = next((one.pk for one in duties if str(one.pk) == duty), None)
    found = queries.members(organization, words=words, duty_id=wanted)
    context = {
        "organization": organization,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "duties": duties,
        "duty_id": wanted,
        "may_remove": may_any(request, pk, Permission.MEMBER_REVIEW),
        "may_appoint": may_any(request, pk, *APPOINTING),
    }
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
                membership_id=pk, **form.cleaned_data, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已移出，对方会收到通知。")
            return redirect("orgs:desk_members", membership.organization_id)
    context = {"membership": membership, "form": form}
    return render(request, "orgs/desk_remove.html", context, status=422 if form.errors else 200)


@needs(*APPOINTING)
@require_http_methods(["GET", "POST"])
def desk_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one member does in the team, and give them a duty."""
    membership = _fetch_for(request, Membership.objects.select_related(
        "organization", "volunteer__region"
    ), pk)  # fmt: skip
    form = DutyForm(
        request.POST if request.method == "POST" else None, duties=list(queries.duties())
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.give_duty(
                membership_id=pk,
                duty_id=form.cleaned_data["duty"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已任命，对方会收到通知。")
            return redirect("orgs:desk_member", pk)
    context = {
        "membership": membership,
        "organization": membership.organization,
        "duties": membership.duties.select_related("duty").order_by("ended_at", "-given_at"),
        "form": form,
        "may_remove": may_any(request, membership.organization_id, Permission.MEMBER_REVIEW),
    }
    return render(request, "orgs/desk_member.html", context, status=422 if form.errors else 200)


@needs(*APPOINTING)
@require_POST
def take_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a duty back."""
    held = _fetch_for(request, MemberDuty.objects.select_related("membership"), pk)
    actions.take_duty(held_id=pk, by=user_of(request), at=now())
    messages.success(request, "已卸任，对方会收到通知。")
    return redirect("orgs:desk_member", held.membership_id)


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
        by=user_of(request),
        at=now(),
    )
    if getattr(request, "htmx", False):
        return HttpResponse("")
    messages.success(request, "已同意加入。" if verb == "accept" else "已答复不同意加入。")
    return redirect("orgs:desk_requests")


def _fetch_for(request: HttpRequest, found: Any, pk: int) -> Any:
    """Fetch with whichever permission reaches; the last one is tried in any case."""
    first, last = APPOINTING
    wanted = first if may(request.user, first, found, pk=pk) else last
    return access.fetch(request.user, wanted, found, at=now(), pk=pk)
