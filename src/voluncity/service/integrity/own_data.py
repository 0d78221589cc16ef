"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.service.integrity import queries
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.states import About, CaseState


def sections(volunteer: Volunteer) -> list[Section]:
    """Return absences, and cases about the person that they were asked about."""
    absences = tuple(
        (
            one.signup.shift.activity.name, one.get_kind_display(), one.get_state_display(),
            one.reason, one.appeal, one.answer,
        )
        for one in queries.absences_of(volunteer)
    )  # fmt: skip
    mine = Case.objects.filter(
        about=About.VOLUNTEER, volunteer__in=people.records_of(volunteer), asked_at__isnull=False
    ).exclude(state=CaseState.OPENED)
    cases = tuple(
        (one.opened_at.isoformat(), one.get_state_display(), one.question, one.decision)
        for one in mine.order_by("pk")
    )
    return [
        Section(
            "absences", "缺席记录",
            ("活动", "类型", "状态", "核实情况", "申诉", "答复"), absences,
        ),
        Section("integrity_cases", "时长核查", ("立案", "状态", "请说明的问题", "认定"), cases),
    ]  # fmt: skip
