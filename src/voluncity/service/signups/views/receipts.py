"""What the desk hands over when it signs somebody up who has no phone."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.service.signups import queries
from voluncity.service.signups.models import Signup

_SHOWN = ("shift__activity__project__organization", "shift__activity__region", "volunteer")


@needs(Permission.ATTENDANCE_RECORD)
@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sign-up on a sheet to print: where to be and when, and how to give it up."""
    found = Signup.objects.select_related(*_SHOWN, "signed_up_by", "attendance")
    signup = cast(
        Signup, access.fetch(request.user, Permission.ATTENDANCE_RECORD, found, at=now(), pk=pk)
    )
    context = {
        "signup": signup,
        "shift": signup.shift,
        "activity": signup.shift.activity,
        "before": queries.place_in_line(signup),
        "row": queries.roster_rows([signup])[0],
        "printed_at": now(),
    }
    return render(request, "signups/receipt.html", context)
