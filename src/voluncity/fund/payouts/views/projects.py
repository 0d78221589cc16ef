"""The desk: the money of one project, its plan, what is asked for and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import OVER, FundingState
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.forms import NothingForm, PlanForm, ReturnForm
from voluncity.fund.payouts.models import Installment, Plan
from voluncity.fund.payouts.queries import Place
from voluncity.fund.payouts.states import InstallmentState
from voluncity.fund.payouts.views.common import (
    CHECKS,
    MAKES,
    ON_A_PAGE,
    SEES,
    UNPROCESSABLE,
    WORKS,
    Handling,
    drawn,
    funding_of,
    held,
    mark_of,
    new_mark,
    words,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in

MORE_ROWS = 2
STEPS = {
    one.verb: one
    for one in (
        Handling(
            "agree", "同意拨付计划", NothingForm,
            lambda one, _, by, at: actions.agree_plan(plan=one, by=by, at=at),
            "已同意，可以按计划申请拨付。", (CHECKS,), may_self=False,
        ),
        Handling(
            "refuse", "不同意", words("不同意的原因"),
            lambda one, said, by, at: actions.refuse_plan(plan=one, by=by, at=at, **said),
            "已退回。", (CHECKS,), may_self=False,
        ),
        Handling(
            "withdraw", "撤回计划", NothingForm,
            lambda one, _, by, at: actions.withdraw_plan(plan=one, by=by, at=at),
            "已撤回。", (MAKES,),
        ),
    )
}  # fmt: skip


@needs(SEES)
@require_GET
def desk_funding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a project got, what comes when, and what it waits for."""
    return _page(request, funding_of(request, pk, SEES))


def _page(
    request: HttpRequest, funding: Funding, *, bound: dict[str, Any] | None = None
) -> HttpResponse:
    at, me = now(), user_of(request)
    mine = held(me, Funding.objects.all(), funding.pk)
    parts = queries.of_funding(funding)
    places = queries.places(funding, at=at, today=local_date(at))
    proposal = parts["proposal"]
    steps = []
    if proposal is not None:
        steps = drawn(
            STEPS.values(), possible=set(STEPS), mine=mine,
            is_own=proposal.made_by_id == me.pk, bound=bound or {},
        )  # fmt: skip
    context = {
        **parts,
        "funding": funding,
        "money": queries.money_of([funding])[funding.pk],
        "places": places,
        "steps": steps,
        "is_own": proposal is not None and proposal.made_by_id == me.pk,
        "may_make": MAKES in mine,
        "may_check": CHECKS in mine,
        "is_over": funding.state in OVER,
        "my_id": me.pk,
        "may_see_accounts": bool(mine),
        "may_plan": MAKES in mine and proposal is None and _may_be_planned(funding, places),
        "handle": new_mark(),  # with the number of each installment behind it
    }  # fmt: skip
    status = UNPROCESSABLE if bound else 200
    return render(request, "payouts/desk_funding.html", context, status=status)


def _may_be_planned(funding: Funding, places: Sequence[Place]) -> bool:
    """Return whether something of the award is neither paid nor on its way."""
    is_left = any(one.installment.state == InstallmentState.OPEN for one in places) or not places
    return is_left and funding.state in (FundingState.RUNNING, FundingState.SUSPENDED)


@needs(MAKES)
@require_http_methods(["GET", "POST"])
def desk_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose installments for what is not paid yet."""
    funding, at = funding_of(request, pk, MAKES), now()
    live = Installment.objects.filter(funding=funding)
    planned = list(live.filter(state=InstallmentState.OPEN).order_by("number"))
    rows = number_in(request.POST.get("rows")) or len(planned) + MORE_ROWS
    first = not Plan.objects.filter(funding=funding).exists()
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(
        sent, funding=funding, rows=rows, first=first, initial=PlanForm.initial_of(planned)
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.propose_plan(
                funding=funding, lines=form.lines(), reason=form.cleaned_data.get("reason", ""),
                handle=handle_in(request), by=user_of(request), at=at,
            )  # fmt: skip
            messages.success(request, "已提出，等待另一位同事同意。")
            return redirect("payouts:desk_funding", pk)
    kept = live.filter(state__in=[InstallmentState.TAKEN, InstallmentState.PAID])
    fixed = sum(one.fen for one in kept)
    context = {
        "form": form, "funding": funding, "kept": kept.select_related("milestone"),
        "rest": yuan_text(funding.awarded_fen - fixed), "handle": mark_of(request),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "payouts/desk_plan.html", context, status=status)


@needs(MAKES)
@require_GET
def desk_ready(request: HttpRequest) -> HttpResponse:
    """List the installments that may be asked for now."""
    found = queries.ready(reach(user_of(request), MAKES))
    rows = found.select_related("funding", "milestone").order_by("due_on", "pk")
    page = LongPaginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": local_date(now())}
    return render(request, "payouts/desk_ready.html", context)


@needs(*WORKS)
@require_GET
def desk_plans(request: HttpRequest) -> HttpResponse:
    """List the plans that wait for another one to agree."""
    found = queries.plans_waiting(reach(user_of(request), *WORKS))
    rows = found.select_related("funding", "made_by").order_by("made_at", "pk")
    page = LongPaginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "payouts/desk_plans.html", {"page": page})


@needs(*WORKS)
@require_POST
def desk_plan_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Agree to a plan, send it back, or take it back."""
    handling = STEPS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到拨付计划。")
    rows = Plan.objects.select_related("funding__fund__region", "funding__organization")
    plan: Plan = fetched(request, rows, pk, *handling.permissions)
    form, at = handling.form(request.POST, auto_id=f"{verb}_%s"), now()
    if form.is_valid():
        with refusals_in(form):
            handling.act(plan, form.cleaned_data, user_of(request), at)
            messages.success(request, handling.done)
            return redirect("payouts:desk_funding", plan.funding_id)
    return _page(request, funding_of(request, plan.funding_id, SEES), bound={verb: form})


@needs(MAKES)
@require_POST
def desk_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that an installment be paid."""
    rows = Installment.objects.select_related("funding__fund", "funding__organization", "milestone")
    installment: Installment = fetched(request, rows, pk, MAKES)
    payment = actions.ask_payment(
        installment=installment, handle=handle_in(request), by=user_of(request), at=now()
    )
    messages.success(request, "已申请，等待另一位同事复核。")
    return redirect("payouts:desk_detail", payment.pk)


@needs(MAKES)
@require_http_methods(["GET", "POST"])
def desk_return_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a recipient has paid back."""
    funding, at = funding_of(request, pk, MAKES), now()
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReturnForm(sent[0], sent[1], initial={"on": local_date(at)})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.enter_return(
                funding=funding, plan=form.plan(), proof=form.cleaned_data["proof"],
                handle=handle_in(request), by=user_of(request), at=at,
            )  # fmt: skip
            messages.success(request, "已登记，等待另一位同事确认到账。")
            return redirect("payouts:desk_return", made.pk)
    context = {
        "form": form, "funding": funding, "handle": mark_of(request),
        "money": queries.money_of([funding])[funding.pk],
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "payouts/desk_return_new.html", context, status=status)
