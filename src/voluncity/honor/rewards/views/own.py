"""One's own vouchers: take, show at the counter, give back, print."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from voluncity.city.access.marks import signed_in
from voluncity.city.people.asking import user_of
from voluncity.honor.rewards import actions, codes, paper, queries
from voluncity.honor.rewards.models import Voucher
from voluncity.honor.rewards.states import VoucherState
from voluncity.honor.rewards.views.common import UNPROCESSABLE, file_answer
from voluncity.honor.rewards.views.public import offer_page
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.text import number_in

ON_A_PAGE, PARTS_KEPT = 20, 500


@signed_in
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offer for oneself or for a child."""
    me, at, sent = user_of(request), now(), request.POST
    volunteer = queries.taker(me, number_in(sent.get("for", "")), on=local_date(at))
    try:
        voucher = actions.take_offer(
            offer_id=pk, version_id=number_in(sent.get("version", "")) or 0, volunteer=volunteer,
            handle=sent.get("handle", ""), by=me, at=at,
        )  # fmt: skip
    except Refusal as refusal:
        if _is_part(request):
            ward_id = volunteer.pk if volunteer.user_id != me.pk else 0
            part = refused_alone(refusal.sentence, pk, ward_id)
            return HttpResponse(part, status=UNPROCESSABLE)
        return offer_page(request, queries.shown(pk), problem=refusal.sentence)
    messages.success(request, "兑换成功！到店出示券码就能使用。")
    url = reverse("rewards:voucher", args=[voucher.pk])
    return HttpResponseClientRedirect(url) if _is_part(request) else HttpResponseRedirect(url)


def _is_part(request: HttpRequest) -> bool:
    return request.META.get("HTTP_HX_REQUEST") == "true"


@lru_cache(maxsize=PARTS_KEPT)
def refused_alone(sentence: str, offer_id: int, ward_id: int) -> str:
    """Return the part of the page that says no; made once for all who are told the same."""
    context = {"sentence": sentence, "offer_id": offer_id, "ward_id": ward_id}
    return render_to_string("rewards/refused.html", context)


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List one's vouchers and those of one's children."""
    today, is_past = local_date(now()), request.GET.get("tab") == "past"
    found = queries.vouchers_for(user_of(request), on=today)
    live = {"state": VoucherState.TAKEN}
    found = found.exclude(**live) if is_past else found.filter(**live).order_by("use_until", "pk")
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "is_past": is_past,
        "today": today,
    }
    return render(request, "rewards/mine.html", context)


@signed_in
@never_cache
@require_GET
def voucher(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a voucher with its code, another one every 15 seconds."""
    at = now()
    found = queries.own_voucher(user_of(request), pk, on=local_date(at))
    token = codes.phone_token(found.pk, at=at)
    number = codes.typed_number(found.pk, found.serial, at=at)
    context = {
        "voucher": found,
        "version": found.version,
        "shops": queries.shops_for(found),
        "used": next(iter(found.live_redemptions), None),  # type: ignore[attr-defined]
        "is_own": found.volunteer.user_id == request.user.pk,
        "code": f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('rewards:scan')}?code={token}",
        "number": [number[:3], number[3:6], number[6:]],
        "renewed_at": at + timedelta(seconds=codes.STEP.total_seconds()),
        "may_give_back": found.is_live and local_date(at) <= found.give_back_until,
        "is_suspended": found.is_live and not found.merchant.is_active,
    }
    is_poll = request.headers.get("HX-Request") == "true"
    return render(request, f"rewards/voucher.html{'#live' if is_poll else ''}", context)


@signed_in
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an unused voucher back."""
    at = now()
    found = queries.own_voucher(user_of(request), pk, on=local_date(at))
    actions.give_voucher_back(voucher=found, by=user_of(request), at=at)
    messages.success(
        request, f"已退还，{found.points} 积分回到账上。" if found.points else "已退还。"
    )
    return redirect("rewards:mine")


@signed_in
@require_POST
def paper_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Print a voucher; the paper printed before is worth nothing any more."""
    found = queries.own_voucher(user_of(request), pk, on=local_date(now()))
    return printed(request, found)


def printed(request: HttpRequest, found: Voucher) -> HttpResponse:
    """Answer with the next paper of a voucher."""
    actions.print_voucher(voucher=found, by=user_of(request), at=now())
    name = f"{found.number}.pdf"
    return file_answer(paper.voucher_pdf(found), kind="application/pdf", name=name)
