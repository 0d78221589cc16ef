"""The desk: money that goes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.models import User
from voluncity.fund.donations import actions, queries
from voluncity.fund.donations.forms import NothingForm, PaidForm
from voluncity.fund.donations.models import Refund
from voluncity.fund.donations.registers import masked_donor
from voluncity.fund.donations.states import REFUND_FLOW, Channel
from voluncity.fund.donations.views.common import (
    ON_A_PAGE,
    SEES_GIFTS,
    UNPROCESSABLE,
    Handling,
    held,
    words,
)
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission


def _approve(refund: Refund, _said: dict[str, Any], by: User, at: datetime) -> None:
    approved = actions.approve_refund(refund=refund, by=by, at=at)
    actions.send_refund(refund=approved, at=at)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling("approve", "同意退还", NothingForm, _approve, "已同意。", (P.GIFT_CHECK,)),
        Handling(
            "refuse", "不同意", words("不同意的原因"),
            lambda one, said, by, at: actions.refuse_refund(refund=one, by=by, at=at, **said),
            "已登记。", (P.GIFT_CHECK,),
        ),
        Handling(
            "finish", "登记已退还", PaidForm,
            lambda one, said, by, at: actions.confirm_refund(refund=one, by=by, at=at, **said),
            "已登记退还。", (P.GIFT_CHECK,),
        ),
    )
}  # fmt: skip


@needs(*SEES_GIFTS)
@require_GET
def desk_refunds(request: HttpRequest) -> HttpResponse:
    """List the refunds within reach."""
    rows = LongPaginator(queries.refunds(reach(user_of(request), *SEES_GIFTS)), ON_A_PAGE)
    context = {"page": rows.get_page(request.GET.get("page"))}
    return render(request, "donations/desk_refunds.html", context)


@needs(*SEES_GIFTS)
@require_GET
def desk_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one refund."""
    return _page(request, _fetch(request, pk, *SEES_GIFTS))


@needs(P.GIFT_CHECK)
@require_POST
def desk_refund_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a refund; a form with errors is drawn again."""
    refund, me = _fetch(request, pk, P.GIFT_CHECK), user_of(request)
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到退还页面。")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(refund, form.cleaned_data, me, now())
    if form.errors:
        return _page(request, _fetch(request, pk, *SEES_GIFTS), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("donations:desk_refund", pk)


def _page(
    request: HttpRequest, refund: Refund, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    sent = bound or {}
    mine = held(user_of(request), Refund.objects.all(), refund.pk, [P.GIFT_CHECK])
    possible = {step.verb for step in REFUND_FLOW.verbs(refund.state)} | set(sent)
    if refund.gift.channel == Channel.WECHAT:
        possible -= {"finish"}
    steps = [
        (one, sent.get(one.verb) or one.form())
        for one in HANDLINGS.values()
        if one.verb in possible and mine
    ]
    context = {"refund": refund, "steps": steps, "donor": masked_donor(refund.gift)}
    status = UNPROCESSABLE if bound else 200
    return render(request, "donations/desk_refund.html", context, status=status)


def _fetch(request: HttpRequest, pk: int, *permissions: Permission) -> Refund:
    rows = Refund.objects.select_related(
        "gift__appeal__fund__region", "gift__purpose", "asked_by", "decided_by"
    )
    found: Refund = fetched(request, rows, pk, *permissions)
    return found
