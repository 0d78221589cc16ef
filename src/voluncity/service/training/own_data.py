"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.service.training.models import TrainingRecord


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the trainings that the person has passed (民政部令第 67 号第八条)."""
    found = TrainingRecord.objects.filter(
        volunteer__in=people.records_of(volunteer)
    ).select_related("course", "organization")
    rows = tuple(
        (
            record.course.name,
            record.course.content,
            record.minutes,
            record.organization.name,
            record.passed_on.isoformat(),
        )
        for record in found.order_by("passed_on", "pk")
    )
    columns = ("培训名称", "主要内容", "学习时长（分钟）", "举办单位", "日期")
    return [Section("trainings", "培训记录", columns, rows)]
