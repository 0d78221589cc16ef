"""The desk: accounts of recipients, masked; verified by another person with the paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.payouts import actions, queries, rules
from voluncity.fund.payouts.forms import NothingForm, PayeeForm, RevealForm
from voluncity.fund.payouts.models import Payee
from voluncity.fund.payouts.states import PAYEE_FLOW, PayeeState
from voluncity.fund.payouts.views.common import (
    CHECKS,
    MAKES,
    ON_A_PAGE,
    UNPROCESSABLE,
    WORKS,
    Handling,
    drawn,
    funding_of,
    held,
    mark_of,
    words,
)
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in

HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "verify", "核对通过",
            words("核对说明", "开户名和受资助方不同的，写明怎样核实的。", wanted=False),
            lambda one, said, by, at: actions.verify_payee(payee=one, by=by, at=at, **said),
            "已核对，受资助方会收到通知。", (CHECKS,), tone="primary", may_self=False,
        ),
        Handling(
            "refuse", "核对未通过", words("没有通过的原因", "受资助方看得到。"),
            lambda one, said, by, at: actions.refuse_payee(payee=one, by=by, at=at, **said),
            "已退回，受资助方会收到通知。", (CHECKS,), may_self=False,
        ),
        Handling(
            "withdraw", "撤回账户", NothingForm,
            lambda one, _, by, at: actions.withdraw_payee(payee=one, by=by, at=at),
            "已撤回。", (MAKES,),
        ),
        Handling(
            "stop", "停用账户", words("停用的原因", "停用以后不再向这个账户付款。"),
            lambda one, said, by, at: actions.stop_payee(payee=one, by=by, at=at, **said),
            "已停用。", (CHECKS,), tone="danger",
        ),
    )
}  # fmt: skip


@needs(*WORKS)
@never_cache
@require_GET
def desk_accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts within reach."""
    state = request.GET.get("state", "")
    found = queries.accounts(reach(user_of(request), *WORKS), state=state)
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": PayeeState.choices}
    return render(request, "payouts/desk_accounts.html", context)


@needs(MAKES)
@require_http_methods(["GET", "POST"])
def desk_account_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an account for the recipient of a project."""
    funding = funding_of(request, pk, MAKES)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PayeeForm(sent[0], sent[1], initial={"holder": rules.owner_name(funding)})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.enter_payee(
                funding=funding, plan=form.plan(), proof=form.cleaned_data["proof"],
                handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已登记，等待另一位同事对照开户材料核对。")
            return redirect("payouts:desk_account", made.pk)
    context = {
        "form": form, "funding": funding, "handle": mark_of(request),
        "account": queries.account_of(funding), "owner": rules.owner_name(funding),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "payouts/desk_account_new.html", context, status=status)


@needs(*WORKS)
@never_cache
@require_GET
def desk_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account, masked."""
    return _page(request, _fetch(request, pk))


@needs(*WORKS)
@require_POST
def desk_account_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Verify, refuse, take back or stop an account."""
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到收款账户。")
    payee = fetched(request, queries.detailed_accounts(), pk, *handling.permissions)
    form = handling.form(request.POST, auto_id=f"{verb}_%s")
    if form.is_valid():
        with refusals_in(form):
            handling.act(payee, form.cleaned_data, user_of(request), now())
            messages.success(request, handling.done)
            return redirect("payouts:desk_account", pk)
    return _page(request, _fetch(request, pk), bound={verb: form})


@needs(*WORKS)
@never_cache
@require_POST
def desk_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole number to who says why; it is written down."""
    payee, form = _fetch(request, pk), RevealForm(request.POST, auto_id="reveal_%s")
    if not form.is_valid():
        return _page(request, payee, revealing=form)
    number = actions.reveal_number(
        payee=payee, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
    )
    return _page(request, payee, number=number)


def _page(
    request: HttpRequest, payee: Payee, *, bound: dict[str, forms.Form] | None = None,
    revealing: RevealForm | None = None, number: str = "",
) -> HttpResponse:  # fmt: skip
    me = user_of(request)
    possible = {step.verb for step in PAYEE_FLOW.verbs(payee.state)} - {"replace"}
    mine = held(me, Payee.objects.all(), payee.pk)
    is_own = payee.made_by_id == me.pk
    context: dict[str, Any] = {
        "payee": payee,
        "others": "、".join(queries.others_with_number(payee)),
        "difference": rules.differences(payee.holder, payee.owner_name) if payee.is_other else "",
        "steps": drawn(
            HANDLINGS.values(), possible=possible, mine=mine, is_own=is_own, bound=bound or {}
        ),
        "is_own": is_own and payee.state == PayeeState.ENTERED and CHECKS in mine,
        "revealing": revealing or RevealForm(auto_id="reveal_%s"),
        "number": number,
        "grouped": " ".join(number[place : place + 4] for place in range(0, len(number), 4)),
        "warning": rules.luhn_warning(number) if number else "",
    }
    status = UNPROCESSABLE if bound or (revealing and revealing.errors) else 200
    return render(request, "payouts/desk_account.html", context, status=status)


def _fetch(request: HttpRequest, pk: int) -> Payee:
    found: Payee = fetched(request, queries.detailed_accounts(), pk, *WORKS)
    return found
