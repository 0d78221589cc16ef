"""The desk: help somebody without a phone to take an offer, and print the voucher."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.rewards import actions, queries, rules
from voluncity.honor.rewards.forms import ForSomebodyForm
from voluncity.honor.rewards.models import Voucher
from voluncity.honor.rewards.queries.finding import Filters
from voluncity.honor.rewards.views.common import UNPROCESSABLE
from voluncity.honor.rewards.views.own import printed
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.text import half_width_digits, number_in

P = Permission
MOST = 50


@needs(P.MERCHANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_for(request: HttpRequest) -> HttpResponse:
    """Find somebody by number and name, then take one of the offers that they can have."""
    form = ForSomebodyForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return _page(request, form)
    number = half_width_digits(form.cleaned_data["number"])
    mine = Volunteer.objects.in_scope(scope_of(request.user, P.MERCHANT_REVIEW))
    volunteer = mine.filter(number=number, closed_at=None).first()
    if volunteer is None or volunteer.name != form.cleaned_data["name"]:
        form.add_error(None, "没有找到编号和姓名都对得上的志愿者，请核对，或确认在您的辖区。")
        return _page(request, form)
    if "version" not in request.POST:
        return _page(request, form, volunteer)
    return _taken(request, form, volunteer)


def _taken(request: HttpRequest, form: ForSomebodyForm, volunteer: Volunteer) -> HttpResponse:
    sent = request.POST
    offer, _, version = sent.get("version", "").partition(":")
    try:
        voucher = actions.take_offer(
            offer_id=number_in(offer) or 0, version_id=number_in(version) or 0,
            volunteer=volunteer, handle=sent.get("handle", ""), by=user_of(request), at=now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, form, volunteer)
    messages.success(request, "已代为兑换，请打印给本人。")
    return redirect("rewards:desk_voucher", voucher.pk)


def _page(
    request: HttpRequest, form: ForSomebodyForm, volunteer: Volunteer | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "volunteer": volunteer, "handle": uuid4()}
    if volunteer is not None:
        mine, today = queries.standing(volunteer), local_date(now())
        found = queries.offered(Filters(points=mine.points, stars=mine.stars), today=today)
        choices = [
            {"version": one, "price": rules.price_text(one.points, one.stars)}
            for one in found[:MOST]
            if not one.offer.is_sold_out
        ]
        live = queries.live_of(volunteer).select_related("version", "merchant__organization")
        context |= {"mine": mine, "choices": choices, "live": live}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rewards/desk_for.html", context, status=status)


@needs(P.MERCHANT_REVIEW)
@never_cache
@require_GET
def desk_voucher(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a voucher of somebody of one's area, to print it."""
    found = _fetch(request, pk)
    context = {"voucher": found, "shops": queries.shops_for(found)}
    return render(request, "rewards/desk_voucher.html", context)


@needs(P.MERCHANT_REVIEW)
@require_POST
def desk_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Print a voucher for somebody of one's area."""
    return printed(request, _fetch(request, pk))


def _fetch(request: HttpRequest, pk: int) -> Voucher:
    """Return a voucher of a volunteer within reach: it is the person's office, not the shop's."""
    rows = queries.held_vouchers()
    found: Voucher = access.fetch(request.user, P.MERCHANT_REVIEW, rows, at=now(), pk=pk)
    return found
