"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.care.party.models import Report
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return where and for which unit the person reported."""
    found = Report.objects.filter(volunteer__in=people.records_of(volunteer))
    rows = tuple(
        (
            report.unit.name,
            report.community.name,
            report.reported_at.isoformat(),
            report.get_state_display(),
            report.reason,
            report.ended_at.isoformat() if report.ended_at else "",
        )
        for report in found.select_related("unit", "community").order_by("reported_at", "pk")
    )
    columns = ("单位", "社区", "报到时间", "状态", "说明", "结束时间")
    return [Section("party_reports", "双报到", columns, rows)]
