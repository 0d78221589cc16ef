"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.service.signups.models import Attendance, Signup

_COLUMNS = (
    "活动", "岗位", "地点", "开始", "结束", "状态", "报名时间", "名额保留到", "取消时间",
    "取消原因", "签到", "签到方式", "签退", "签退方式",
)  # fmt: skip


def sections(volunteer: Volunteer) -> list[Section]:
    """Return every sign-up with what became of it."""
    mine = Signup.objects.filter(volunteer__in=people.records_of(volunteer)).select_related(
        "shift__activity", "attendance"
    )
    rows = tuple(_row(signup) for signup in mine.order_by("shift__starts_at", "pk"))
    return [Section("signups", "报名和签到", _COLUMNS, rows)]


def _row(signup: Signup) -> tuple[str, ...]:
    shift = signup.shift
    return (
        shift.activity.name,
        shift.name,
        shift.activity.address,
        shift.starts_at.isoformat(),
        shift.ends_at.isoformat(),
        signup.get_state_display(),
        signup.signed_up_at.isoformat(),
        signup.offered_until.isoformat() if signup.offered_until else "",
        signup.cancelled_at.isoformat() if signup.cancelled_at else "",
        signup.cancel_reason,
        *_presence(getattr(signup, "attendance", None)),
    )


def _presence(attendance: Attendance | None) -> tuple[str, str, str, str]:
    if attendance is None:
        return "", "", "", ""
    return (
        attendance.in_at.isoformat(),
        attendance.get_in_method_display(),
        attendance.out_at.isoformat() if attendance.out_at else "",
        attendance.get_out_method_display(),
    )
