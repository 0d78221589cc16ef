"""The desk: funds, what they serve, their documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.regions.models import Level, Region
from voluncity.fund.governance import actions, queries, rules
from voluncity.fund.governance.forms import DocumentForm, EndForm, FundForm, PurposeForm
from voluncity.fund.governance.models import Document, Fund, Purpose
from voluncity.fund.governance.states import Body
from voluncity.fund.governance.views.common import ON_A_PAGE, fetch, file_answer, fund_of, status_of
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.FUND_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the funds of one's area."""
    found = queries.funds(scope_of(request.user, P.FUND_SEE))
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "edits": has(request.user, P.FUND_EDIT),
    }
    return render(request, "governance/desk_list.html", context)


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Enter a fund."""
    return _fund_page(request, None)


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is said about a fund."""
    return _fund_page(request, fund_of(request, pk, edits=True))


def _fund_page(request: HttpRequest, fund: Fund | None) -> HttpResponse:
    regions = _regions(request)
    initial = FundForm.said(fund) if fund else None
    form = FundForm(request.POST if request.method == "POST" else None, initial=initial,
                    regions=regions)  # fmt: skip
    seen = request.POST.get("seen", "") if form.is_bound else rules.mark(fund) if fund else ""
    if form.is_bound and form.is_valid():
        by, at = user_of(request), now()
        with refusals_in(form):
            if fund is None:
                fund = actions.found_fund(plan=form.plan(), by=by, at=at)
            else:
                actions.change_fund(fund=fund, plan=form.plan(), by=by, at=at, seen=seen)
        if not form.errors and fund is not None:
            messages.success(request, "已保存。")
            return redirect("governance:desk_fund", fund.pk)
    # What was typed wrong must not stand in the heading: the name comes from the database.
    shown = Fund.objects.get(pk=fund.pk) if fund else None
    context = {"form": form, "fund": shown, "seen": seen}
    return render(request, "governance/desk_form.html", context, status=status_of(form))


def _regions(request: HttpRequest) -> list[Region]:
    """Return the city or the counties for which somebody may enter a fund."""
    reach = Q(pk__in=[])
    for path in scope_of(request.user, P.FUND_EDIT).regions:
        reach |= Q(path__startswith=path)
    levels = (Level.CITY, Level.COUNTY)
    return list(Region.objects.filter(reach, level__in=levels, valid_to=None).order_by("path"))


@needs(P.FUND_SEE)
@require_GET
def desk_fund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fund: what is missing, people, charter, meetings, resolutions, documents."""
    fund = fund_of(request, pk)
    return render(request, "governance/desk_fund.html", overview(request, fund))


def overview(request: HttpRequest, fund: Fund, **more: Any) -> dict[str, Any]:
    """Return what the page of a fund shows."""
    today = local_date(now())
    seats = queries.seats_on(fund, today)
    return {
        "fund": fund,
        "edits": has(request.user, P.FUND_EDIT),
        "today": today,
        "warnings": queries.warnings(fund, today=today),
        "purposes": Purpose.objects.filter(fund=fund),
        "purpose_form": PurposeForm(),
        "bodies": [(body.label, [one for one in seats if one.body == body]) for body in Body],
        "past": queries.past_seats(fund, today),
        "charters": fund.charters.select_related("resolution"),
        "charter": queries.charter_on(fund, today),
        "meetings": Paginator(queries.meetings(fund), ON_A_PAGE).get_page(request.GET.get("page")),
        "resolutions": queries.all_resolutions(fund)[:ON_A_PAGE],
        "documents": queries.documents(fund),
        "document_form": DocumentForm(),
    } | more


@needs(P.FUND_EDIT)
@require_POST
def desk_purpose_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name one thing more that a fund serves."""
    fund = fund_of(request, pk, edits=True)
    form = PurposeForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.add_purpose(fund=fund, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已添加资助方向。")
            return redirect("governance:desk_fund", pk)
    context = overview(request, fund, purpose_form=form)
    return render(request, "governance/desk_fund.html", context, status=status_of(form))


@needs(P.FUND_EDIT)
@require_POST
def desk_purpose_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nothing new be given for a purpose."""
    purpose = fetch(request, P.FUND_EDIT, Purpose.objects, pk)
    actions.end_purpose(purpose=purpose, by=user_of(request), at=now())
    messages.success(request, "已停用，以前的捐赠仍按原方向使用。")
    return redirect("governance:desk_fund", purpose.fund_id)


@needs(P.FUND_EDIT)
@require_POST
def desk_document_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a document of a fund."""
    fund = fund_of(request, pk, edits=True)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.add_document(fund=fund, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "文件已上传。")
            return redirect("governance:desk_fund", pk)
    context = overview(request, fund, document_form=form)
    return render(request, "governance/desk_fund.html", context, status=status_of(form))


@needs(P.FUND_EDIT)
@require_POST
def desk_document_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document out of the lists."""
    document = fetch(request, P.FUND_EDIT, Document.objects, pk)
    actions.withdraw_document(document=document, by=user_of(request), at=now())
    messages.success(request, "文件已撤下。")
    if document.meeting_id:
        return redirect("governance:desk_meeting", document.meeting_id)
    return redirect("governance:desk_fund", document.fund_id)


@needs(P.FUND_SEE)
@require_safe
def desk_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over a document."""
    document = fetch(request, P.FUND_SEE, Document.objects.select_related("file"), pk)
    return file_answer(document.file, is_public=False)


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a fund by a resolution; say before what must be finished."""
    fund, at = fund_of(request, pk, edits=True), now()
    form = EndForm(
        request.POST if request.method == "POST" else None, fund=fund,
        initial={"on": local_date(at)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.end_fund(fund=fund, **form.cleaned_data, by=user_of(request), at=at)
        if not form.errors:
            messages.success(request, "基金已终止，资料和账目继续公开。")
            return redirect("governance:desk_fund", pk)
    context = {"form": form, "fund": fund, "left": queries.open_work(fund, at=at)}
    return render(request, "governance/desk_end.html", context, status=status_of(form))
