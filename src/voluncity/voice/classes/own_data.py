"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.voice.classes.models import Attempt, Reading


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the chapters that the person has read, and every try at a test."""
    user = volunteer.user_id
    readings = Reading.objects.filter(user=user) if user else Reading.objects.none()
    attempts = Attempt.objects.filter(user=user) if user else Attempt.objects.none()
    read = tuple(
        (
            one.chapter.micro_class_id, one.chapter_id, one.opened_at.isoformat(), one.seconds,
            one.done_at.isoformat() if one.done_at else "",
        )
        for one in readings.select_related("chapter").order_by("pk")
    )  # fmt: skip
    tried = tuple(
        (one.revision.title, one.started_at.isoformat(), one.percent, one.is_passed)
        for one in attempts.select_related("revision").order_by("pk")
    )
    return [
        Section(
            "class_readings", "微课学习进度",
            ("微课编号", "章节编号", "第一次打开", "学习（秒）", "学完时间"), read,
        ),
        Section("class_attempts", "微课测验", ("微课", "时间", "得分（%）", "合格"), tried),
    ]  # fmt: skip
