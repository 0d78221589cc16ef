"""Apply for an organization, and see where one's application stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import signed_in
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.forms import ApplicationForm
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.regions.forms import half_filled
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in


@signed_in
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for an organization; `?parent=` presets what stands above it."""
    user = user_of(request)
    form = _form(request, initial={"parent": request.GET.get("parent", "")})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            organization = actions.apply_organization(
                plan=form.plan(), paper=form.cleaned_data["paper"], by=user, at=now()
            )
        if not form.errors:
            messages.success(request, "申请已提交，审核结果会通知您。")
            return redirect("orgs:applied", organization.pk)
    context = {"form": form, "may_apply": actions.may_apply(user)}
    return render(request, "orgs/apply.html", context, status=422 if form.errors else 200)


@signed_in
@require_GET
def applied(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where one's own application stands."""
    organization = _own(request, pk)
    context = {
        "organization": organization,
        "events": queries.events(organization, for_staff=False),
        "papers": queries.papers(organization),
        "proof": queries.proof(organization),
        "can_change": organization.state == OrgState.SENT_BACK,
    }
    return render(request, "orgs/applied.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an application that was sent back, and hand it in again."""
    organization = _own(request, pk)
    form = _form(request, initial=_said(organization))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.resubmit_organization(
                organization_id=pk,
                plan=form.plan(),
                paper=form.cleaned_data["paper"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已重新提交，审核结果会通知您。")
            return redirect("orgs:applied", pk)
    context = {
        "form": form,
        "organization": organization,
        "papers": queries.papers(organization),
        "may_apply": True,
    }
    return render(request, "orgs/apply.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, *, initial: dict[str, Any]) -> ApplicationForm:
    today = local_date(now())
    preset = str(request.GET.get("parent") or initial.get("parent") or "")
    made: dict[str, Any] = {
        "today": today,
        "parents": queries.possible_parents(number_in(preset)),
        "hosts": queries.possible_hosts(),
    }
    if request.method == "POST" and "next_level" not in request.POST:
        return ApplicationForm(request.POST, request.FILES, **made)
    if request.method == "POST":
        initial = half_filled(ApplicationForm, request.POST)
    return ApplicationForm(initial=initial, **made)


def _own(request: HttpRequest, pk: int) -> Organization:
    user = user_of(request)
    found = queries.applications_of(user).select_related("region", "parent").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到您的这项申请。")
    return found


def _said(organization: Organization) -> dict[str, Any]:
    names = ("kind", "name", "code", "region", "address", "intro", "contact_name")
    proof = queries.proof(organization)
    return {
        **{name: getattr(organization, name) for name in names},
        "filing_number": proof.filing_number if proof else "",
        "responsible_name": proof.responsible_name if proof else "",
        "host": proof.host_id if proof else None,
        "parent": organization.parent_id,
        "contact_phone": queries.contact_phone(organization),
    }
