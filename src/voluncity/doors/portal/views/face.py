"""The resident's home page and the small pages around it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from voluncity.city.access.marks import public
from voluncity.city.privacy.rules import INVENTORY
from voluncity.doors.portal.queries import home as queries
from voluncity.web.context_processors import ELDER_COOKIE, ELDER_SIZES

YEAR_SECONDS = 365 * 24 * 60 * 60


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what a resident can do today."""
    volunteer = getattr(request.user, "volunteer_or_none", None)
    return render(request, "portal/home.html", queries.home(volunteer=volunteer, at=now()))


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """List what is kept about a person, why and how long (PIPL art. 17)."""
    return render(request, "portal/privacy.html", {"inventory": INVENTORY})


@public
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch elder mode on or off and go back to where the person was."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    answer = redirect(target)
    size = request.POST.get("elder", "")
    if size in ELDER_SIZES:
        answer.set_cookie(
            ELDER_COOKIE, size, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        answer.delete_cookie(ELDER_COOKIE)
    return answer
