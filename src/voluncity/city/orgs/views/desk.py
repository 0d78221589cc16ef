"""The desk: review organizations, keep them up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may, scope_of
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.forms import ChangeForm, ReasonForm
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.registers import ORGANIZATIONS, filters_of
from voluncity.city.orgs.states import ORG_FLOW, STANDING, Kind, OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

SEE_MEMBERS = (Permission.MEMBER_REVIEW, Permission.VOLUNTEER_SEE)
# Verbs that the desk takes itself, and whether they ask for a reason; the others follow.
VERBS: dict[str, tuple[Callable[..., Organization], bool]] = {
    "approve": (actions.approve, False),
    "send_back": (actions.send_back, True),
    "refuse": (actions.refuse, True),
    "suspend": (actions.suspend, True),
    "resume": (actions.resume, False),
}


@needs(Permission.ORG_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the organizations of one's area; those that wait for a review first."""
    at = now()
    scope = scope_of(request.user, Permission.ORG_SEE)
    filters = filters_of(query_in(request), scope, at=at)
    counts = queries.counts_by_state(scope, replace(filters, state=""))
    context = {
        **listed(request, ORGANIZATIONS, queries.desk_list(scope, filters)),
        "filters": filters,
        "kinds": Kind.choices,
        "tabs": [("", "全部", sum(counts.values()))]
        + [(str(s), s.label, counts[s]) for s in OrgState if counts.get(s)],
        "counties": regions.counties(on=local_date(at)),
    }
    return render(request, "orgs/desk_list.html", context)


@needs(Permission.ORG_SEE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one organization with what can be done about it."""
    return _desk_detail(request, _fetch(request, Permission.ORG_SEE, pk))


@needs(Permission.ORG_REVIEW)
@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step: approve, send back, refuse, suspend, resume."""
    organization = _fetch(request, Permission.ORG_REVIEW, pk)
    if verb not in VERBS:
        raise NotFound("没有这个操作，请刷新页面。")
    act, asks = VERBS[verb]
    form = ReasonForm(request.POST, auto_id=f"id_{verb}_%s") if asks else None
    if form is None:
        act(organization_id=pk, by=request.user, at=now())
    elif form.is_valid():
        with refusals_in(form):
            act(organization_id=pk, by=request.user, at=now(), **form.cleaned_data)
    if form is not None and form.errors:
        return _desk_detail(request, organization, refused=(verb, form))
    label = next(step.label for step in ORG_FLOW.steps if step.verb == verb)
    messages.success(request, f"已办理：{label}。")
    return redirect("orgs:desk_detail", pk)


@needs(Permission.ORG_REVIEW, Permission.ORG_EDIT)
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the contact's whole number; that it was seen is journaled."""
    organization = fetch_any(request, (Permission.ORG_REVIEW, Permission.ORG_EDIT), pk)
    number = actions.reveal_phone(organization_id=pk, by=user_of(request), at=now())
    return _desk_detail(request, organization, phone=number)


@needs(Permission.ORG_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an organization says about itself."""
    organization = _fetch(request, Permission.ORG_EDIT, pk)
    initial = {name: getattr(organization, name) for name in ("address", "intro", "contact_name")}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_organization(
                organization_id=pk, **form.cleaned_data, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "资料已更新。")
            return redirect("orgs:desk_detail", pk)
    context = {"organization": organization, "form": form}
    return render(request, "orgs/desk_edit.html", context, status=422 if form.errors else 200)


def _desk_detail(
    request: HttpRequest,
    organization: Organization,
    *,
    refused: tuple[str, ReasonForm] | None = None,
    phone: str = "",
) -> HttpResponse:
    can = {
        "review": may_any(request, organization.pk, Permission.ORG_REVIEW),
        "edit": may_any(request, organization.pk, Permission.ORG_EDIT),
        "members": may_any(request, organization.pk, *SEE_MEMBERS),
        "invite": may_any(request, organization.pk, Permission.MEMBER_REVIEW),
    }
    context = {
        "organization": organization,
        "above": queries.above(organization),
        "below": queries.below(organization),
        "figures": queries.figures(organization),
        "events": queries.events(organization, for_staff=True),
        "papers": queries.papers(organization) if can["review"] else [],
        "proof": queries.proof(organization),
        "places": queries.past_places(organization)[:12],
        "merged": queries.merged_into(organization),
        "covering": queries.covering(organization),
        "steps": _steps(request, organization, refused) if can["review"] else [],
        "can": can,
        "phone": phone or mask_phone(queries.contact_phone(organization)),
        "is_masked": not phone,
        "is_standing": organization.state in STANDING,
        "public_url": settings.VOLUNCITY_PUBLIC_URL
        + reverse("orgs:detail", args=[organization.pk]),
    }
    return render(request, "orgs/desk_detail.html", context, status=422 if refused else 200)


def _steps(
    request: HttpRequest, organization: Organization, refused: tuple[str, ReasonForm] | None
) -> list[dict[str, Any]]:
    """Return the steps that are possible now, each with its form."""
    if organization.applied_by_id == request.user.pk:
        return []
    forms = dict([refused] if refused else [])
    possible = [step for step in ORG_FLOW.verbs(organization.state) if step.verb in VERBS]
    return [
        {
            "verb": step.verb,
            "label": step.label,
            "form": forms.get(step.verb)
            or (ReasonForm(auto_id=f"id_{step.verb}_%s") if VERBS[step.verb][1] else None),
        }
        for step in sorted(possible, key=lambda step: list(VERBS).index(step.verb))
    ]


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> Organization:
    related = Organization.objects.select_related("region", "parent", "applied_by", "decided_by")
    found: Organization = access.fetch(request.user, permission, related, at=now(), pk=pk)
    return found


def may_any(request: HttpRequest, pk: int, *permissions: Permission) -> bool:
    """Return whether any of the permissions reaches an organization."""
    everything = Organization.objects.all()
    return any(may(request.user, permission, everything, pk=pk) for permission in permissions)


def fetch_any(request: HttpRequest, permissions: tuple[Permission, ...], pk: int) -> Organization:
    """Fetch with the first permission that reaches; the last one is tried in any case."""
    for permission in permissions[:-1]:
        if may_any(request, pk, permission):
            return _fetch(request, permission, pk)
    return _fetch(request, permissions[-1], pk)
