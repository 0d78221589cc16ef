"""Who forgot to check out, and what the city's rule makes of it: said before it counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Shift
from voluncity.service.signups import rules
from voluncity.service.signups.models import Attendance, Signup

REMINDED_AFTER = timedelta(minutes=10)


def forgotten(signup: Signup, *, at: datetime) -> str:
    """Return what a volunteer is told who is still checked in after the end; '' for others."""
    attendance: Attendance | None = getattr(signup, "attendance", None)
    if attendance is None or attendance.out_at is not None or at < signup.shift.ends_at:
        return ""
    until = _door_shuts(signup.shift, at=at)
    if at <= until:
        return (
            f"班次已经结束，您还没有签退。{rules.clock(until)} 前都可以扫码补签退，以实际时间为准。"
        )
    return f"您没有签退。{_rule(at)}时间不对的，请联系领队核定。"


def still_in(shift: Shift, present: int, *, at: datetime) -> str:
    """Return what the leader is told about those who are still checked in after the end."""
    if not present or at < shift.ends_at:
        return ""
    until = _door_shuts(shift, at=at)
    if at <= until:
        return f"{present} 人没有签退。请提醒本人在 {rules.clock(until)} 前扫码，或在下面点名签退。"
    return f"{present} 人没有签退。{_rule(at)}请在确认时长时核定。"


def not_checked_out(*, at: datetime) -> QuerySet[Attendance]:
    """Return who is still checked in some minutes after the end, while the door is open."""
    late = timedelta(minutes=policy.number("signups.check_out_late_minutes", on=local_date(at)))
    return Attendance.objects.filter(
        out_at=None,
        signup__shift__ends_at__lte=at - REMINDED_AFTER,
        signup__shift__ends_at__gt=at - late,
    ).select_related("signup__shift__activity", "signup__volunteer")


def _door_shuts(shift: Shift, *, at: datetime) -> datetime:
    late = policy.number("signups.check_out_late_minutes", on=local_date(at))
    return shift.ends_at + timedelta(minutes=late)


def _rule(at: datetime) -> str:
    percent = policy.number("hours.no_check_out_percent", on=local_date(at))
    share = "计到计划结束" if percent == 100 else f"按签到到计划结束的 {percent}% 计"  # noqa: PLR2004 -- all of it
    return f"按本市规定，时长暂{share}，算荣誉时长，须领队核实、另一位负责人复核并公示。"
