"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.leaderboards.models import Candidate
from voluncity.honor.leaderboards.states import CandidateState
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person was asked about the stars of months, and what was said."""
    asked = (
        Candidate.objects.filter(volunteer__in=people.records_of(volunteer))
        .exclude(state=CandidateState.CANDIDATE)
        .select_related("month")
        .order_by("month__month", "pk")
    )
    return [
        Section(
            "stars_of_month",
            "月度志愿之星",
            ("月份", "状态", "推荐理由", "想说的话", "标题", "事迹", "答复时间"),
            tuple(
                (
                    one.month.month,
                    one.get_state_display(),
                    one.reason,
                    one.words,
                    one.story_title,
                    one.story,
                    one.answered_at.isoformat() if one.answered_at else "",
                )
                for one in asked
            ),
        )
    ]
