"""The counter of a shop: scan or type a code, hand over, take it back; what was handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.models import User
from voluncity.city.registers.listing import listed, page_of, query_in
from voluncity.honor.rewards import actions, codes, queries
from voluncity.honor.rewards.forms import CodeForm, WordsForm
from voluncity.honor.rewards.models import Merchant, Redemption, Shop, Voucher
from voluncity.honor.rewards.registers import REDEMPTIONS, asked_of
from voluncity.honor.rewards.views.common import ANYBODY_HERE, UNPROCESSABLE
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.REDEMPTION_TAKE)
@never_cache
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Scan or type a code; what it means is shown with one button to hand over."""
    me, at = user_of(request), now()
    shops = queries.shops_to_serve(me)
    sent = request.POST if request.method == "POST" else _in_address(request, shops)
    form = CodeForm(sent, shops=shops)
    voucher = None
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            shop = form.cleaned_data["shop"]
            text = form.cleaned_data["code"]
            voucher = actions.find_voucher(text=text, shop=shop, by=me, at=at)
    return _counter(request, shops, form, voucher, at=at)


def _in_address(request: HttpRequest, shops: QuerySet[Shop]) -> dict[str, str] | None:
    """Return the code of the address that stands in a QR code: any camera opens this page."""
    code = request.GET.get("code", "")
    shop = _shop_of(request, shops)
    return {"code": code, "shop": str(shop.pk)} if code and shop else None


def _shop_of(request: HttpRequest, shops: QuerySet[Shop]) -> Shop | None:
    """Return at which shop somebody stands; the only one where there is no choice."""
    asked = number_in(request.POST.get("shop", "") or request.GET.get("shop", ""))
    found = list(shops)
    return next((one for one in found if one.pk == asked), found[0] if found else None)


def _counter(
    request: HttpRequest,
    shops: QuerySet[Shop],
    form: CodeForm,
    voucher: Voucher | None,
    *,
    at: datetime,
    done: Redemption | None = None,
) -> HttpResponse:
    shop, me = _shop_of(request, shops), user_of(request)
    problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    context: dict[str, Any] = {
        "shops": shops,
        "shop": shop,
        "form": form,
        "problem": problem,
        "voucher": voucher,
        "done": done,
        "pass": codes.make_pass(voucher.pk, clerk_id=me.pk, at=at) if voucher else "",
        "today": queries.today_at(shop, today=local_date(at)) if shop else [],
        "at": at,
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = f"rewards/scan.html{'#panel' if is_part else ''}"
    return render(request, template, context, status=UNPROCESSABLE if problem else 200)


@needs(P.REDEMPTION_TAKE)
@require_POST
def redeem(request: HttpRequest) -> HttpResponse:
    """Hand over what a voucher promises that was found a moment ago."""
    me, at = user_of(request), now()
    shops = queries.shops_to_serve(me)
    form, done = CodeForm(shops=shops), None
    shop = shops.filter(pk=number_in(request.POST.get("shop", "")) or 0).first()
    if shop is None:
        raise BadInput("没有选择门店，请回到扫码页面重新选择。", field="shop")
    try:
        voucher_id = codes.read_pass(request.POST.get("pass", ""), clerk_id=me.pk, at=at)
        done = actions.redeem(voucher_id=voucher_id, shop=shop, by=me, at=at)
    except Refusal as refusal:
        form = CodeForm({"shop": str(shop.pk), "code": "-"}, shops=shops)
        form.is_valid()
        form.add_error(None, refusal.sentence)
    if done is not None and request.headers.get("HX-Request") != "true":
        messages.success(request, "已核销，请交付。")
        return redirect(f"{reverse('rewards:scan')}?shop={shop.pk}")
    return _counter(request, shops, form, None, at=at, done=done)


@needs(P.REDEMPTION_TAKE, P.MERCHANT_REVIEW)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a redemption back: the shop for some minutes, the office at any time."""
    found = _fetch(request, pk, P.MERCHANT_REVIEW, P.REDEMPTION_TAKE)
    me, form = user_of(request), WordsForm(request.POST, label="撤销原因")
    if form.is_valid():
        with refusals_in(form):
            actions.undo(
                redemption=found, words=form.cleaned_data["words"], by=me, at=now(),
                is_office=_is_office(me, found),
            )  # fmt: skip
    if form.errors:
        return _redemption(request, found, form)
    messages.success(request, "已撤销。")
    return redirect("rewards:desk_redemption", pk)


@needs(*ANYBODY_HERE)
@require_GET
def desk_redemption(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one redemption, and take it back where that is still possible."""
    return _redemption(request, _fetch(request, pk, *ANYBODY_HERE))


def _is_office(user: User, redemption: Redemption) -> bool:
    return may(user, P.MERCHANT_REVIEW, Redemption.objects.all(), pk=redemption.pk)


def _redemption(
    request: HttpRequest, found: Redemption, form: WordsForm | None = None
) -> HttpResponse:
    me, at = user_of(request), now()
    is_office = _is_office(me, found)
    takes = may(me, P.REDEMPTION_TAKE, Redemption.objects.all(), pk=found.pk)
    can_undo = found.undone_at is None and (is_office or (takes and at <= found.undo_until))
    context = {
        "redemption": found,
        "voucher": found.voucher,
        "lines": found.lines.select_related("sheet"),
        "is_office": is_office,
        "can_undo": can_undo,
        "form": form or WordsForm(label="撤销原因", hint="志愿者看得到。"),
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "rewards/desk_redemption.html", context, status=status)


def _fetch(request: HttpRequest, pk: int, *permissions: Permission) -> Redemption:
    rows = Redemption.objects.select_related(
        "voucher__version",
        "voucher__volunteer",
        "merchant__organization",
        "shop",
        "by",
        "undone_by",
    )
    found: Redemption = fetched(request, rows, pk, *permissions)
    return found


@needs(*ANYBODY_HERE)
@require_GET
def desk_redemptions(request: HttpRequest) -> HttpResponse:
    """List what was handed over within reach, the newest first."""
    me = user_of(request)
    asked, scope = asked_of(query_in(request), at=now()), reach(me, *ANYBODY_HERE)
    is_office, found = has(me, P.MERCHANT_REVIEW), queries.redemptions(scope, asked)
    context = {
        **(listed(request, REDEMPTIONS, found) if is_office else {"page": page_of(request, found)}),
        "asked": asked,
        "is_office": is_office,
        "kinds": queries.kinds(),
        "merchant": Merchant.objects.in_scope(scope).filter(pk=asked.merchant_id or 0).first(),
    }
    return render(request, "rewards/desk_redemptions.html", context)
