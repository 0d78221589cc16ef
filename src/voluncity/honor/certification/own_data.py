"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.certification.models import Candidate, Honor
from voluncity.honor.certification.states import CandidateState
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the honors, and the batches in which somebody was a candidate with the numbers."""
    ids = people.records_of(volunteer)
    honors = Honor.objects.filter(volunteer__in=ids).select_related("batch").order_by("pk")
    told = Candidate.objects.filter(volunteer__in=ids).exclude(
        state__in=[CandidateState.SHORT, CandidateState.WAITING]
    )
    return [
        Section(
            "honors",
            "认定荣誉",
            ("名称", "批次", "证书编号", "认定时间", "撤销时间", "撤销原因"),
            tuple(
                (
                    one.name,
                    one.batch.title,
                    one.serial,
                    one.certified_at.isoformat(),
                    one.revoked_at.isoformat() if one.revoked_at else "",
                    one.revoke_reason,
                )
                for one in honors
            ),
        ),
        Section(
            "certification",
            "参加的认定",
            ("批次", "等次", "结果", "累计时长（分钟）", "推荐理由", "审核意见"),
            tuple(
                (
                    one.batch.title, one.grade_name, str(one.get_state_display()), one.minutes,
                    one.nomination, one.reason,
                )
                for one in told.select_related("batch").order_by("pk")
            ),
        ),
    ]  # fmt: skip
