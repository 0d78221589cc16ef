"""The desk: write offers, hand them in, review them, pause them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.models import User
from voluncity.honor.rewards import actions, queries, rules
from voluncity.honor.rewards.forms import NothingForm, TermsForm, WordsForm, terms_of
from voluncity.honor.rewards.models import Merchant, Offer, Version
from voluncity.honor.rewards.states import (
    OFFER_FLOW,
    PENDING,
    VERSION_FLOW,
    LimitPeriod,
    OfferState,
)
from voluncity.honor.rewards.views.common import (
    ANYBODY_HERE,
    UNPROCESSABLE,
    moves_in_words,
    newest_of,
    refuse_unseen,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.web.forms import refusals_in

P = Permission
_USUAL_DAYS = 90


@needs(P.OFFER_EDIT)
@require_http_methods(["GET", "POST"])
def desk_offer_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new offer of a merchant."""
    merchant: Merchant = fetched(request, queries.detailed_merchants(), pk, P.OFFER_EDIT)
    today = local_date(now())
    usual = {
        "kind": merchant.kind_id, "points": 100, "stars": 0, "per_person": 1,
        "limit_period": LimitPeriod.MONTH, "offered_from": today, "use_days": 30,
        "offered_until": today + timedelta(days=_USUAL_DAYS), "returns_points": True,
        "use_until": today + timedelta(days=_USUAL_DAYS + 30),
        "shops": list(merchant.shops.filter(closed_at=None)),
    }  # fmt: skip
    form = _terms_form(request, merchant, usual)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            version = actions.write_offer(
                merchant=merchant, terms=form.plan(), photo=form.cleaned_data["photo"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已保存，请核对后提交审核。")
            return redirect("rewards:desk_offer", version.offer_id)
    return _form_page(request, form, "新建兑换项目", merchant)


@needs(P.OFFER_EDIT)
@require_http_methods(["GET", "POST"])
def desk_offer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write other terms for an offer."""
    offer = _fetch(request, pk, P.OFFER_EDIT)
    newest = offer.versions.first()
    form = _terms_form(request, offer.merchant, terms_of(newest) if newest else {})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_offer(
                offer=offer, terms=form.plan(), photo=form.cleaned_data["photo"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已保存，请核对后提交审核。审核通过以前，现行条件不变。")
            return redirect("rewards:desk_offer", pk)
    return _form_page(request, form, "修改兑换项目", offer.merchant, offer)


def _terms_form(request: HttpRequest, merchant: Merchant, known: dict[str, Any]) -> TermsForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return TermsForm(*sent, merchant=merchant, initial=known)


def _form_page(
    request: HttpRequest,
    form: TermsForm,
    title: str,
    merchant: Merchant,
    offer: Offer | None = None,
) -> HttpResponse:
    context = {"form": form, "title": title, "merchant": merchant, "offer": offer}
    has_shops = merchant.shops.filter(closed_at=None).exists()
    status = UNPROCESSABLE if form.errors else 200
    return render(
        request, "rewards/desk_terms.html", context | {"has_shops": has_shops}, status=status
    )


# -- One offer -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handling:
    """One thing that may be done about an offer or its pending terms, and by whom."""

    verb: str
    label: str
    act: Callable[[Offer, Version | None, dict[str, Any], User, datetime], object]
    done: str
    permission: Permission = P.OFFER_EDIT
    form: Callable[..., forms.Form] = NothingForm


def _of_terms(action: Callable[..., object]) -> Callable[..., object]:
    def act(
        _offer: Offer, version: Version | None, said: dict[str, Any], by: User, at: datetime
    ) -> object:
        if version is None:
            raise WrongState("没有等待办理的条件，请刷新页面。", code="rewards.no_version")
        return action(version=version, by=by, at=at, **said)

    return act


def _of_offer(action: Callable[..., object]) -> Callable[..., object]:
    return lambda offer, _version, said, by, at: action(offer=offer, by=by, at=at, **said)


def _reason(*sent: Any) -> forms.Form:
    return WordsForm(*sent, label="要改什么", hint="商家看得到。")


# Those of the pending terms, then those of the offer.
OF_TERMS = ("submit", "approve", "send_back")
HANDLINGS = {
    one.verb: one
    for one in (
        Handling("submit", "提交审核", _of_terms(actions.submit_offer), "已提交，等文明办审核。"),
        Handling(
            "approve", "通过并上架", _of_terms(actions.publish_offer), "已上架。", P.MERCHANT_REVIEW
        ),
        Handling(
            "send_back", "退回修改", _of_terms(actions.send_back_offer), "已退回。",
            P.MERCHANT_REVIEW, _reason,
        ),
        Handling("pause", "暂停兑换", _of_offer(actions.pause_offer), "已暂停。"),
        Handling("resume", "恢复兑换", _of_offer(actions.resume_offer), "已恢复。"),
        Handling("end", "下架", _of_offer(actions.end_offer), "已下架，兑出的券仍可使用。"),
    )
}  # fmt: skip


@needs(*ANYBODY_HERE)
@require_GET
def desk_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one offer: what holds, what is on its way, what was before."""
    return _page(request, _fetch(request, pk, *ANYBODY_HERE))


@needs(P.MERCHANT_REVIEW, P.OFFER_EDIT)
@require_POST
def desk_offer_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about an offer; a form with errors is drawn again."""
    offer, me = _fetch(request, pk, P.MERCHANT_REVIEW, P.OFFER_EDIT), user_of(request)
    handling = HANDLINGS.get(verb)
    if handling is None or not may(me, handling.permission, Offer.objects.all(), pk=pk):
        raise NotFound("没有这一步，请回到项目页面。")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            refuse_unseen(request, offer.moves)
            handling.act(offer, _pending(offer), form.cleaned_data, me, now())
    if form.errors:
        return _page(request, _fetch(request, pk, *ANYBODY_HERE), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("rewards:desk_offer", pk)


def _pending(offer: Offer) -> Version | None:
    found = offer.versions.filter(state__in=PENDING)
    version: Version | None = found.select_related("offer__merchant__organization").first()
    return version


def _possible(user: User, offer: Offer, pending: Version | None) -> set[str]:
    held = {
        one
        for one in (P.MERCHANT_REVIEW, P.OFFER_EDIT)
        if may(user, one, Offer.objects.all(), pk=offer.pk)
    }
    of_offer = {step.verb for step in OFFER_FLOW.verbs(offer.state)}
    of_terms = {step.verb for step in VERSION_FLOW.verbs(pending.state)} if pending else set()
    return {
        one.verb
        for one in HANDLINGS.values()
        if one.permission in held and one.verb in (of_terms if one.verb in OF_TERMS else of_offer)
    }


def _page(
    request: HttpRequest, offer: Offer, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    me, sent = user_of(request), bound or {}
    versions = queries.versions_of(offer)
    pending = next((one for one in versions if one.state in PENDING), None)
    possible = _possible(me, offer, pending) | set(sent)
    may_edit = may(me, P.OFFER_EDIT, Offer.objects.all(), pk=offer.pk)
    context = {
        "offer": offer,
        "merchant": offer.merchant,
        "versions": [_told(one) for one in versions],
        "pending": pending,
        "title": versions[0].title if versions else offer.number,
        "may_edit": may_edit and offer.state != OfferState.ENDED,
        "may_list": may_edit or may(me, P.MERCHANT_REVIEW, Offer.objects.all(), pk=offer.pk),
        "steps": [
            (one, sent.get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in possible
        ],
        "moves": moves_in_words(offer.moves),
        "seen": newest_of(offer.moves),
        "first": next(iter(sent), ""),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "rewards/desk_offer.html", context, status=status)


def _told(version: Version) -> dict[str, Any]:
    return {
        "version": version,
        "price": rules.price_text(version.points, version.stars),
        "limit": rules.limit_text(version.per_person, version.limit_period),
        "settlement": rules.settlement_text(version.settlement_fen),
        "is_open": version.state in PENDING,
    }


def _fetch(request: HttpRequest, pk: int, *permissions: Permission) -> Offer:
    found: Offer = fetched(request, queries.detailed_offers(), pk, *permissions)
    return found
