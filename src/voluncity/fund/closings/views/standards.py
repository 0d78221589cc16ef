"""The lists by which closings are looked at, by versions."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.forms import StandardForm
from voluncity.fund.closings.rules.standards import as_text
from voluncity.fund.closings.states import StandardKind
from voluncity.fund.closings.views.common import UNPROCESSABLE
from voluncity.fund.governance import queries as governance
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission
DAY = timedelta(days=1)


@needs(P.FUNDING_EDIT)
@never_cache
@require_GET
def desk_standards(request: HttpRequest) -> HttpResponse:
    """List the funds with the lists that hold today."""
    today = local_date(now())
    funds = list(governance.funds(scope_of(request.user, P.FUNDING_EDIT)))
    context = {
        "rows": [
            (fund, kind, kind.label, queries.standard_on(fund, kind, today))
            for fund in funds
            if fund.ended_on is None
            for kind in StandardKind
        ],
    }
    return render(request, "closings/desk_standards.html", context)


@needs(P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_standard(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show the versions of a list and write the next one."""
    if kind not in StandardKind.values:
        raise NotFound("没有这种清单，请回到列表。")
    which, at = StandardKind(kind), now()
    fund: Fund = access.fetch(
        request.user, P.FUNDING_EDIT, Fund.objects.select_related("region"), at=at, pk=pk
    )
    today = local_date(at)
    versions = list(queries.standards(fund, which))
    last = max((one.valid_from for one in versions), default=today - DAY)
    initial = {
        "items": as_text(queries.items_on(fund, which, today), which),
        "valid_from": max(today, last + DAY),
    }
    sent = (request.POST,) if request.method == "POST" else ()
    form = StandardForm(*sent, kind=which, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.write_standard(
                fund=fund, kind=which, text=form.cleaned_data["items"],
                valid_from=form.cleaned_data["valid_from"], by=user_of(request), at=at,
            )  # fmt: skip
            messages.success(request, "新的一版已保存。")
            return redirect("closings:desk_standard", pk, kind)
    context = {
        "fund": fund,
        "kind": which,
        "label": which.label,
        "form": form,
        "versions": versions,
        "today": today,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "closings/desk_standard.html", context, status=status)
