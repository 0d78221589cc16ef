"""The life of an export, and why somebody takes a list away."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step

MOST_QUERY = 1_000  # characters
MOST_FILTERS = 20  # of one person for one list


class ExportState(models.TextChoices):
    """Where an export stands."""

    WAITING = "waiting", "正在生成"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有生成"
    REMOVED = "removed", "文件已删除"


EXPORT_FLOW = Flow(
    [
        Step("finish", (ExportState.WAITING,), ExportState.READY, "生成文件"),
        Step("fail", (ExportState.WAITING,), ExportState.FAILED, "停止生成"),
        Step("remove", (ExportState.READY,), ExportState.REMOVED, "删除文件"),
    ],
    dict(ExportState.choices),
)


class ExportReason(models.TextChoices):
    """Why a list is taken out of the system; journaled, and shown to the people in it."""

    REPORT = "report", "上级要求报送"
    ACTIVITY = "activity", "组织活动、联系本人"
    INSURANCE = "insurance", "办理保险"
    CHECK = "check", "核对、清理登记信息"
    AWARD = "award", "评选表彰、发放激励"
    INQUIRY = "inquiry", "核查投诉或异议"
