"""The page that works without network, the roster it takes along, and what it sends later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import Refusal
from voluncity.service.offline import actions
from voluncity.service.offline.actions.uploading import parse_time
from voluncity.service.offline.forms import read_upload
from voluncity.service.projects.models import Activity
from voluncity.web.devices import device_of, holder_mark, mark_device, mark_holder
from voluncity.web.middleware import error_of


@public
@ensure_csrf_cookie
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Show the empty page that the device keeps; rosters are in the device, not in the page."""
    response = render(request, "offline/book.html")
    if request.user.is_authenticated:
        mark_holder(response, user_id=request.user.pk)
    return response


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the roster of an activity to the device that asks."""
    at = now()
    activity = activity_in_reach(request, pk, at=at)
    response = JsonResponse({})
    device, leader = mark_device(request, response), user_of(request)
    mark_holder(response, user_id=leader.pk)

    def answer() -> dict[str, object]:
        taken = actions.take_roster(activity=activity, device=device, by=leader, at=at)
        return {
            "token": taken.token,
            "leader": leader.display_name,
            "owner": holder_mark(leader.pk),
            "now": int(now().timestamp() * 1000),
            "expires_at": taken.package.expires_at.isoformat(),
            **taken.content,
        }

    return _answered(answer, response)


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take over what the device has kept, and answer each scan."""

    def answer() -> dict[str, object]:
        sent = read_upload(request.body)
        answers = actions.upload(
            token=sent.token, scans=sent.scans, offset_ms=sent.offset_ms,
            sent_at=parse_time(sent.sent_at), device=device_of(request),
            by=user_of(request), at=now(),
        )  # fmt: skip
        told = [
            {"nonce": one.nonce, "outcome": one.outcome, "label": one.outcome.label,
             "sentence": one.sentence}
            for one in answers
        ]  # fmt: skip
        return {"answers": told}

    return _answered(answer, JsonResponse({}))


def _answered(answer: Callable[[], dict[str, object]], response: JsonResponse) -> JsonResponse:
    """Fill a response for the page's script, a refusal as well."""
    try:
        content: dict[str, object] = answer()
    except Refusal as no:
        content, response.status_code = {"error": error_of(no)}, no.status
    response.content = JsonResponse(content).content
    response["Cache-Control"] = "no-store"
    return response


def activity_in_reach(request: HttpRequest, pk: int, *, at: datetime) -> Activity:
    """Return an activity at which the person records attendance.

    :raises NotFound: when it is somebody else's.
    """
    found = Activity.objects.select_related("project__organization", "region")
    return cast(
        Activity, access.fetch(request.user, Permission.ATTENDANCE_RECORD, found, at=at, pk=pk)
    )
