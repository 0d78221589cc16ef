"""The organizer at the gate: the screen with the changing code, and scanning volunteers' cards."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.service.signups import actions, codes, queries
from voluncity.service.signups.forms import LeaderScanForm
from voluncity.service.signups.states import Direction
from voluncity.service.signups.views.desk import shift_in_reach
from voluncity.service.signups.views.posted import posted, sentences
from voluncity.web.forms import refusals_in


@needs(Permission.ATTENDANCE_RECORD)
@require_GET
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the code that volunteers scan; every 15 seconds another one."""
    shift = shift_in_reach(request, pk)
    at = now()
    token = codes.venue_token(pk, at=at)
    context = {
        "shift": shift,
        "activity": shift.activity,
        "url": settings.VOLUNCITY_PUBLIC_URL + reverse("signups:check_in", args=[token]),
        "number": codes.venue_number(pk, at=at),
        "counts": queries.counts([shift])[pk],
        "is_over": at >= shift.ends_at,
        "renewed_at": at + codes.STEP,
    }
    poll = request.headers.get("HX-Request") == "true"
    template = "signups/screen.html#live" if poll else "signups/screen.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.ATTENDANCE_RECORD)
@require_http_methods(["GET", "POST"])
def leader_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Scan volunteers' cards one after another, or type their numbers."""
    shift = shift_in_reach(request, pk)
    at = now()
    form = LeaderScanForm(posted(request))
    passed = None
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            passed = actions.scan_volunteer_code(
                shift_id=pk, **form.cleaned_data, by=user_of(request), at=at
            )
    middle = shift.starts_at + (shift.ends_at - shift.starts_at) / 2
    usual = Direction.IN if at < middle else Direction.OUT
    wanted = request.POST.get("direction") or request.GET.get("direction") or usual
    context = {
        "shift": shift,
        "activity": shift.activity,
        "form": form,
        "problem": sentences(form),
        "passed": passed,
        "signup": shift.signups.select_related("volunteer", "attendance").get(
            volunteer=passed.volunteer_id
        ) if passed else None,
        "direction": wanted if wanted in Direction.values else usual,
        "nonce": secrets.token_urlsafe(16),
        "counts": queries.counts([shift])[pk],
    }  # fmt: skip
    part = request.headers.get("HX-Request") == "true"
    template = "signups/leader_scan.html#panel" if part else "signups/leader_scan.html"
    return render(request, template, context, status=422 if form.errors else 200)
