"""The leader's page about one activity: take the roster along, open kiosks, see what came later."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.offline import actions, queries
from voluncity.service.offline.models import Kiosk
from voluncity.service.offline.views.book import activity_in_reach

PAGE = 50


@needs(Permission.ATTENDANCE_RECORD)
@require_GET
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who took the roster along, what was sent later, and which kiosks are open."""
    at = now()
    found = activity_in_reach(request, pk, at=at)
    page = Paginator(queries.sent_later(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "activity": found,
        "page": page,
        "packages": queries.packages(found)[:10],
        "kiosks": queries.live_kiosks(found, at=at),
        "unsettled": queries.unsettled(found),
        "pairing": request.session.pop("kiosk_pairing", ""),
        "at": at,
        "prompt_hours": policy.number("offline.prompt_hours", on=local_date(at)),
    }
    return render(request, "offline/desk_activity.html", context)


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def open_kiosk(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a kiosk; its code is shown once."""
    at = now()
    found = activity_in_reach(request, pk, at=at)
    _, code = actions.open_kiosk(activity=found, by=user_of(request), at=at)
    request.session["kiosk_pairing"] = code
    return redirect("offline:desk_activity", pk)


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def close_kiosk(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a kiosk before its end."""
    kiosk = cast(
        Kiosk,
        access.fetch(
            request.user, Permission.ATTENDANCE_RECORD, Kiosk.objects.all(), at=now(), pk=pk
        ),
    )
    actions.close_kiosk(kiosk=kiosk, by=user_of(request), at=now())
    messages.success(request, "签到台已关闭。")
    return redirect("offline:desk_activity", kiosk.activity_id)
