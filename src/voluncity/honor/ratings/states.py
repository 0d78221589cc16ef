"""The life of a batch of ratings."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class BatchState(models.TextChoices):
    """Where a batch stands."""

    COUNTING = "counting", "统计中"
    OPEN = "open", "审定中"
    SHOWN = "shown", "公示中"
    CERTIFIED = "certified", "已认定"
    CANCELLED = "cancelled", "已取消"


B = BatchState
RUNNING = (B.COUNTING, B.OPEN, B.SHOWN)
BATCH_FLOW = Flow(
    [
        Step("count", (B.COUNTING,), B.OPEN, "统计完成"),
        Step("recount", (B.OPEN,), B.COUNTING, "重新计算"),
        Step("adjust", (B.OPEN,), B.OPEN, "调整星级"),
        Step("show", (B.OPEN,), B.SHOWN, "公示"),
        Step("certify", (B.SHOWN,), B.CERTIFIED, "公示结束认定"),
        Step("overturn", (B.SHOWN,), B.OPEN, "异议成立退回审定"),
        Step("cancel", (B.OPEN, B.COUNTING), B.CANCELLED, "取消"),
    ],
    dict(BatchState.choices),
)
