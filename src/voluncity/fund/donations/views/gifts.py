"""The desk: gifts within reach, writing them down, checking them, the desk of an event."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, reach, scope_of
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.models import User
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.donations import actions, queries
from voluncity.fund.donations.forms import (
    FiscalForm,
    GiftForm,
    NothingForm,
    RefundForm,
    given_at,
)
from voluncity.fund.donations.models import Appeal, Gift, GivingEvent
from voluncity.fund.donations.paper import certificate_pdf
from voluncity.fund.donations.registers import GIFTS, asked_of, masked_donor
from voluncity.fund.donations.rules import ReceiptPlan
from voluncity.fund.donations.states import GIFT_FLOW, SHOWN, Channel, DonorKind, GiftState
from voluncity.fund.donations.views.common import (
    SEES_GIFTS,
    UNPROCESSABLE,
    Handling,
    held,
    words,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import guarded
from voluncity.web.forms import refusals_in

P = Permission
NEWEST = 8


@needs(*SEES_GIFTS)
@require_GET
def desk_gifts(request: HttpRequest) -> HttpResponse:
    """List the gifts within reach."""
    me = user_of(request)
    scope, asked = reach(me, *SEES_GIFTS), asked_of(query_in(request))
    context = {
        **listed(request, GIFTS, queries.gifts(scope, asked)),
        "asked": asked,
        "tasks": queries.gift_tasks(scope),
        "states": GiftState.choices,
        "channels": Channel.choices,
        "appeals": Appeal.objects.in_scope(scope).filter(state__in=SHOWN),
        "may_record": has(me, P.GIFT_RECORD),
        "sees_all": has(me, P.FUND_SEE),
    }
    return render(request, "donations/desk_gifts.html", context)


def _open_appeals(user: User) -> Any:
    return Appeal.objects.in_scope(scope_of(user, P.GIFT_RECORD)).filter(state__in=SHOWN)


def _begin() -> dict[str, Any]:
    return {
        "handle": token_hex(16), "given_on": local_date(now()), "channel": Channel.TRANSFER,
        "donor_kind": DonorKind.PERSON,
    }  # fmt: skip


@needs(P.GIFT_RECORD)
@require_http_methods(["GET", "POST"])
def desk_gift_new(request: HttpRequest) -> HttpResponse:
    """Write a gift down; the next one can follow at once."""
    me, at = user_of(request), now()
    appeals = _open_appeals(me)
    begin = _begin() | {"appeal": request.GET.get("appeal", "")}
    form = GiftForm(
        request.POST if request.method == "POST" else None, appeals=appeals, initial=begin
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            gift = actions.record_gift(
                appeal=form.cleaned_data["appeal"], plan=form.plan(), event=None,
                given_at=given_at(form.cleaned_data["given_on"], at),
                handle=form.cleaned_data["handle"], by=me, at=at,
            )  # fmt: skip
        if not form.errors:
            messages.success(
                request, f"已登记 {gift.number}，{gift.amount_text}。请另一位工作人员复核入账。"
            )
            if "again" in request.POST:
                return redirect(f"{request.path}?appeal={gift.appeal_id}")
            return redirect("donations:desk_gift", gift.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "nobody": not appeals.exists()}
    return render(request, "donations/desk_gift_new.html", context, status=status)


@needs(*SEES_GIFTS, P.APPEAL_EDIT)
@require_GET
def desk_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the entry desk of an event; the newest gifts stand below."""
    event = _event(request, pk, *SEES_GIFTS, P.APPEAL_EDIT)
    return _event_page(request, event, _event_form(event, None))


