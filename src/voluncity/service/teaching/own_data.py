"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.own_data import Section
from voluncity.service.teaching.queries.sessions import outcomes_of


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the sessions that the person attended, with every try at a test."""
    rows = tuple(
        (
            one.session.activity.name,
            local_date(one.session.activity.starts_at).isoformat(),
            one.minutes,
            str(one.get_state_display()),
            "、".join(f"{each.percent}%" for each in one.tries.all()),
        )
        for one in outcomes_of(volunteer).prefetch_related("tries")
    )
    columns = ("培训班", "日期", "学习时长（分钟）", "结果", "测验得分")
    return [Section("training_sessions", "培训班", columns, rows)]
