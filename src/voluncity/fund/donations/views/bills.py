"""The desk: the payment service's bills beside our books."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.donations import actions, gateway, queries, rules
from voluncity.fund.donations.forms import DayForm, WordsForm
from voluncity.fund.donations.models import Bill, Difference
from voluncity.fund.donations.views.common import ON_A_PAGE, UNPROCESSABLE, held
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
SEES_BILLS = (P.GIFT_CHECK, P.FUND_SEE)
NOTICES = 20


@needs(*SEES_BILLS)
@require_GET
def desk_bills(request: HttpRequest) -> HttpResponse:
    """List the bills within reach."""
    return _list(request, DayForm(initial={"day": rules.newest_bill(now())}))


@needs(P.GIFT_CHECK)
@require_POST
def desk_fetch(request: HttpRequest) -> HttpResponse:
    """Fetch the bill of a day and lay it beside our books."""
    form = DayForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            bill = actions.reconcile(day=form.cleaned_data["day"], at=now())
        if not form.errors:
            messages.success(request, "已对账。")
            return redirect("donations:desk_bill", bill.pk)
    return _list(request, form)


def _list(request: HttpRequest, form: DayForm) -> HttpResponse:
    me = user_of(request)
    scope = reach(me, *SEES_BILLS)
    rows = LongPaginator(queries.bills(scope), ON_A_PAGE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "may_fetch": has(me, P.GIFT_CHECK) and gateway.exists(),
        "rows": [(one, sum(d.settled_at is None for d in one.differences.all())) for one in page],
        "notices": queries.odd_notices(scope)[:NOTICES],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "donations/desk_bills.html", context, status=status)


@needs(*SEES_BILLS)
@require_GET
def desk_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a day: both sums, and every row that does not agree."""
    bill: Bill = fetched(request, Bill.objects.all(), pk, *SEES_BILLS)
    mine = held(user_of(request), Bill.objects.all(), pk, [P.GIFT_CHECK])
    differences = bill.differences.select_related("settled_by")
    context = {"bill": bill, "differences": differences, "may_settle": bool(mine)}
    return render(request, "donations/desk_bill.html", context)


@needs(P.GIFT_CHECK)
@require_POST
def desk_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a difference was.

    :raises NotFound: when it is out of reach.
    """
    difference = Difference.objects.select_related("bill").filter(pk=pk).first()
    if difference is None:
        raise NotFound("没有找到这条差异。")
    fetched(request, Bill.objects.all(), difference.bill_id, P.GIFT_CHECK)
    form = WordsForm(request.POST, label="核实结果")
    if form.is_valid():
        with refusals_in(form):
            actions.settle_difference(
                difference=difference, words=form.cleaned_data["words"], by=user_of(request),
                at=now(),
            )  # fmt: skip
    for sentences in form.errors.values():
        messages.error(request, " ".join(str(one) for one in sentences))
    if not form.errors:
        messages.success(request, "已登记核实结果。")
    return redirect("donations:desk_bill", difference.bill_id)
