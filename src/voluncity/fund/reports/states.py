"""The life of a progress report and of one expense in it, and the fixed choices about both."""

from __future__ import annotations

from django.db import models

from voluncity.fund.grants.states import FundingState
from voluncity.kernel.flow import Flow, Step


class ReportKind(models.TextChoices):
    """Why a report is written."""

    MILESTONE = "milestone", "里程碑报告"
    PERIOD = "period", "定期报告"
    EXTRA = "extra", "补充报告"


class ReportState(models.TextChoices):
    """Where a report stands; one that nobody has begun is a draft without a beginning."""

    DRAFT = "draft", "待提交"
    SUBMITTED = "submitted", "待审阅"
    RETURNED = "returned", "退回修改"
    ACCEPTED = "accepted", "已通过"
    CANCELLED = "cancelled", "已取消"


S = ReportState
WRITABLE = (S.DRAFT, S.RETURNED)
# What still has to be done before a project can be closed.
UNSETTLED = (S.DRAFT, S.SUBMITTED, S.RETURNED)

REPORT_FLOW = Flow(
    [
        Step("submit", WRITABLE, S.SUBMITTED, "提交报告"),
        Step("recall", (S.SUBMITTED,), S.DRAFT, "取回修改"),
        Step("send_back", (S.SUBMITTED,), S.RETURNED, "退回修改"),
        Step("accept", (S.SUBMITTED,), S.ACCEPTED, "通过"),
        Step("cancel", WRITABLE, S.CANCELLED, "取消报告"),
        Step("waive", WRITABLE, S.CANCELLED, "不再要求"),
    ],
    dict(S.choices),
)
LABELS = {step.verb: step.label for step in REPORT_FLOW.steps} | {
    "begin": "开始填写",
    "move_due": "截止日期随里程碑调整",
    "disallow": "不予认可一笔支出",
    "allow": "恢复认可一笔支出",
}
TONES = {S.DRAFT: "info", S.SUBMITTED: "warn", S.RETURNED: "bad", S.ACCEPTED: "good"}

# In which a project may still say what was done and spent.
F = FundingState
OPEN_FUNDINGS = (F.RUNNING, F.SUSPENDED, F.CLOSING, F.TERMINATED)


class ExpenseState(models.TextChoices):
    """What became of one expense."""

    CLAIMED = "claimed", "已填报"
    DISALLOWED = "disallowed", "不予认可"
    REMOVED = "removed", "已移除"


class EvidenceKind(models.TextChoices):
    """What a piece of evidence is."""

    PICTURE = "picture", "照片"
    PAPER = "paper", "材料"


class Timeliness(models.TextChoices):
    """How a report came, measured against its day."""

    IN_TIME = "in_time", "按期提交"
    LATE = "late", "逾期提交"
    MISSING = "missing", "逾期未交"
    AHEAD = "ahead", "未到期"


TIMELINESS_TONES = {
    Timeliness.IN_TIME: "good",
    Timeliness.LATE: "warn",
    Timeliness.MISSING: "bad",
    Timeliness.AHEAD: "neutral",
}
