"""The desk: payments, one by one and as a register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import has, reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.forms import BounceForm, ConfirmForm, NothingForm
from voluncity.fund.payouts.models import Disbursement
from voluncity.fund.payouts.registers import PAYMENTS, filters_of
from voluncity.fund.payouts.states import PAY_FLOW, ListState, PayState
from voluncity.fund.payouts.views.common import (
    CHECKS,
    MAKES,
    SEES,
    UNPROCESSABLE,
    WORKS,
    Handling,
    drawn,
    held,
    mark_of,
    words,
)
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.sent import handle_in

S = PayState


def _bounce(payment: Disbursement, said: dict[str, Any], by: Any, at: Any) -> None:
    form = BounceForm()
    form.cleaned_data = said
    actions.enter_bounce(
        payment=payment, plan=form.plan(), proof=said["proof"], handle=said["handle"], by=by, at=at
    )


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "approve", "同意拨付", NothingForm,
            lambda one, _, by, at: actions.approve_payment(payment=one, by=by, at=at),
            "已同意，请列入拨付清单。", (CHECKS,), tone="primary", may_self=False,
        ),
        Handling(
            "confirm", "确认已付款", ConfirmForm,
            lambda one, said, by, at: actions.confirm_payment(payment=one, by=by, at=at, **said),
            "已确认，账目已记。", (CHECKS,), tone="primary", may_self=False,
        ),
        Handling(
            "fail", "登记付款失败", words("失败的原因", "照银行的答复写，受资助方看得到。"),
            lambda one, said, by, at: actions.fail_payment(payment=one, by=by, at=at, **said),
            "已登记，这一期可以重新申请。", (CHECKS,), may_self=False,
        ),
        Handling(
            "refuse", "退回", words("退回的原因"),
            lambda one, said, by, at: actions.refuse_payment(payment=one, by=by, at=at, **said),
            "已退回。", (CHECKS,), may_self=False,
        ),
        Handling(
            "withdraw", "撤回", words("撤回的原因"),
            lambda one, said, by, at: actions.withdraw_payment(payment=one, by=by, at=at, **said),
            "已撤回，这一期可以重新申请。", WORKS,
        ),
        Handling(
            "bounce", "登记银行退汇", BounceForm, _bounce,
            "已登记，等待另一位同事确认到账。", (MAKES,),
        ),
    )
}  # fmt: skip


@needs(SEES, *WORKS)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the payments within reach."""
    me = user_of(request)
    scope = reach(me, SEES)
    filters = filters_of(query_in(request))
    found = queries.payments(scope, filters)
    context = {
        "filters": filters,
        **listed(request, PAYMENTS, found),
        "tasks": queries.counted(scope),
        "states": S.choices,
        "funds": queries.funds_in(scope),
        "may_make": has(me, MAKES),
        "may_work": has(me, MAKES) or has(me, CHECKS),
    }
    return render(request, "payouts/desk_list.html", context)


@needs(SEES)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one payment."""
    return _page(request, fetched(request, queries.detailed_payments(), pk, SEES))


@needs(*WORKS)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a payment; a form with errors is drawn again."""
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到拨付页面。")
    payment = fetched(request, queries.detailed_payments(), pk, *handling.permissions)
    form = handling.form(request.POST, *_files(handling, request), auto_id=f"{verb}_%s")
    if form.is_valid():
        said = dict(form.cleaned_data)
        if verb == "bounce":
            said["handle"] = handle_in(request)
        with refusals_in(form):
            handling.act(payment, said, user_of(request), now())
            messages.success(request, handling.done)
            return redirect("payouts:desk_detail", pk)
    again = fetched(request, queries.detailed_payments(), pk, SEES)
    return _page(request, again, bound={verb: form})


def _files(handling: Handling, request: HttpRequest) -> tuple[Any, ...]:
    return (request.FILES,) if handling.form is BounceForm else ()


def _page(
    request: HttpRequest, payment: Disbursement, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    me = user_of(request)
    possible = {step.verb for step in PAY_FLOW.verbs(payment.state)}
    waiting = payment.returns.exclude(state="refused").exists()
    if waiting:
        possible -= {"bounce"}
    if payment.list and payment.list.state == ListState.MADE:
        possible -= {"confirm", "fail"}
    mine = held(me, Disbursement.objects.all(), payment.pk)
    context = {
        "payment": payment,
        "steps": drawn(
            HANDLINGS.values(), possible=possible, mine=mine,
            is_own=payment.asked_by_id == me.pk, bound=bound or {},
        ),
        "is_own": payment.asked_by_id == me.pk and CHECKS in mine
        and payment.state in (S.ASKED, S.LISTED),
        "may_make": MAKES in mine,
        "may_see_accounts": bool(mine),
        "shares": payment.shares.select_related("purpose"),
        "receipts": payment.receipts.select_related("file", "made_by"),
        "returns": payment.returns.all(),
        "handle": mark_of(request),
    }  # fmt: skip
    status = UNPROCESSABLE if bound else 200
    return render(request, "payouts/desk_detail.html", context, status=status)
