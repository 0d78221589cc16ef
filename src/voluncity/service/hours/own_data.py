"""What this slice keeps about one volunteer: to take along, and what is unfinished."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.own_data import Hindrance, Section
from voluncity.service.hours.models import OPEN, Correction, ServiceRecord
from voluncity.service.hours.states import CorrectionState, RecordState
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups.models import Attendance

_COLUMNS = (
    "活动", "组织", "服务日期", "计时开始", "计时结束", "分钟", "时长类别", "状态", "计时规则",
    "说明",
)  # fmt: skip


def sections(volunteer: Volunteer) -> list[Section]:
    """Return every service record, and every request to correct one."""
    ids = people.records_of(volunteer)
    records = ServiceRecord.objects.filter(volunteer__in=ids).select_related(
        "organization", "signup__shift__activity"
    )
    asked = Correction.objects.filter(record__volunteer__in=ids).select_related(
        "record__signup__shift__activity"
    )
    rows = tuple(_row(record) for record in records.order_by("served_on", "pk"))
    corrections = tuple(_correction(one) for one in asked.order_by("asked_at", "pk"))
    columns = ("活动", "申请时间", "说明", "状态", "答复")
    return [
        Section("service_records", "服务时长", _COLUMNS, rows),
        Section("hour_corrections", "时长更正申请", columns, corrections),
    ]


def _row(record: ServiceRecord) -> tuple[str | int, ...]:
    return (
        record.signup.shift.activity.name,
        record.organization.name,
        record.served_on.isoformat(),
        record.counted_from.isoformat(),
        record.counted_to.isoformat(),
        record.minutes,
        record.get_trust_display(),
        record.get_state_display(),
        record.rule,
        record.state_reason,
    )


def _correction(one: Correction) -> tuple[str, ...]:
    return (
        one.record.signup.shift.activity.name,
        one.asked_at.isoformat(),
        one.text,
        one.get_state_display(),
        one.answer,
    )


def hindrances(_user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Say that served hours are not on the account yet, or a correction is not answered."""
    if volunteer is None:
        return []
    ids = people.records_of(volunteer)
    mine = ServiceRecord.objects.filter(volunteer__in=ids)
    waiting = mine.filter(state__in=[*OPEN, RecordState.SHOWN]).count()
    # Learning becomes no hours (decision 0026): whoever came to a training waits for nothing.
    service = Shift.objects.filter(activity__in=Activity.objects.of_service())
    present = Attendance.objects.filter(signup__volunteer__in=ids, signup__shift__in=service)
    waiting += present.filter(signup__service_records=None).count()
    asked = Correction.objects.filter(
        record__volunteer__in=ids, state=CorrectionState.ASKED
    ).count()
    page, found = reverse("hours:mine"), []
    if waiting:
        words = f"您有 {waiting} 次服务的时长还没有入账，请等组织确认入账后再注销。"
        found.append(Hindrance(words, page))
    if asked:
        words = f"您有 {asked} 项时长更正申请还没有答复，请等答复后再注销。"
        found.append(Hindrance(words, page))
    return found
