"""The volunteer's side of the door: scan or type a code, press one button, see the result."""

from __future__ import annotations

import re
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.text import half_width_digits
from voluncity.service.signups import actions, codes, images, queries
from voluncity.service.signups.forms import CodeForm
from voluncity.service.signups.models import Scan
from voluncity.service.signups.views.posted import posted
from voluncity.web.devices import device_of, mark_device
from voluncity.web.forms import refusals_in

_LINK = re.compile(r"/c/([^/?#\s]{1,250})/?$")
POLE, DATE_LINE = 90, 180
_TYPED = re.compile(rf"\d{{{codes.DIGITS}}}")


@volunteer_only
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Read the venue's code with the camera, from a photo, or typed."""
    user = user_of(request)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            if token := _token(form, user):
                return redirect("signups:check_in", token)
    context = {"form": form, "near": queries.shifts_at_door(user.volunteer, at=now())}
    return render(request, "signups/scan.html", context, status=422 if form.errors else 200)


def _token(form: CodeForm, user: User) -> str:
    code = re.sub(r"\s", "", half_width_digits(form.cleaned_data["code"]))
    if link := _LINK.search(code):
        return link[1]
    if _TYPED.fullmatch(code):
        return actions.type_venue_number(number=code, volunteer=user.volunteer, by=user, at=now())
    form.add_error("code", "这不是志愿之城的签到码，请对准现场屏幕上的码，或输入它下面的六位数字。")
    return ""


@signed_in
@require_POST
def decode(request: HttpRequest) -> HttpResponse:
    """Read the QR code in a camera frame, for browsers that cannot; keeps nothing."""
    frame = request.FILES.get("frame")
    return JsonResponse({"text": images.qr_text(frame) if frame else ""})


@volunteer_only
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Show one big button behind the venue's code; pressing it checks in, later out."""
    user, at = user_of(request), now()
    if request.method == "POST":
        passed = actions.scan_venue_code(
            token=token,
            volunteer=user.volunteer,
            nonce=request.POST.get("nonce", ""),
            direction=request.POST.get("direction", ""),
            by=user,
            at=at,
            phone=actions.Phone(device_of(request), place_of(request)),
        )
        return redirect("signups:scanned", passed.pk)
    look = queries.door(token, user.volunteer, at=at)
    if look.problem or look.signup is None:
        actions.note_refused_door(token=token, look=look, volunteer=user.volunteer, by=user, at=at)
        return render(request, "signups/door.html", {"look": look}, status=409)
    own_pass = codes.make_pass(look.signup.shift_id, volunteer_id=user.volunteer.pk, at=at)
    context = {"look": look, "own_pass": own_pass, "nonce": secrets.token_urlsafe(16)}
    response = render(request, "signups/door.html", context)
    mark_device(request, response)
    return response


def place_of(request: HttpRequest) -> tuple[float, float] | None:
    """Return where the phone says that it is; a place that cannot be is none."""
    try:
        lat, lng = (float(request.POST.get(name, "")) for name in ("lat", "lng"))
    except ValueError:
        return None
    return (lat, lng) if abs(lat) <= POLE and abs(lng) <= DATE_LINE else None


@volunteer_only
@require_GET
def scanned(request: HttpRequest, pk: int) -> HttpResponse:
    """Show in big letters that it worked."""
    own = Scan.objects.select_related("shift__activity__project").filter(is_accepted=True)
    found = get_object_or_404(own, pk=pk, volunteer=user_of(request).volunteer)
    signup = found.shift.signups.get(volunteer=found.volunteer) if found.shift else None
    return render(request, "signups/scanned.html", {"scan": found, "signup": signup})
