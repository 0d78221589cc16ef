"""The life of a Party member's report to a community."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ReportState(models.TextChoices):
    """Where a report stands."""

    REPORTED = "reported", "待社区确认"
    CONFIRMED = "confirmed", "已报到"
    DECLINED = "declined", "已退回"
    ENDED = "ended", "已结束"


S = ReportState
REPORT_FLOW = Flow(
    [
        Step("confirm", (S.REPORTED,), S.CONFIRMED, "确认报到"),
        Step("decline", (S.REPORTED,), S.DECLINED, "退回"),
        Step("end", (S.REPORTED, S.CONFIRMED), S.ENDED, "结束报到"),
    ],
    dict(ReportState.choices),
)

LIVE = (S.REPORTED, S.CONFIRMED)