@needs(P.GIFT_RECORD)
@require_POST
def desk_event_gift(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a gift down at an event: an amount, a name, enter."""
    event, at = _event(request, pk, P.GIFT_RECORD), now()
    form = _event_form(event, request.POST)
    if form.is_valid():
        with refusals_in(form):
            gift = actions.record_gift(
                appeal=event.appeal, plan=form.plan(), event=event, given_at=at,
                handle=form.cleaned_data["handle"], by=user_of(request), at=at,
            )  # fmt: skip
        if not form.errors:
            messages.success(request, f"已登记 {gift.number}，{gift.amount_text}。")
            return redirect("donations:desk_event", pk)
    return _event_page(request, event, form)


def _event(request: HttpRequest, pk: int, *permissions: Permission) -> GivingEvent:
    rows = GivingEvent.objects.select_related("appeal__fund__region")
    found: GivingEvent = fetched(request, rows, pk, *permissions)
    return found


def _event_form(event: GivingEvent, sent: Any) -> GiftForm:
    appeals = Appeal.objects.filter(pk=event.appeal_id)
    return GiftForm(sent, appeals=appeals, event=event, initial=_begin())


def _event_page(request: HttpRequest, event: GivingEvent, form: GiftForm) -> HttpResponse:
    me = user_of(request)
    mine = held(me, GivingEvent.objects.all(), event.pk, [P.GIFT_RECORD, P.GIFT_CHECK])
    newest = queries.detailed_gifts().filter(event=event).order_by("-pk")[:NEWEST]
    context = {
        "event": event,
        "form": form,
        "may_record": P.GIFT_RECORD in mine,
        "may_check": P.GIFT_CHECK in mine,
        "screen": queries.event_screen(event.pk),
        "newest": [(one, masked_donor(one)) for one in newest],
        "me": me,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "donations/desk_event.html", context, status=status)


# -- One gift ------------------------------------------------------------------------------------


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "book", "复核入账", NothingForm,
            lambda one, _said, by, at: actions.book_gift(gift=one, by=by, at=at),
            "已入账。", (P.GIFT_CHECK,),
        ),
        Handling(
            "refuse", "不予入账", words("原因", "例如“登记重复”“款项没有到账”。"),
            lambda one, said, by, at: actions.refuse_gift(gift=one, by=by, at=at, **said),
            "已登记，不入账。", (P.GIFT_CHECK,),
        ),
        Handling(
            "refund", "申请退还", RefundForm,
            lambda one, said, by, at: actions.ask_refund(gift=one, by=by, at=at, **said),
            "已申请，请另一位工作人员审批。", (P.GIFT_RECORD,),
        ),
        Handling(
            "receipt", "登记捐赠票据", FiscalForm,
            lambda one, said, by, at: actions.issue_receipt(
                gift=one, plan=ReceiptPlan(**said), by=by, at=at
            ),
            "已登记票据，捐赠人可以看到号码。", (P.GIFT_CHECK,),
        ),
        Handling(
            "void", "登记票据作废", words("作废的原因", "例如“票面写错，已收回重开”。"),
            lambda one, said, by, at: actions.void_receipt(gift=one, by=by, at=at, **said),
            "已登记作废。", (P.GIFT_CHECK,),
        ),
    )
}  # fmt: skip


@needs(*SEES_GIFTS)
@require_GET
def desk_gift(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one gift: who, how it came, where it stands in the books."""
    return _page(request, _fetch(request, pk))


@needs(P.GIFT_RECORD, P.GIFT_CHECK)
@require_GET
def desk_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the certificate for a donor who has no account here; the reading is journaled.

    :raises WrongState: when the gift is not in the books.
    """
    gift: Gift = fetched(request, queries.detailed_gifts(), pk, P.GIFT_RECORD, P.GIFT_CHECK)
    actions.note_certificate(gift=gift, by=user_of(request), at=now())
    answer = HttpResponse(certificate_pdf(gift), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{gift.number}.pdf"'
    return guarded(answer)


@needs(P.GIFT_RECORD, P.GIFT_CHECK)
@require_POST
def desk_gift_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a gift; a form with errors is drawn again."""
    gift: Gift = fetched(request, queries.detailed_gifts(), pk, P.GIFT_RECORD, P.GIFT_CHECK)
    me, handling = user_of(request), HANDLINGS.get(verb)
    if handling is None or not held(me, Gift.objects.all(), pk, handling.permissions):
        raise NotFound("没有这一步，请回到捐赠页面。")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(gift, form.cleaned_data, me, now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    if gift.event_id and verb == "book" and request.POST.get("next") == "event":
        return redirect("donations:desk_event", gift.event_id)
    return redirect("donations:desk_gift", pk)


def _page(
    request: HttpRequest, gift: Gift, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    me, sent = user_of(request), bound or {}
    mine = held(me, Gift.objects.all(), gift.pk, [P.GIFT_RECORD, P.GIFT_CHECK])
    context = {
        "gift": gift,
        "donor": queries.donor(gift) if mine else masked_donor(gift),
        "phone": mask_phone(queries.phone(gift)),
        "steps": [
            (one, sent.get(one.verb) or _form(one, gift))
            for one in HANDLINGS.values()
            if one.verb in _possible(gift) | set(sent) and mine & set(one.permissions)
        ],
        "refunds": gift.refunds.select_related("asked_by", "decided_by"),
        "receipts": gift.fiscal_receipts.all(),
        "transfers": queries.transfers_of(gift),
        "order": getattr(gift, "order", None),
        "at": _times(gift),
        "may_print": bool(mine) and gift.state == GiftState.BOOKED and gift.left_fen,
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "donations/desk_gift.html", context, status=status)


def _form(one: Handling, gift: Gift) -> forms.Form:
    if one.verb == "refund":
        return RefundForm(initial={"seen": gift.refunded_fen})
    return one.form()


def _possible(gift: Gift) -> set[str]:
    steps = {step.verb for step in GIFT_FLOW.verbs(gift.state)}
    if gift.state == GiftState.BOOKED and gift.left_fen:
        steps.add("refund")
    if gift.state == GiftState.BOOKED:
        has_one = any(one.voided_at is None for one in gift.fiscal_receipts.all())
        steps |= {"void"} if has_one else {"receipt"} if gift.left_fen else set()
    return steps - ({"refuse"} if gift.channel == Channel.WECHAT else set())


def _times(gift: Gift) -> list[tuple[str, datetime, Any]]:
    rows = [
        ("登记", gift.recorded_at, gift.recorded_by),
        ("复核", gift.decided_at, gift.decided_by),
    ]
    return [(label, at, by) for label, at, by in rows if at is not None]


def _fetch(request: HttpRequest, pk: int) -> Gift:
    found: Gift = fetched(request, queries.detailed_gifts(), pk, *SEES_GIFTS)
    return found
