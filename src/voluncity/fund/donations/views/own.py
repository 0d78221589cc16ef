"""Give on our own page, and what somebody gave: orders, certificates, monthly gifts."""

from __future__ import annotations

import json
from secrets import token_hex

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import signed_in
from voluncity.city.people.asking import user_of
from voluncity.fund.donations import actions, fakes, gateway, queries, rules
from voluncity.fund.donations.forms import OrderForm, PlanForm
from voluncity.fund.donations.models import Order
from voluncity.fund.donations.paper import certificate_pdf
from voluncity.fund.donations.states import OrderState
from voluncity.fund.donations.views.common import UNPROCESSABLE
from voluncity.fund.donations.views.public import pays_here
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState
from voluncity.kernel.text import number_in
from voluncity.web.answers import guarded
from voluncity.web.forms import refusals_in

SUMS = (10, 50, 100, 500)
# Where the door of WeChat puts who somebody is there, once there is one.
OPENID = "wechat_openid"


@signed_in
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give money; it goes to the foundation's own account.

    :raises WrongState: when this appeal is not paid here.
    """
    me, at, appeal = user_of(request), now(), queries.public_appeal(pk)
    if not pays_here(appeal):
        raise WrongState("这个募捐不在本站收款，请回到募捐页面查看捐赠方式。")
    plan = queries.plan_of(me, appeal, number_in(request.GET.get("plan")))
    begin = {"handle": token_hex(16), "amount": _yuan(plan.amount_fen) if plan else ""}
    form = OrderForm(request.POST if request.method == "POST" else None, initial=begin)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.start_order(
                appeal=appeal, plan=form.plan(), handle=form.cleaned_data["handle"],
                openid=request.session.get(OPENID, ""), monthly=plan, by=me, at=at,
            )  # fmt: skip
        if not form.errors:
            return redirect("donations:order", made.pk)
    context = {
        "appeal": appeal, "form": form, "sums": SUMS, "plan": plan,
        "is_open": rules.accepts(appeal, today=local_date(at)),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "donations/give.html", context, status=status)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}" if fen % 100 else str(fen // 100)


@signed_in
@require_GET
@never_cache
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay an order, or see what became of it."""
    return render(request, "donations/order.html", _order_context(request, pk))


@signed_in
@require_GET
@never_cache
def order_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what became of an order; the page asks until it is known."""
    return render(request, "donations/order.html#state", _order_context(request, pk))


def _order_context(request: HttpRequest, pk: int) -> dict[str, object]:
    found, at = queries.order_of(user_of(request), pk), now()
    waits = found.state == OrderState.WAITING and at < found.expires_at
    sheet = ""
    if waits and found.prepay_id and gateway.exists():
        sheet = json.dumps(gateway.gateway().sheet(prepay_id=found.prepay_id, at=at))
    return {"order": found, "waits": waits, "sheet": sheet, "is_fake": gateway.is_fake()}


@signed_in
@require_POST
def play(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay an order in the demo city, as the phone would; the service tells us of it.

    :raises WrongState: outside the demo city.
    """
    found, at = queries.order_of(user_of(request), pk), now()
    if not (gateway.is_fake() and found.prepay_id + found.code_url):
        raise WrongState("这里不能代替手机支付，请用微信支付。")
    _pay(found, by_another=request.POST.get("how") == "another")
    headers, body = fakes.server().notice(found.trade_no, at=at)
    actions.take_notice(headers=headers, body=body, at=at)
    return redirect("donations:order", pk)


def _pay(found: Order, *, by_another: bool) -> None:
    amount = found.amount_fen + 1 if by_another else None
    fakes.server().pay(found.trade_no, at=now(), amount=amount)


# -- What somebody gave --------------------------------------------------------------------------


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own gifts and monthly plans."""
    me = user_of(request)
    context = {"gifts": list(queries.gifts_of(me)[:200]), "plans": queries.plans_of(me)}
    return render(request, "donations/mine.html", context)


@signed_in
@require_GET
def certificate(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Print the certificate of one's own gift."""
    gift = queries.own_gift(user_of(request), pk)
    answer = HttpResponse(certificate_pdf(gift), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{gift.number}.pdf"'
    return guarded(answer)


@signed_in
@require_POST
def want_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the fiscal receipt of an own gift."""
    actions.want_receipt(gift_id=pk, by=user_of(request), at=now())
    messages.success(request, "已申请捐赠票据。由基金会开具，开好以后号码显示在这里。")
    return redirect("donations:mine")


@signed_in
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether everybody may read the name."""
    shows = request.POST.get("shows") == "1"
    actions.show_giver(gift_id=pk, shows_name=shows, by=user_of(request), at=now())
    messages.success(request, "已公开姓名。" if shows else "已隐去姓名。")
    return redirect("donations:mine")


@signed_in
@require_http_methods(["GET", "POST"])
def monthly(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to be reminded each month."""
    appeal = queries.public_appeal(pk)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.start_plan(
                appeal=appeal, amount=form.cleaned_data["amount"], by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "月捐已设定。每月到期会发消息提醒，由您确认后支付。")
            return redirect("donations:mine")
    status = UNPROCESSABLE if form.errors else 200
    context = {"appeal": appeal, "form": form, "sums": SUMS}
    return render(request, "donations/monthly.html", context, status=status)


@signed_in
@require_POST
def end_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a monthly gift."""
    actions.end_plan(plan_id=pk, by=user_of(request), at=now())
    messages.success(request, "月捐已停止。谢谢您。")
    return redirect("donations:mine")
