"""An organization's own money: what was paid, what comes when and what it waits for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.grants.states import OVER
from voluncity.fund.payouts import actions, queries, rules
from voluncity.fund.payouts.forms import PayeeForm, ReceiptForm
from voluncity.fund.payouts.models import Disbursement
from voluncity.fund.payouts.views.common import ON_A_PAGE, UNPROCESSABLE, funding_of, mark_of
from voluncity.fund.payouts.views.returns import keep_receipt
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in

P = Permission


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """List the funded projects of one's organizations with their money."""
    found = queries.own(scope_of(user_of(request), P.GRANT_APPLY))
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    money = queries.money_of(list(page))
    context = {"page": page, "rows": [(one, money[one.pk]) for one in page]}
    return render(request, "payouts/own_list.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one project's money to its organization."""
    funding, at = funding_of(request, pk, P.GRANT_APPLY), now()
    context = {
        **queries.of_funding(funding),
        "funding": funding,
        "money": queries.money_of([funding])[funding.pk],
        "places": queries.places(funding, at=at, today=local_date(at)),
        "receipt_form": ReceiptForm(),
        "may_enter": funding.state not in OVER,
    }
    return render(request, "payouts/own_detail.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the account of one's organization, or another one."""
    funding = funding_of(request, pk, P.GRANT_APPLY)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PayeeForm(sent[0], sent[1], initial={"holder": rules.owner_name(funding)})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.enter_payee(
                funding=funding, plan=form.plan(), proof=form.cleaned_data["proof"],
                handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已提交，基金工作人员核对以后生效。")
            return redirect("payouts:own_detail", pk)
    context = {
        "form": form, "funding": funding, "handle": mark_of(request),
        "account": queries.account_of(funding), "owner": rules.owner_name(funding),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "payouts/own_account.html", context, status=status)


@needs(P.GRANT_APPLY)
@require_POST
def own_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an account that nobody has verified yet; then go back to the project."""
    payee = fetched(request, queries.detailed_accounts(), pk, P.GRANT_APPLY)
    actions.withdraw_payee(payee=payee, by=user_of(request), at=now())
    messages.success(request, "已撤回，可以重新登记。")
    asked_from = number_in(request.POST.get("project"))
    return redirect(*(("payouts:own_detail", asked_from) if asked_from else ("payouts:own_list",)))


@needs(P.GRANT_APPLY)
@require_POST
def own_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the receipt of a payment."""
    rows = Disbursement.objects.select_related("funding__organization")
    payment: Disbursement = fetched(request, rows, pk, P.GRANT_APPLY)
    return keep_receipt(request, payment, page="payouts:own_detail", pk=payment.funding_id)
