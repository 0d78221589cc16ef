"""The board: what the rules noticed, and the spot checks."""

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
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.service.integrity import actions, queries
from voluncity.service.integrity.forms import ReasonForm, SpotForm
from voluncity.service.integrity.models import Finding, SpotCheck
from voluncity.service.integrity.rules import CATALOG, words_of
from voluncity.service.integrity.states import CaseState, FindingState, Rule, SpotState
from voluncity.service.integrity.views.answers import refused_words_in

PER_PAGE = 30
EVIDENCE_SHOWN = 200
TABS = {"findings": "异常", "cases": "核查中", "spots": "随机抽查"}
_STATES: dict[str, Any] = {"findings": FindingState, "cases": CaseState, "spots": SpotState}


@needs(Permission.ANOMALY_SEE, Permission.ANOMALY_DECIDE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """Show findings, cases or spot checks."""
    user = user_of(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "findings"
    state, rule = request.GET.get("state", ""), request.GET.get("rule", "")
    state = state if state in _STATES[tab].values else ""
    if tab == "findings":
        state = state or FindingState.OPEN
        found: Any = queries.findings(user, state=state, rule=rule if rule in Rule else "")
    elif tab == "cases":
        found = queries.cases(user, state=state, mine="mine" in request.GET)
    else:
        found = queries.seen_spots(user, state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    counted = queries.counts(user)
    context = {
        "tab": tab,
        "tabs": [(name, label, getattr(counted, name)) for name, label in TABS.items()],
        "states": _STATES[tab].choices,
        "state": state or (SpotState.OPEN if tab == "spots" else ""),
        "rules": Rule.choices,
        "rule": rule,
        "mine": "mine" in request.GET,
        "page": page,
        "rows": [_row(tab, one) for one in page],
    }
    return render(request, "integrity/desk_list.html", context)


def _row(tab: str, one: Any) -> dict[str, Any]:
    if tab == "spots":
        return {"one": one}
    row = {"one": one, "whom": queries.suspects(one, masked=True)}
    if tab == "findings":
        row["words"] = words_of(one.rule, one.numbers)
    return row


@needs(Permission.ANOMALY_SEE, Permission.ANOMALY_DECIDE)
@require_GET
def desk_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one finding: what was counted, why it may be harmless, and the records."""
    return _finding_page(request, pk, form=None)


def _finding_page(request: HttpRequest, pk: int, *, form: ReasonForm | None) -> HttpResponse:
    rows = Finding.objects.select_related(
        "organization__region", "organizer", "volunteer", "case", "decided_by"
    )
    finding: Finding = access.fetch(request.user, Permission.ANOMALY_SEE, rows, at=now(), pk=pk)
    records = queries.evidence_of(finding)
    context = {
        "finding": finding,
        "whom": queries.suspects(finding, masked=False),
        "notice": CATALOG[finding.rule],
        "words": words_of(finding.rule, finding.numbers),
        "records": records[:EVIDENCE_SHOWN],
        "number": records.count(),
        "may_decide": has(request.user, Permission.ANOMALY_DECIDE)
        and finding.state == FindingState.OPEN,
        "form": form or ReasonForm(),
    }
    return render(request, "integrity/desk_finding.html", context, status=422 if form else 200)


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def open_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case from a finding."""
    access.fetch(request.user, Permission.ANOMALY_DECIDE, Finding.objects, at=now(), pk=pk)
    case = actions.open_case(finding_id=pk, by=user_of(request), at=now())
    messages.success(request, "已立案，同一对象的其他异常也归在一起。")
    return redirect("integrity:desk_case", case.pk)


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a finding needs no case."""
    access.fetch(request.user, Permission.ANOMALY_DECIDE, Finding.objects, at=now(), pk=pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refused_words_in(form):
            actions.set_aside(
                finding_id=pk, reason=form.cleaned_data["reason"], by=user_of(request),
                at=now(),
            )  # fmt: skip
    if form.errors:
        return _finding_page(request, pk, form=form)
    messages.success(request, "已记为不需处理。出现新的情况时会重新提醒。")
    return redirect("integrity:desk_list")


@needs(Permission.ANOMALY_SEE)
@require_http_methods(["GET", "POST"])
def desk_spot(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record that was drawn, and keep what was found out."""
    rows = SpotCheck.objects.select_related(
        "draw", "checked_by", "record__organization", "record__volunteer",
        "record__signup__shift__activity", "record__signup__attendance",
    )  # fmt: skip
    check: SpotCheck = access.fetch(request.user, Permission.ANOMALY_SEE, rows, at=now(), pk=pk)
    form = SpotForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refused_words_in(form):
            actions.check_spot(check_id=pk, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "抽查结果已保存。")
            return redirect("integrity:desk_spot", pk)
    context = {
        "check": check,
        "record": check.record,
        "attendance": getattr(check.record.signup, "attendance", None),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "integrity/desk_spot.html", context, status=status)
