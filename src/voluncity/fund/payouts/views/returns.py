"""The desk: money that came back; papers of accounts, receipts and returns."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import reach
from voluncity.city.files import queries as files
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.forms import NothingForm, ReceiptForm
from voluncity.fund.payouts.models import Disbursement, Receipt, Return
from voluncity.fund.payouts.states import RETURN_FLOW, ReturnState
from voluncity.fund.payouts.views.common import (
    CHECKS,
    MAKES,
    ON_A_PAGE,
    SEES,
    UNPROCESSABLE,
    WORKS,
    Handling,
    drawn,
    held,
    words,
)
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "confirm", "确认到账", NothingForm,
            lambda one, _, by, at: actions.confirm_return(money=one, by=by, at=at),
            "已确认，账目已记。", (CHECKS,), tone="primary", may_self=False,
        ),
        Handling(
            "refuse", "不予确认", words("不予确认的原因"),
            lambda one, said, by, at: actions.refuse_return(money=one, by=by, at=at, **said),
            "已登记。", (CHECKS,), may_self=False,
        ),
    )
}  # fmt: skip


@needs(SEES)
@require_GET
def desk_returns(request: HttpRequest) -> HttpResponse:
    """List what came back within reach."""
    found = queries.returns(reach(user_of(request), SEES))
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "payouts/desk_returns.html", {"page": page})


@needs(SEES)
@require_GET
def desk_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one return."""
    return _page(request, fetched(request, queries.detailed_returns(), pk, SEES))


@needs(CHECKS)
@require_POST
def desk_return_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm or refuse a return."""
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到退回登记。")
    money = fetched(request, queries.detailed_returns(), pk, CHECKS)
    form = handling.form(request.POST, auto_id=f"{verb}_%s")
    if form.is_valid():
        with refusals_in(form):
            handling.act(money, form.cleaned_data, user_of(request), now())
            messages.success(request, handling.done)
            return redirect("payouts:desk_return", pk)
    again = fetched(request, queries.detailed_returns(), pk, SEES)
    return _page(request, again, bound={verb: form})


def _page(
    request: HttpRequest, money: Return, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    me = user_of(request)
    mine, is_own = held(me, Return.objects.all(), money.pk), money.made_by_id == me.pk
    possible = {step.verb for step in RETURN_FLOW.verbs(money.state)}
    context = {
        "money": money,
        "steps": drawn(
            HANDLINGS.values(), possible=possible, mine=mine, is_own=is_own, bound=bound or {}
        ),
        "is_own": is_own and money.state == ReturnState.ENTERED and CHECKS in mine,
        "shares": money.shares.select_related("purpose"),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "payouts/desk_return.html", context, status=status)


@needs(MAKES)
@require_POST
def desk_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a receipt that came on paper."""
    payment = fetched(request, queries.detailed_payments(), pk, MAKES)
    return keep_receipt(request, payment, page="payouts:desk_detail", pk=pk)


def keep_receipt(
    request: HttpRequest, payment: Disbursement, *, page: str, pk: int
) -> HttpResponse:
    """Keep a receipt and go back to a page; a wrong file is said there."""
    form = ReceiptForm(request.POST, request.FILES)
    if form.is_valid():
        actions.add_receipt(
            payment=payment, paper=form.cleaned_data["paper"], by=user_of(request), at=now()
        )
        messages.success(request, "收据已保存。")
    else:
        messages.error(request, " ".join(str(one) for one in form.errors["paper"]))
    return redirect(page, pk)


# -- Papers --------------------------------------------------------------------------------------


@needs(*WORKS, P.GRANT_APPLY)
@never_cache
@require_safe
def account_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the paper of an account, which shows the whole number; it is written down."""
    payee = fetched(request, queries.detailed_accounts(), pk, *WORKS, P.GRANT_APPLY)
    actions.note_paper(payee=payee, by=user_of(request), at=now())
    return _hand_over(payee.proof)


@needs(SEES, P.GRANT_APPLY)
@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over a receipt."""
    rows = Receipt.objects.select_related("file")
    found: Receipt = fetched(request, rows, pk, SEES, P.GRANT_APPLY)
    return _hand_over(found.file)


@needs(SEES)
@never_cache
@require_safe
def return_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the bank's slip of a return."""
    money: Return = fetched(request, queries.detailed_returns(), pk, SEES)
    if money.proof is None:
        raise NotFound("这笔退回没有附上回单。")
    return _hand_over(money.proof)


def _hand_over(stored: StoredFile) -> FileResponse:
    is_paper = stored.kind == FileKind.DOCUMENT
    return hand_over(
        files.opened(stored), content_type=stored.content_type,
        filename=stored.original_name if is_paper else f"{stored.key}.webp",
        is_attachment=is_paper,
    )  # fmt: skip
