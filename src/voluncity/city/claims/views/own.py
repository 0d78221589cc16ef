"""One's own: claim a record, ask for a correction, see what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.claims import actions, queries
from voluncity.city.claims.forms import ClaimForm, CorrectionForm
from voluncity.city.claims.rules import DECLINE_ADVICE, REFUSE_ADVICE
from voluncity.city.claims.states import CorrectionState, DeclineReason, RefuseReason, Way
from voluncity.city.people.asking import user_of
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in


@signed_in
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what became of my claims."""
    claims = list(queries.claims_of(user_of(request))[:20])
    dues = queries.dues(claims, at=now())
    rows = [
        (
            claim,
            DECLINE_ADVICE[DeclineReason(claim.reason)] if claim.reason else "",
            dues[claim.key],
        )
        for claim in claims
    ]
    context = {"rows": rows, "volunteer": user_of(request).volunteer_or_none}
    return render(request, "claims/mine.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number", "code")
def new(request: HttpRequest) -> HttpResponse:
    """Claim a record with a code from a desk, or with photos for staff."""
    if user_of(request).volunteer_or_none is not None:
        messages.info(request, "您已经有一份志愿者登记。还有另一份的，请联系志愿服务站合并。")
        return redirect("people:me")
    today = local_date(now())
    form = ClaimForm(today=today)
    if request.method == "POST":
        form = ClaimForm(request.POST, request.FILES, today=today)
        if form.is_valid():
            with refusals_in(form):
                return _claim(request, form)
    status = 422 if form.errors else 200
    return render(request, "claims/new.html", {"form": form}, status=status)


def _claim(request: HttpRequest, form: ClaimForm) -> HttpResponse:
    if form.cleaned_data["way"] == Way.CODE:
        actions.claim_by_code(
            asked=form.asked(), code=form.cleaned_data["code"], by=user_of(request), at=now()
        )
        messages.success(request, "认领成功，这份登记现在是您的了，今后用这个手机号登录。")
        return redirect("people:me")
    actions.ask_claim(asked=form.asked(), photos=form.photos(), by=user_of(request), at=now())
    messages.success(request, "已收到，工作人员核对后会发消息告诉您结果。")
    return redirect("claims:mine")


@signed_in
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take my own claim back."""
    actions.withdraw_claim(claim_id=pk, by=user_of(request), at=now())
    messages.success(request, "已撤回。")
    return redirect("claims:mine")


@volunteer_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number")
def correct(request: HttpRequest) -> HttpResponse:
    """Say what is right about my name and papers, and see what became of it."""
    volunteer, today = user_of(request).volunteer, local_date(now())
    form = CorrectionForm(volunteer=volunteer, today=today)
    if request.method == "POST":
        form = CorrectionForm(request.POST, request.FILES, volunteer=volunteer, today=today)
        if form.is_valid():
            with refusals_in(form):
                actions.ask_correction(
                    volunteer_id=volunteer.pk, asked=form.asked(), photos=form.photos(),
                    by=user_of(request), at=now(),
                )  # fmt: skip
                messages.success(request, "已收到，工作人员核对证件后会发消息告诉您。")
                return redirect("claims:correct")
    return _correction_page(request, form)


def _correction_page(request: HttpRequest, form: CorrectionForm) -> HttpResponse:
    asked = list(queries.corrections_of(form.volunteer)[:10])
    waiting = [one for one in asked if one.state == CorrectionState.ASKED]
    context: dict[str, Any] = {
        "form": form,
        "open": waiting[0] if waiting else None,
        "due": next(iter(queries.dues(waiting, at=now()).values()), None),
        "rows": [
            (one, REFUSE_ADVICE[RefuseReason(one.reason)] if one.reason else "")
            for one in asked
            if one.state != CorrectionState.ASKED
        ],
    }
    return render(request, "claims/correct.html", context, status=422 if form.errors else 200)


@volunteer_only
@require_POST
def withdraw_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Take my own request back."""
    actions.withdraw_correction(correction_id=pk, by=user_of(request), at=now())
    messages.success(request, "已撤回。")
    return redirect("claims:correct")
