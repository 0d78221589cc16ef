"""What follows from scans by itself: a reminder to check out, a flag for a shared device."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox.models import Message
from voluncity.service.projects.models import Shift
from voluncity.service.signups import queries
from voluncity.service.signups.models import Attendance, Scan, ScanFlag
from voluncity.service.signups.states import FlagKind, Method

LOOKED_BACK = timedelta(hours=12)


def remind_check_out(*, at: datetime) -> int:
    """Remind each one who is still checked in after the end, once; return how many were."""
    still_in = {_key(row): row for row in queries.not_checked_out(at=at)}
    told = set(Message.objects.filter(key__in=still_in).values_list("key", flat=True))
    for key, row in still_in.items():
        if key not in told:
            _remind(row, at=at)
    return len(still_in) - len(told)


def _key(row: Attendance) -> str:
    return f"signups.forgot_out:{row.signup_id}"


def _remind(row: Attendance, *, at: datetime) -> None:
    signup = row.signup
    user_id = signup.volunteer.user_id
    if user_id is None:
        return
    inbox.send(
        user_id=user_id,
        key=_key(row),
        title="您还没有签退",
        body=f"“{signup.shift.activity.name}”已经结束。{queries.forgotten(signup, at=at)}",
        url=reverse("signups:one", args=[signup.pk]),
        at=at,
    )


def flag_shared_devices(*, at: datetime) -> int:
    """Flag each scan of a volunteer's telephone that scanned for others in the same shift, too.

    A leader's device and a kiosk serve many by their nature: they are left out.
    """
    recent = Shift.objects.filter(starts_at__lt=at + LOOKED_BACK, ends_at__gt=at - LOOKED_BACK)
    scans = Scan.objects.filter(
        shift__in=recent, is_accepted=True, method=Method.VENUE_CODE
    ).exclude(device="")
    shared = (
        scans.values("shift", "device")
        .annotate(people=Count("volunteer", distinct=True))
        .filter(people__gt=1)
    )
    flags = [
        ScanFlag(scan_id=pk, kind=FlagKind.SAME_DEVICE, value=one["people"])
        for one in shared
        for pk in scans.filter(shift=one["shift"], device=one["device"]).values_list(
            "pk", flat=True
        )
    ]
    ScanFlag.objects.bulk_create(
        flags, update_conflicts=True, unique_fields=["scan", "kind"], update_fields=["value"]
    )
    return len(flags)
