"""The desk: charters, and who sits where."""

from __future__ import annotations

from django.contrib import messages
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
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.fund.governance import actions
from voluncity.fund.governance.forms import AdoptForm, CharterForm, LeaveForm, SeatForm
from voluncity.fund.governance.models import Charter, Seat
from voluncity.fund.governance.states import CharterState
from voluncity.fund.governance.views.common import fetch, file_answer, fund_of, status_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.web.forms import refusals_in
from voluncity.web.sent import seen_in

P = Permission


# -- Charters ------------------------------------------------------------------------------------


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_charter_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version of the charter from the last one."""
    fund = fund_of(request, pk, edits=True)
    last = fund.charters.exclude(state=CharterState.DISCARDED).first()
    form = CharterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=CharterForm.initial_of(last) | {"change": ""},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            charter = actions.draft_charter(
                fund=fund, plan=form.plan(), by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "草案已保存，会议通过后按决议施行。")
            return redirect("governance:desk_charter", charter.pk)
    context = {"form": form, "fund": fund}
    return render(request, "governance/desk_charter_form.html", context, status=status_of(form))


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_charter_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    charter = _charter(request, pk, edits=True)
    if charter.state != CharterState.DRAFT:
        raise Refusal("这一版章程已经施行或作废，请起草新的一版。", code="wrong_state.save")
    form = CharterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=CharterForm.initial_of(charter),
    )
    seen = seen_in(request) if form.is_bound else charter.edition
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.save_charter(
                charter=charter, plan=form.plan(), seen=seen, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "草案已保存。")
            return redirect("governance:desk_charter", pk)
    context = {"form": form, "fund": charter.fund, "charter": charter, "seen": seen}
    return render(request, "governance/desk_charter_form.html", context, status=status_of(form))


@needs(P.FUND_SEE)
@require_GET
def desk_charter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version."""
    charter = _charter(request, pk)
    context = {
        "charter": charter,
        "fund": charter.fund,
        "form": AdoptForm(fund=charter.fund, initial={"valid_from": local_date(now())}),
        "may_decide": _may_decide(request, charter),
    }
    return render(request, "governance/desk_charter.html", context)


def _may_decide(request: HttpRequest, charter: Charter) -> bool:
    return charter.state == CharterState.DRAFT and has(request.user, P.FUND_EDIT)


@needs(P.FUND_EDIT)
@require_POST
def desk_charter_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a version hold from a day on."""
    charter = _charter(request, pk, edits=True)
    form = AdoptForm(request.POST, fund=charter.fund)
    if form.is_valid():
        with refusals_in(form):
            actions.adopt_charter(
                charter=charter,
                **form.cleaned_data,
                seen=seen_in(request),
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已登记施行日期，到期自动成为现行章程。")
            return redirect("governance:desk_charter", pk)
    context = {
        "charter": charter, "fund": charter.fund, "form": form,
        "may_decide": _may_decide(request, charter),
    }  # fmt: skip
    return render(request, "governance/desk_charter.html", context, status=status_of(form))


@needs(P.FUND_EDIT)
@require_POST
def desk_charter_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    charter = _charter(request, pk, edits=True)
    actions.discard_charter(charter=charter, by=user_of(request), at=now())
    messages.success(request, "草案已作废。")
    return redirect("governance:desk_fund", charter.fund_id)


@needs(P.FUND_SEE)
@require_safe
def desk_charter_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the signed original of a version.

    :raises NotFound: when there is none.
    """
    charter = _charter(request, pk)
    if charter.paper is None:
        raise NotFound("这一版章程没有上传文件。")
    return file_answer(charter.paper, is_public=False)


def _charter(request: HttpRequest, pk: int, *, edits: bool = False) -> Charter:
    queryset = Charter.objects.select_related("fund__region", "resolution", "paper", "written_by")
    found: Charter = fetch(request, P.FUND_EDIT if edits else P.FUND_SEE, queryset, pk)
    return found


# -- Seats ---------------------------------------------------------------------------------------


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a seat."""
    fund = fund_of(request, pk, edits=True)
    form = SeatForm(request.POST if request.method == "POST" else None, fund=fund)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.appoint(
                fund=fund, plan=form.plan(), resolution=form.cleaned_data["resolution"],
                user=form.cleaned_data["user"], by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已登记任职。")
            return redirect("governance:desk_fund", pk)
    context = {"form": form, "fund": fund}
    return render(request, "governance/desk_seat.html", context, status=status_of(form))


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody leave."""
    seat: Seat = fetch(request, P.FUND_EDIT, Seat.objects.select_related("fund"), pk)
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        initial={"on": min(local_date(now()), seat.until_on)},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.end_seat(seat=seat, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已登记离任。")
            return redirect("governance:desk_fund", seat.fund_id)
    context = {"form": form, "seat": seat, "fund": seat.fund}
    return render(request, "governance/desk_seat.html", context, status=status_of(form))
