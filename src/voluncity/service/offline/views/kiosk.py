"""The tablet at the place: nobody is logged in, the tablet holds a key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import public
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import WrongState
from voluncity.service.offline import actions
from voluncity.service.offline.actions.kiosks import kiosk_of
from voluncity.service.offline.forms import CardForm, KioskForm, PairingForm
from voluncity.service.offline.models import Kiosk
from voluncity.service.signups import queries as signups
from voluncity.service.signups.models import Scan
from voluncity.web.addresses import address_of
from voluncity.web.forms import refusals_in

COOKIE = "kiosk"


@dataclass(frozen=True)
class Done:
    """What the tablet says to somebody who has passed, without the full name."""

    name: str
    label: str
    at: object


@public
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Let volunteers check in and out; before that, pair the tablet."""
    at = now()
    found = kiosk_of(request.COOKIES.get(COOKIE, ""), at=at)
    if found is None:
        return _pair(request)
    form: CardForm | KioskForm = KioskForm()
    card, done = CardForm(), None
    if request.method == "POST":
        if "code" in request.POST:
            form = card = CardForm(request.POST)
        else:
            form = KioskForm(request.POST)
        if form.is_valid():
            with refusals_in(form):
                done = _passed(found, form)
    context = {
        "kiosk": found,
        "form": KioskForm() if done or form is card else form,
        "card": card,
        "done": done,
        "nonce": secrets.token_urlsafe(12),
    }
    response = render(request, "offline/kiosk.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _passed(found: Kiosk, form: CardForm | KioskForm) -> Done:
    told, at = form.cleaned_data, now()
    how = {"direction": told["direction"], "nonce": told["nonce"], "at": at}
    if isinstance(form, CardForm):
        return _done(actions.pass_by_card(found, told["code"], **how))
    typed = actions.Typed(told["phone_tail"], told["number"])
    return _done(actions.pass_by_numbers(found, typed, **how))


def _done(scan: Scan) -> Done:
    name = mask_name(scan.volunteer.name) if scan.volunteer else ""
    return Done(name, scan.get_direction_display(), scan.at)


def _pair(request: HttpRequest) -> HttpResponse:
    form = PairingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_in(form):
            paired, key = actions.pair_kiosk(
                code=form.cleaned_data["code"], address=address_of(request), at=now()
            )
            response = redirect("offline:kiosk")
            response.set_cookie(
                COOKIE, key, expires=paired.ends_at, httponly=True, samesite="Strict",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
            return response
    status = 422 if form.errors else 200
    return render(request, "offline/pair.html", {"form": form}, status=status)


@public
@require_POST
def decode(request: HttpRequest) -> HttpResponse:
    """Read the QR code in a frame of the tablet's camera; keeps nothing.

    :raises WrongState: when this is no open kiosk.
    """
    if kiosk_of(request.COOKIES.get(COOKIE, ""), at=now()) is None:
        raise WrongState("签到台已经关闭，请负责人重新开通。")
    frame = request.FILES.get("frame")
    return JsonResponse({"text": signups.qr_text(frame) if frame else ""})
