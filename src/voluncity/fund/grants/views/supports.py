"""The office: supports by a resolution, and the text of a fund's agreements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.city.stations.models import Station
from voluncity.fund.books import queries as books
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.forms import SupportForm, TemplateForm
from voluncity.fund.grants.models import Template
from voluncity.fund.grants.rules.agreement import PLACES
from voluncity.fund.grants.views.common import UNPROCESSABLE
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in
from voluncity.web.picking import draw_offers
from voluncity.web.sent import handle_in, new_handle

P = Permission


def _fund(request: HttpRequest, pk: int) -> Fund:
    funds = Fund.objects.select_related("region")
    found: Fund = access.fetch(request.user, P.FUNDING_EDIT, funds, at=now(), pk=pk)
    return found


def _stations(request: HttpRequest) -> Any:
    scope = scope_of(request.user, P.FUNDING_EDIT)
    return Station.objects.in_scope(scope).filter(closed_at=None)


@needs(P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a support for a station, a team or a county."""
    fund, at = _fund(request, pk), now()
    near = Organization.objects.in_scope(scope_of(request.user, P.FUNDING_EDIT))
    form = SupportForm(
        *((request.POST,) if request.method == "POST" else ()), fund=fund,
        near=near.filter(state=OrgState.ACTIVE), stations=_stations(request),
        counties=regions.counties(on=local_date(at)),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            opened = actions.open_support(
                fund=fund, plan=form.plan(), handle=handle_in(request), by=user_of(request), at=at
            )
            messages.success(request, "支持已登记，资金已预留，请受资助方填报里程碑。")
            return redirect("grants:desk_detail", opened.pk)
    context = {
        "fund": fund,
        "form": form,
        "purses": books.purses(fund),
        "handle": request.POST.get("handle") or new_handle(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "grants/desk_support.html", context, status=status)


@needs(P.FUNDING_EDIT)
@never_cache
@require_safe
def pick_station(request: HttpRequest) -> HttpResponse:
    """Answer with stations within reach."""
    words = request.GET.get(request.GET.get("field", ""), "")
    return HttpResponse(draw_offers(_stations(request), words))


@needs(P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_templates(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the texts of a fund's agreements, and lay down the next one."""
    fund, at = _fund(request, pk), now()
    today = local_date(at)
    holding = queries.template_on(fund, today)
    text = holding.text if holding else queries.standard_text()
    form = TemplateForm(
        request.POST if request.method == "POST" else None,
        initial={"text": text, "valid_from": today},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_template(fund=fund, by=user_of(request), at=at, **form.cleaned_data)
            messages.success(request, "协议文本已登记。")
            return redirect("grants:desk_templates", pk)
    context = {
        "fund": fund,
        "form": form,
        "holding": holding,
        "templates": Template.objects.filter(fund=fund).select_related("made_by"),
        "places": PLACES.items(),
        "text": text,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "grants/desk_templates.html", context, status=status)
