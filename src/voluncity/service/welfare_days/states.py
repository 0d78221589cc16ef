"""The life of one public-welfare day."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class DayState(models.TextChoices):
    """Whether the office has said that a day is held when it is planned."""

    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"


S = DayState
DAY_FLOW = Flow(
    [
        Step("confirm", (S.PROPOSED,), S.CONFIRMED, "确认日期"),
        Step("move", (S.PROPOSED, S.CONFIRMED), S.CONFIRMED, "改期"),
    ],
    dict(S.choices),
)
