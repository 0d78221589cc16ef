"""The side of the recipient: milestones, signed paper, change requests."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.forms import ChangeForm, PlanForm, ScanForm
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules import changes as change_rules
from voluncity.fund.grants.states import AgreeStep, FundingState
from voluncity.fund.grants.views.common import (
    ON_A_PAGE,
    UNPROCESSABLE,
    difference_of,
    fetch_own,
    fetch_own_change,
    hub,
)
from voluncity.kernel.refusals import WrongState
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in, new_handle, seen_in

P = Permission


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """List what one's organizations are funded for."""
    return draw_own_list(request)


def draw_own_list(request: HttpRequest) -> HttpResponse:
    """Draw the list of one's organizations."""
    at = now()
    found = queries.own(scope_of(request.user, P.GRANT_APPLY))
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(one, queries.stage(one, at)) for one in page]}
    return render(request, "grants/own_list.html", context)


@needs(P.GRANT_APPLY, P.FUNDING_EDIT)
@never_cache
@require_GET
def own_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project, and what is to be done next."""
    return _page(request, fetch_own(request, pk))


def _page(request: HttpRequest, funding: Funding, *, scan: ScanForm | None = None) -> HttpResponse:
    S, G = FundingState, AgreeStep  # noqa: N806
    is_agreeing = funding.state == S.AGREEING
    context: dict[str, Any] = hub(request, funding, "own", now()) | {
        "may_plan": is_agreeing and funding.step == G.PLANNING,
        "may_upload": is_agreeing and funding.step == G.ISSUED,
        "may_change": funding.state == S.RUNNING,
        "scan_form": scan or ScanForm(),
    }
    status = UNPROCESSABLE if scan else 200
    return render(request, "grants/own_detail.html", context, status=status)


@needs(P.GRANT_APPLY, P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def own_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Write who is responsible and the milestones; save, or save and hand in."""
    funding = fetch_own(request, pk)
    if funding.state != FundingState.AGREEING or funding.step != AgreeStep.PLANNING:
        raise WrongState("里程碑已经提交，现在不能修改。需要修改的请联系基金办公室退回。")
    milestones = list(funding.milestones.all())
    form = PlanForm(
        *((request.POST,) if request.method == "POST" else ()),
        starts_on=funding.starts_on, ends_on=funding.ends_on, planned=len(milestones),
        initial=PlanForm.kept(funding.lead, milestones),
    )  # fmt: skip
    if form.is_bound and form.is_valid() and _save_plan(request, funding, form):
        return redirect("grants:own_detail", pk)
    context = {"funding": funding, "form": form, "seen": request.POST.get("seen", funding.edition)}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "grants/own_plan.html", context, status=status)


def _save_plan(request: HttpRequest, funding: Funding, form: PlanForm) -> bool:
    by, at = user_of(request), now()
    is_handed_in = request.POST.get("then") == "hand_in"
    with refusals_in(form):
        actions.save_plan(
            funding=funding, lead=form.cleaned_data["lead"], milestones=form.plans(),
            seen=seen_in(request), by=by, at=at,
        )  # fmt: skip
        if is_handed_in:
            actions.hand_in_plan(funding=funding, seen=funding.edition, by=by, at=at)
        messages.success(
            request, "已提交，等待基金办公室确认。" if is_handed_in else "已保存，还没有提交。"
        )
    return not form.errors


@needs(P.GRANT_APPLY, P.FUNDING_EDIT)
@never_cache
@require_POST
def own_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload the signed paper."""
    funding = fetch_own(request, pk)
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.upload_scan(
                funding=funding, checked=form.cleaned_data["file"], seen=seen_in(request),
                by=user_of(request), at=now(),
            )  # fmt: skip
    if form.errors:
        return _page(request, fetch_own(request, pk), scan=form)
    messages.success(request, "已上传，等待基金办公室核对。")
    return redirect("grants:own_detail", pk)


@needs(P.GRANT_APPLY, P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def own_change_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that something be otherwise."""
    funding = fetch_own(request, pk)
    if funding.state != FundingState.RUNNING:
        raise WrongState("执行中的项目才能申请变更。")
    whole = queries.version_of(funding)
    days = queries.days_to_make_up(funding, at=now()) if "later" in request.GET else 0
    form = ChangeForm(
        *((request.POST,) if request.method == "POST" else ()),
        now=whole, kinds=queries.kinds_of(funding),
        suggested=change_rules.moved(whole, days) if days else None,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            change = actions.ask_change(
                funding=funding, after=form.version(), reason=form.cleaned_data["reason"],
                seen=seen_in(request), handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "变更申请已提交，办理结果会通知您。")
            return redirect("grants:own_change", change.pk)
    context = {
        "funding": funding,
        "form": form,
        "seen": request.POST.get("seen", funding.edition),
        "handle": request.POST.get("handle") or new_handle(),
        "waiting": queries.asked_change(funding),
        "later": days,
        "accepted": [one for one in funding.milestones.all() if one.is_accepted],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "grants/own_change_new.html", context, status=status)


@needs(P.GRANT_APPLY, P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def own_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a change request; take it back while it waits."""
    change = fetch_own_change(request, pk)
    if request.method == "POST":
        actions.withdraw_change(change=change, by=user_of(request), at=now())
        messages.success(request, "变更申请已撤回。")
        return redirect("grants:own_change", pk)
    context = {
        "change": change,
        "funding": change.funding,
        "differences": difference_of(change),
        "whose": "own",
    }
    return render(request, "grants/change.html", context)
