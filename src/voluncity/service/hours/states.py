"""The life of a service record, and how far up it must be approved."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class RecordState(models.TextChoices):
    """Where a service record stands."""

    COMPUTED = "computed", "待确认"
    CONFIRMED = "confirmed", "待复核"
    SHOWN = "shown", "公示中"
    POSTED = "posted", "已入账"
    REFUSED = "refused", "不予计时"
    REVERSED = "reversed", "已冲销"


S = RecordState
RECORD_FLOW = Flow(
    [
        Step("confirm", (S.COMPUTED,), S.CONFIRMED, "确认时长"),
        Step("approve", (S.CONFIRMED,), S.SHOWN, "复核通过"),
        Step("post", (S.COMPUTED, S.CONFIRMED, S.SHOWN), S.POSTED, "入账"),
        Step("refuse", (S.COMPUTED, S.CONFIRMED, S.SHOWN), S.REFUSED, "不予计时"),
        Step("reverse", (S.POSTED,), S.REVERSED, "冲销"),
    ],
    dict(RecordState.choices),
)


class Trust(models.TextChoices):
    """How far hours can be trusted; each kind has its own ledger account (DESIGN.md §3)."""

    PROVEN = "proven", "信用时长"
    ENTERED = "entered", "荣誉时长"


class Approver(models.TextChoices):
    """Whose second look a record needs (RULES.md §1.5)."""

    NOBODY = "nobody", "无需复核"
    SECOND = "second", "本组织另一位负责人"
    PARENT = "parent", "上级组织"
    OFFICE = "office", "文明办"


class Right(models.TextChoices):
    """What can be taken away for some time from whoever misused it (PEERS.md (b) 5)."""

    ENTER = "enter", "补记时长"
    CONFIRM = "confirm", "确认时长"


class CorrectionState(models.TextChoices):
    """Where a volunteer's request to correct a record stands."""

    ASKED = "asked", "待处理"
    CORRECTED = "corrected", "已更正"
    DECLINED = "declined", "维持原记录"


CORRECTION_FLOW = Flow(
    [
        Step("correct", (CorrectionState.ASKED,), CorrectionState.CORRECTED, "更正"),
        Step("decline", (CorrectionState.ASKED,), CorrectionState.DECLINED, "维持原记录"),
    ],
    dict(CorrectionState.choices),
)
