"""The desk: merchants within reach, joining, what is decided about them, their shops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, page_of, query_in
from voluncity.honor.rewards import actions, queries
from voluncity.honor.rewards.forms import MerchantForm, NothingForm, ShopForm, WordsForm
from voluncity.honor.rewards.models import Merchant, Shop
from voluncity.honor.rewards.registers import MERCHANTS, filters_of
from voluncity.honor.rewards.states import MERCHANT_FLOW, MerchantState
from voluncity.honor.rewards.views.common import (
    ANYBODY_HERE,
    UNPROCESSABLE,
    moves_in_words,
    newest_of,
    refuse_unseen,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P, S = Permission, MerchantState


@needs(*ANYBODY_HERE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the merchants within reach; a shop's people see their own and the way to the counter."""
    me, at = user_of(request), now()
    today = local_date(at)
    is_office = has(me, P.MERCHANT_REVIEW)
    filters, scope = filters_of(query_in(request), at=at), reach(me, *ANYBODY_HERE)
    found = queries.merchants(scope, filters)
    context: dict[str, Any] = {
        **(listed(request, MERCHANTS, found) if is_office else {"page": page_of(request, found)}),
        "filters": filters,
        "is_office": is_office,
        "may_join": has(me, P.OFFER_EDIT) and queries.joinable(me).exists(),
        "may_scan": has(me, P.REDEMPTION_TAKE),
        "can_settle": is_office or has(me, P.OFFER_EDIT),
        "kinds": queries.kinds(),
        "counties": regions.counties(on=today),
        "states": MerchantState.choices,
    }
    if is_office:
        context["tasks"] = queries.task_counts(reach(me, P.MERCHANT_REVIEW))
    return render(request, "rewards/desk_list.html", context)


# -- Join and change -----------------------------------------------------------------------------


@needs(P.OFFER_EDIT)
@require_http_methods(["GET", "POST"])
def desk_join(request: HttpRequest) -> HttpResponse:
    """Ask to join for an organization that one looks after."""
    me, sent = user_of(request), request.method == "POST"
    organizations = queries.joinable(me)
    form = MerchantForm(
        *((request.POST, request.FILES) if sent else ()), organizations=organizations
    )
    if sent and form.is_valid():
        with refusals_in(form):
            made = actions.apply_merchant(
                organization=form.cleaned_data["organization"], plan=form.plan(),
                permit=form.cleaned_data["permit"], photo=form.cleaned_data["photo"],
                by=me, at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已提交，文明办审核后会发消息告诉您。可以先填门店。")
            return redirect("rewards:desk_merchant", made.pk)
    context = {"form": form, "title": "申请加入回馈激励", "nobody": not organizations.exists()}
    return _form_page(request, form, context)


@needs(P.OFFER_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a merchant says about itself, or hand it in again."""
    merchant = _fetch(request, pk, P.OFFER_EDIT)
    sent = request.method == "POST"
    known = {
        "kind": merchant.kind_id, "promise": merchant.promise,
        "contact_name": merchant.contact_name, "contact_phone": actions.contact_phone(merchant),
    }  # fmt: skip
    form = MerchantForm(
        *((request.POST, request.FILES) if sent else ()), merchant=merchant, initial=known
    )
    if sent and form.is_valid():
        with refusals_in(form):
            actions.change_merchant(
                merchant=merchant, plan=form.plan(), permit=form.cleaned_data["permit"],
                photo=form.cleaned_data["photo"], by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已保存。")
            return redirect("rewards:desk_merchant", pk)
    asks = merchant.state in MERCHANT_FLOW.sources("resubmit")
    title = "修改并重新提交" if asks else "修改商家资料"
    return _form_page(request, form, {"form": form, "title": title, "merchant": merchant})


def _form_page(request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rewards/desk_form.html", context, status=status)


# -- One merchant, and what is done about it -----------------------------------------------------


@dataclass(frozen=True)
class Handling:
    """One thing that may be done about a merchant, by whom."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Merchant, dict[str, Any], User, datetime], object]
    done: str
    permissions: tuple[Permission, ...] = (P.MERCHANT_REVIEW,)


def _words(label: str, hint: str = "对方看得到。") -> Callable[..., forms.Form]:
    return lambda *sent: WordsForm(*sent, label=label, hint=hint)


def _act(action: Callable[..., object]) -> Callable[..., object]:
    return lambda merchant, said, by, at: action(merchant=merchant, by=by, at=at, **said)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling("approve", "审核通过", NothingForm, _act(actions.approve_merchant), "已通过。"),
        Handling(
            "send_back", "退回修改", _words("要改什么"), _act(actions.send_back_merchant),
            "已退回。",
        ),
        Handling("refuse", "不予通过", _words("原因"), _act(actions.refuse_merchant), "已登记。"),
        Handling(
            "suspend", "暂停", _words("暂停的原因"), _act(actions.suspend_merchant),
            "已暂停，期间不能兑换和核销。",
        ),
        Handling("resume", "恢复", NothingForm, _act(actions.resume_merchant), "已恢复。"),
        Handling(
            "end", "退出回馈激励",
            _words("退出的原因", "所有项目下架；没用的券会收回，积分退还志愿者。"),
            _act(actions.end_merchant), "已退出。", (P.MERCHANT_REVIEW, P.OFFER_EDIT),
        ),
    )
}  # fmt: skip


