"""An organization writes down what it spent, with vouchers, one by one or out of a table."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.lists.source import uploaded
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.forms import ExpenseForm, TableForm, VoucherForm
from voluncity.fund.reports.models import Expense, Voucher
from voluncity.fund.reports.states import ExpenseState
from voluncity.fund.reports.views.common import UNPROCESSABLE, fetch_own, is_writable
from voluncity.kernel import workbook
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.sent import handle_in, new_handle, seen_in

P = Permission
# What an organization fills in: headings with their width in characters.
COLUMNS = (
    ("日期", 14), ("预算科目", 34), ("收款方", 26), ("用途", 26), ("金额", 12), ("发票号码", 24),
)  # fmt: skip


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_spending(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the expenses of a report beside the lines of the budget."""
    report = fetch_own(request, pk, to_write=True)
    remarks = queries.open_remarks(report)
    whole = queries.as_it_stands(report, at=now())
    context = {
        "report": report,
        "whole": whole,
        "expenses": [(one, remarks.get(f"expense-{one.pk}", "")) for one in whole.expenses],
        "uses": queries.lines_of(report.funding),
        "remark": remarks.get("spending", ""),
    }
    return render(request, "reports/own_spending.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_expense_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an expense down."""
    report = fetch_own(request, pk, to_write=True)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ExpenseForm(*sent, funding=report.funding)
    if sent and form.is_valid():
        paper = form.cleaned_data["file"]
        with refusals_in(form):
            actions.add_expense(
                report=report, plan=form.plan(), vouchers=[paper] if paper else [],
                handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已填报这笔支出。")
            return redirect(
                "reports:own_expense_new" if "more" in request.POST else "reports:own_spending", pk
            )
    context = {
        "report": report,
        "form": form,
        "uses": queries.lines_of(report.funding),
        "handle": request.POST.get("handle", "")[:36] if form.errors else new_handle(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "reports/own_expense_new.html", context, status=status)


def _fetch_expense(request: HttpRequest, pk: int) -> Expense:
    rows = Expense.objects.exclude(state=ExpenseState.REMOVED).select_related(
        "report__funding__organization", "report__milestone", "line"
    )
    found: Expense = fetched(request, rows, pk, P.GRANT_APPLY)
    if not is_writable(found.report):
        raise NotFound("这份报告现在不能修改，请回到报告页面查看。", code="reports.not_writable")
    return found


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_expense(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an expense and its vouchers."""
    expense = _fetch_expense(request, pk)
    sent = (request.POST,) if request.method == "POST" else ()
    form = _expense_form(expense, *sent)
    if sent and form.is_valid():
        with refusals_in(form):
            actions.change_expense(
                expense=expense, plan=form.plan(), seen=seen_in(request), by=user_of(request),
                at=now(),
            )  # fmt: skip
            messages.success(request, "已保存。")
            return redirect("reports:own_spending", expense.report_id)
    return _expense_page(request, expense, form=form)


def _expense_form(expense: Expense, *sent: Any) -> ExpenseForm:
    yuan, rest = divmod(expense.fen, 100)
    initial = {
        "line": expense.line_id, "on": expense.on, "payee": expense.payee, "what": expense.what,
        "sum": f"{yuan}.{rest:02d}" if rest else str(yuan), "invoice_no": expense.invoice_no,
    }  # fmt: skip
    return ExpenseForm(*sent, funding=expense.report.funding, with_file=False, initial=initial)


def _expense_page(
    request: HttpRequest, expense: Expense, *, form: ExpenseForm | None = None,
    voucher_form: VoucherForm | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "expense": expense,
        "report": expense.report,
        "form": form or _expense_form(expense),
        "voucher_form": voucher_form or VoucherForm(auto_id="v_%s"),
        "papers": expense.vouchers.filter(removed_at=None).select_related("file", "small"),
        "remark": queries.open_remarks(expense.report).get(f"expense-{expense.pk}", ""),
        # Of what the form was drawn from: after a refusal it is still that edition.
        "seen": request.POST.get("seen", "")[:9] if form and form.errors else expense.edition,
    }
    failed = (form and form.errors) or (voucher_form and voucher_form.errors)
    return render(
        request, "reports/own_expense.html", context, status=UNPROCESSABLE if failed else 200
    )


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_expense_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an expense out of its report."""
    expense = _fetch_expense(request, pk)
    actions.remove_expense(expense=expense, by=user_of(request), at=now())
    messages.success(request, "这笔支出已移除。")
    return redirect("reports:own_spending", expense.report_id)


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_voucher(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one more voucher to an expense."""
    expense = _fetch_expense(request, pk)
    form = VoucherForm(request.POST, request.FILES, auto_id="v_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.add_voucher(
                expense=expense, checked=form.cleaned_data["file"], by=user_of(request), at=now()
            )
            messages.success(request, "凭证已上传。")
            return redirect("reports:own_expense", pk)
    return _expense_page(request, expense, voucher_form=form)


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_voucher_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a voucher off."""
    rows = Voucher.objects.filter(removed_at=None).select_related("expense__report__funding")
    voucher: Voucher = fetched(request, rows, pk, P.GRANT_APPLY)
    actions.remove_voucher(voucher=voucher, by=user_of(request), at=now())
    messages.success(request, "凭证已移除。")
    return redirect("reports:own_expense", voucher.expense_id)


# -- Tables ----------------------------------------------------------------------------------------


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the expenses of a table over, all or none."""
    report = fetch_own(request, pk, to_write=True)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TableForm(*sent)
    if sent and form.is_valid():
        try:
            count = actions.import_expenses(
                report=report, source=uploaded(form.cleaned_data["file"]),
                handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            for sentence in refusal.sentence.split("\n"):
                form.add_error("file", sentence)
        else:
            messages.success(request, f"已导入 {count} 笔支出，请逐笔上传凭证。")
            return redirect("reports:own_spending", pk)
    context = {
        "report": report,
        "form": form,
        "handle": new_handle(),
        "columns": [name for name, _ in COLUMNS],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "reports/own_import.html", context, status=status)


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_table(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand over an empty table with the lines of this budget, one example of each."""
    report = fetch_own(request, pk)
    rows = [["", str(use.line), "", "", "", ""] for use in queries.lines_of(report.funding)]
    out = BytesIO()
    workbook.write_sheet(out, name="支出明细", columns=COLUMNS, rows=rows)
    out.seek(0)
    return hand_over(out, content_type=workbook.TYPE, filename="支出明细.xlsx", is_attachment=True)
