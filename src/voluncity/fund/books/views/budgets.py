"""The desk: budgets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.fund.books import actions, queries
from voluncity.fund.books.forms import ApproveForm, BudgetForm
from voluncity.fund.books.models import Budget
from voluncity.fund.books.states import BudgetState
from voluncity.fund.books.views.common import fetch, fund_of, status_of
from voluncity.fund.governance.models import Purpose
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.sent import seen_in

P = Permission


@needs(P.BUDGET_EDIT)
@require_http_methods(["GET", "POST"])
def desk_budget_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the budget of a year, or an amendment of the one that holds."""
    fund = fund_of(request, pk, edits=True)
    today = local_date(now())
    asked = number_in(request.GET.get("year")) or today.year
    years = [*queries.years(fund, today=today)]
    if today.year + 1 not in years:
        years.insert(0, today.year + 1)
    initial = BudgetForm.said(queries.holding(fund, asked)) | {"year": asked, "remark": ""}
    form = BudgetForm(
        request.POST if request.method == "POST" else None, initial=initial,
        purposes=list(Purpose.objects.filter(fund=fund)), years=years,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            budget = actions.draft_budget(
                fund=fund, year=form.cleaned_data["year"], plan=form.plan(), by=user_of(request),
                at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "预算草案已保存，会议通过后由另一位同事登记批准。")
            return redirect("books:desk_budget", budget.pk)
    context = {"form": form, "fund": fund}
    return render(request, "books/desk_budget_form.html", context, status=status_of(form))


@needs(P.BUDGET_EDIT)
@require_http_methods(["GET", "POST"])
def desk_budget_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    budget = _budget(request, pk, edits=True)
    if budget.state != BudgetState.DRAFT:
        raise Refusal("这份预算已经批准或作废，请编制调整预算。", code="wrong_state.save")
    form = BudgetForm(
        request.POST if request.method == "POST" else None, initial=BudgetForm.said(budget),
        purposes=list(Purpose.objects.filter(fund=budget.fund)),
    )  # fmt: skip
    seen = seen_in(request) if form.is_bound else budget.edition
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.save_budget(
                budget=budget, plan=form.plan(), seen=seen, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "预算草案已保存。")
            return redirect("books:desk_budget", pk)
    context = {"form": form, "fund": budget.fund, "budget": budget, "seen": seen}
    return render(request, "books/desk_budget_form.html", context, status=status_of(form))


@needs(P.FUND_SEE)
@require_GET
def desk_budget(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version of a budget beside what really moved."""
    return _page(request, _budget(request, pk), None)


def _page(request: HttpRequest, budget: Budget, form: ApproveForm | None) -> HttpResponse:
    user = user_of(request)
    edits = has(user, P.BUDGET_EDIT) and budget.state == BudgetState.DRAFT
    wrote = user.pk in {budget.made_by_id, budget.changed_by_id}
    context = {
        "budget": budget,
        "fund": budget.fund,
        "year": budget.year,
        "rows": queries.compared(budget, budget.fund, queries.of_year(budget.fund, budget.year)),
        "edits": edits,
        "may_approve": edits and not wrote,
        "must_be_another": edits and wrote,
        "form": form or ApproveForm(fund=budget.fund),
    }
    return render(request, "books/desk_budget.html", context, status=status_of(form))


@needs(P.BUDGET_EDIT)
@require_POST
def desk_budget_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a budget hold as the meeting resolved."""
    budget = _budget(request, pk, edits=True)
    form = ApproveForm(request.POST, fund=budget.fund)
    if form.is_valid():
        with refusals_in(form):
            actions.approve_budget(
                budget=budget,
                **form.cleaned_data,
                seen=seen_in(request),
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, f"{budget.year} 年度预算已按决议批准。")
            return redirect("books:desk_budget", pk)
    return _page(request, budget, form)


@needs(P.BUDGET_EDIT)
@require_POST
def desk_budget_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    budget = _budget(request, pk, edits=True)
    actions.discard_budget(budget=budget, by=user_of(request), at=now())
    messages.success(request, "预算草案已作废。")
    return redirect("books:desk_fund", budget.fund_id)


def _budget(request: HttpRequest, pk: int, *, edits: bool = False) -> Budget:
    queryset = Budget.objects.select_related(
        "fund__region", "resolution", "made_by", "changed_by", "approved_by"
    )
    found: Budget = fetch(request, P.BUDGET_EDIT if edits else P.FUND_SEE, queryset, pk)
    return found