@needs(*ANYBODY_HERE)
@require_GET
def desk_merchant(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one merchant: its papers, shops, offers and what happened."""
    return _page(request, _fetch(request, pk, *ANYBODY_HERE))


@needs(P.MERCHANT_REVIEW, P.OFFER_EDIT)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a merchant; a form with errors is drawn again."""
    merchant, me = _fetch(request, pk, P.MERCHANT_REVIEW, P.OFFER_EDIT), user_of(request)
    handling = HANDLINGS.get(verb)
    if handling is None or verb not in _possible(me, merchant, in_any_state=True):
        raise NotFound("没有这一步，请回到商家页面。")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            refuse_unseen(request, merchant.moves.filter(offer=None))
            handling.act(merchant, form.cleaned_data, me, now())
    if form.errors:
        return _page(request, _fetch(request, pk, *ANYBODY_HERE), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("rewards:desk_merchant", pk)


def _possible(user: User, merchant: Merchant, *, in_any_state: bool = False) -> set[str]:
    rows = Merchant.objects.all()
    held = {
        one for one in (P.MERCHANT_REVIEW, P.OFFER_EDIT) if may(user, one, rows, pk=merchant.pk)
    }
    now_possible = {step.verb for step in MERCHANT_FLOW.verbs(merchant.state)}
    return {
        one.verb
        for one in HANDLINGS.values()
        if held & set(one.permissions) and (in_any_state or one.verb in now_possible)
    }


def _page(
    request: HttpRequest, merchant: Merchant, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    me, sent = user_of(request), bound or {}
    possible = _possible(me, merchant) | set(sent)
    rows = Merchant.objects.all()
    is_office = may(me, P.MERCHANT_REVIEW, rows, pk=merchant.pk)
    may_edit = may(me, P.OFFER_EDIT, rows, pk=merchant.pk)
    context = {
        "merchant": merchant,
        "is_office": is_office,
        "may_edit": may_edit,
        "may_scan": may(me, P.REDEMPTION_TAKE, rows, pk=merchant.pk),
        "phone": actions.contact_phone(merchant) if is_office or may_edit else "",
        "shops": merchant.shops.filter(closed_at=None).select_related("region"),
        "offers": queries.offers_of(merchant),
        "steps": [
            (one, sent.get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in possible
        ],
        "moves": moves_in_words(merchant.moves.filter(offer=None)),
        "seen": newest_of(merchant.moves.filter(offer=None)),
        "first": next(iter(sent), ""),
        "can_resubmit": may_edit and merchant.state in MERCHANT_FLOW.sources("resubmit"),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "rewards/desk_merchant.html", context, status=status)


def _fetch(request: HttpRequest, pk: int, *permissions: Permission) -> Merchant:
    found: Merchant = fetched(request, queries.detailed_merchants(), pk, *permissions)
    return found


# -- Shops ---------------------------------------------------------------------------------------


@needs(P.OFFER_EDIT)
@require_http_methods(["GET", "POST"])
def desk_shop_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a shop."""
    merchant = _fetch(request, pk, P.OFFER_EDIT)
    form = ShopForm(request.POST or None, today=local_date(now()))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.add_shop(merchant=merchant, plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "门店已添加。")
            return redirect("rewards:desk_merchant", pk)
    return _form_page(request, form, {"form": form, "title": "添加门店", "merchant": merchant})


@needs(P.OFFER_EDIT)
@require_http_methods(["GET", "POST"])
def desk_shop(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a shop."""
    shop = _shop(request, pk)
    names = ("name", "region", "address", "hours", "phone", "lat", "lng")
    known = {name: getattr(shop, name) for name in names}
    form = ShopForm(request.POST or None, today=local_date(now()), initial=known)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.change_shop(shop=shop, plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "门店已修改。")
            return redirect("rewards:desk_merchant", shop.merchant_id)
    context = {"form": form, "title": "修改门店", "merchant": shop.merchant, "shop": shop}
    return _form_page(request, form, context)


@needs(P.OFFER_EDIT)
@require_POST
def desk_shop_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a shop no more."""
    shop = _shop(request, pk)
    actions.close_shop(shop=shop, by=user_of(request), at=now())
    messages.success(request, "门店已停用。")
    return redirect("rewards:desk_merchant", shop.merchant_id)


def _shop(request: HttpRequest, pk: int) -> Shop:
    rows = Shop.objects.select_related("merchant__organization", "region")
    found: Shop = fetched(request, rows, pk, P.OFFER_EDIT)
    return found
