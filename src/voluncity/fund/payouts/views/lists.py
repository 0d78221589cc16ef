"""The desk: lists for the bank, their files, and what the bank answers."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.lists.source import uploaded
from voluncity.fund.governance.models import Fund
from voluncity.fund.payouts import actions, queries, rules
from voluncity.fund.payouts.forms import AnswerForm
from voluncity.fund.payouts.models import Disbursement, PaymentList
from voluncity.fund.payouts.states import ListState, PayState
from voluncity.fund.payouts.views.common import (
    CHECKS,
    ON_A_PAGE,
    SEES,
    UNPROCESSABLE,
    held,
    new_mark,
)
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import number_in
from voluncity.kernel.workbook import TYPE
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": TYPE}
LATE = timedelta(days=3)  # a bank answers within days


@needs(SEES)
@require_GET
def desk_lists(request: HttpRequest) -> HttpResponse:
    """List the lists within reach."""
    me = user_of(request)
    found = queries.lists(reach(me, SEES))
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    may_make = queries.to_list(reach(me, CHECKS)).exists()
    context = {"page": page, "may_make": may_make}
    return render(request, "payouts/desk_lists.html", context)


@needs(CHECKS)
@require_http_methods(["GET", "POST"])
def desk_list_new(request: HttpRequest) -> HttpResponse:
    """Choose approved payments of a fund and put them on a list for the bank."""
    scope = reach(user_of(request), CHECKS)
    waiting = queries.detailed_payments().in_scope(scope).filter(state=PayState.APPROVED)
    error, chosen = "", {number_in(one) for one in request.POST.getlist("payments")}
    if request.method == "POST":
        try:
            made = _make(request, [pk for pk in chosen if pk is not None])
        except NotFound:
            raise
        except Refusal as refusal:
            error = refusal.sentence
        else:
            messages.success(request, "清单已生成，请核对后导出给银行。")
            return redirect("payouts:desk_batch", made.pk)
    groups: dict[Fund, list[Disbursement]] = {}
    for one in waiting.order_by("funding__fund", "pk")[: actions.MOST_LINES]:
        groups.setdefault(one.funding.fund, []).append(one)
    context = {
        "by_fund": [
            (fund, rows, yuan_text(sum(row.fen for row in rows))) for fund, rows in groups.items()
        ],
        "error": error, "handle": new_mark(),  # with the number of each form behind it
        "left_out": set() if not error else _left_out(request, groups),
    }  # fmt: skip
    status = UNPROCESSABLE if error else 200
    return render(request, "payouts/desk_list_new.html", context, status=status)


def _left_out(request: HttpRequest, groups: dict[Fund, list[Disbursement]]) -> set[int]:
    """Return what somebody did not choose in the form that is drawn again."""
    chosen = set(request.POST.getlist("payments"))
    sent = request.POST.get("fund")
    return {
        row.pk
        for fund, rows in groups.items()
        for row in rows
        if str(fund.pk) == sent and str(row.pk) not in chosen
    }


def _make(request: HttpRequest, chosen: list[int]) -> PaymentList:
    rows, asked = Fund.objects.select_related("region"), number_in(request.POST.get("fund"))
    if asked is None:
        raise BadInput("请选择一个基金的拨付。", field="payments")
    fund = fetched(request, rows, asked, CHECKS)
    return actions.make_list(
        fund=fund, payment_ids=chosen, handle=handle_in(request), by=user_of(request), at=now()
    )


@needs(SEES)
@never_cache
@require_GET
def desk_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list with its lines."""
    return _page(request, fetched(request, queries.detailed_lists(), pk, SEES))


def _page(
    request: HttpRequest, payment_list: PaymentList, *, form: AnswerForm | None = None,
    faults: list[tuple[int, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    me, at = user_of(request), now()
    lines = queries.detailed_payments().filter(list=payment_list).order_by("place")
    mine = held(me, PaymentList.objects.all(), payment_list.pk)
    is_out = payment_list.state == ListState.EXPORTED
    exported = payment_list.exported_at
    context = {
        "list": payment_list,
        "lines": lines,
        "may_work": CHECKS in mine,
        "may_cancel": CHECKS in mine and payment_list.state == ListState.MADE,
        "may_answer": CHECKS in mine and is_out,
        "is_late": is_out and exported is not None and exported + LATE < at,
        "form": form or AnswerForm(),
        "faults": faults or [],
    }
    status = UNPROCESSABLE if (form and form.errors) or faults else 200
    return render(request, "payouts/desk_batch.html", context, status=status)


@needs(CHECKS)
@never_cache
@require_POST
def desk_export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Hand over a list for the bank; each time is written down, the file is always the same."""
    payment_list = fetched(request, queries.detailed_lists(), pk, CHECKS)
    name, content = actions.export_list(
        payment_list=payment_list, kind=kind, by=user_of(request), at=now()
    )
    return hand_over(BytesIO(content), content_type=TYPES[kind], filename=name, is_attachment=True)


@needs(CHECKS)
@require_POST
def desk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a list apart that was not exported."""
    payment_list = fetched(request, queries.detailed_lists(), pk, CHECKS)
    actions.cancel_list(payment_list=payment_list, by=user_of(request), at=now())
    messages.success(request, "清单已取消，其中的拨付可以列入新的清单。")
    return redirect("payouts:desk_batch", pk)


@needs(CHECKS)
@require_POST
def desk_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what the bank answers about a list, and write it down wholly or not at all."""
    payment_list = fetched(request, queries.detailed_lists(), pk, CHECKS)
    form = AnswerForm(request.POST, request.FILES)
    faults: list[tuple[int, str]] = []
    if form.is_valid():
        with refusals_in(form):
            read = rules.read_answers(uploaded(form.cleaned_data["file"]))
            answers, more = queries.matched(payment_list, read.lines)
            faults = sorted(read.faults + more)
            if not faults:
                paid, failed = actions.take_answers(
                    payment_list=payment_list, answers=answers, by=user_of(request), at=now()
                )
                messages.success(request, f"已登记：付款成功 {paid} 笔，失败 {failed} 笔。")
                return redirect("payouts:desk_batch", pk)
    again = fetched(request, queries.detailed_lists(), pk, SEES)
    return _page(request, again, form=form, faults=faults)
