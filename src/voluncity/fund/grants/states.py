"""The life of a funded project, of its agreement, its milestones and its change requests."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class FundingKind(models.TextChoices):
    """What is funded."""

    PROJECT = "project", "公益项目"
    STATION = "station", "站点支持"
    TEAM = "team", "队伍支持"
    COUNTY = "county", "区县支持"


SUPPORTS = (FundingKind.STATION, FundingKind.TEAM, FundingKind.COUNTY)


class FundingState(models.TextChoices):
    """Where a funded project stands."""

    AGREEING = "agreeing", "待签协议"
    RUNNING = "running", "执行中"
    SUSPENDED = "suspended", "已暂停"
    CLOSING = "closing", "结项中"
    CLOSED = "closed", "已结项"
    TERMINATED = "terminated", "已终止"
    CANCELLED = "cancelled", "已取消"


S = FundingState
LIVE = (S.AGREEING, S.RUNNING, S.SUSPENDED, S.CLOSING)
OVER = (S.CLOSED, S.TERMINATED, S.CANCELLED)
# What was signed once: money may have gone out.
SIGNED = (S.RUNNING, S.SUSPENDED, S.CLOSING, S.CLOSED, S.TERMINATED)

FUNDING_FLOW = Flow(
    [
        Step("sign", (S.AGREEING,), S.RUNNING, "签署协议"),
        Step("cancel", (S.AGREEING,), S.CANCELLED, "取消资助"),
        Step("suspend", (S.RUNNING,), S.SUSPENDED, "暂停执行"),
        Step("resume", (S.SUSPENDED,), S.RUNNING, "恢复执行"),
        Step("terminate", (S.RUNNING, S.SUSPENDED), S.TERMINATED, "终止资助"),
        Step("begin_closing", (S.RUNNING,), S.CLOSING, "进入结项"),
        Step("reopen", (S.CLOSING,), S.RUNNING, "退回执行"),
        Step("close", (S.CLOSING,), S.CLOSED, "结项"),
    ],
    dict(S.choices),
)
TONES = {
    S.AGREEING: "warn", S.RUNNING: "good", S.SUSPENDED: "bad", S.CLOSING: "info",
    S.TERMINATED: "bad",
}  # fmt: skip


class AgreeStep(models.TextChoices):
    """How far the agreement of a funded project is."""

    PLANNING = "planning", "填报里程碑"
    PLANNED = "planned", "确认里程碑"
    ISSUED = "issued", "打印签字"
    SENT = "sent", "核对签字件"
    DONE = "done", "已签署"


G = AgreeStep
AGREE_FLOW = Flow(
    [
        Step("save_plan", (G.PLANNING,), G.PLANNING, "填报里程碑"),
        Step("hand_in_plan", (G.PLANNING,), G.PLANNED, "提交里程碑"),
        Step("return_plan", (G.PLANNED, G.ISSUED), G.PLANNING, "退回里程碑"),
        Step("agree_plan", (G.PLANNED,), G.ISSUED, "同意里程碑、生成协议"),
        Step("upload", (G.ISSUED,), G.SENT, "上传签字件"),
        Step("return_scan", (G.SENT,), G.ISSUED, "退回签字件"),
        Step("sign_agreement", (G.SENT,), G.DONE, "确认签字件"),
    ],
    dict(G.choices),
)


class Waits(models.TextChoices):
    """Who has to act; nobody when it is over."""

    OFFICE = "office", "基金办公室"
    ORGANIZATION = "organization", "受资助方"
    FINANCE = "finance", "财务"
    LEADER = "leader", "领导小组"
    NOBODY = "nobody", ""


class MilestoneState(models.TextChoices):
    """Whether a milestone is reached."""

    PLANNED = "planned", "未完成"
    ACCEPTED = "accepted", "已验收"


class AgreementState(models.TextChoices):
    """Where one text of an agreement stands."""

    ISSUED = "issued", "待签字"
    SIGNED = "signed", "已签署"
    VOID = "void", "已作废"


class ScanState(models.TextChoices):
    """What the office said about a signed paper."""

    SENT = "sent", "待核对"
    RETURNED = "returned", "已退回"
    CONFIRMED = "confirmed", "已确认"


class ChangeState(models.TextChoices):
    """Where a change request stands."""

    ASKED = "asked", "待审核"
    APPROVED = "approved", "已同意"
    DECLINED = "declined", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


C = ChangeState
CHANGE_FLOW = Flow(
    [
        Step("approve", (C.ASKED,), C.APPROVED, "同意变更"),
        Step("decline", (C.ASKED,), C.DECLINED, "不同意变更"),
        Step("withdraw", (C.ASKED,), C.WITHDRAWN, "撤回变更"),
    ],
    dict(C.choices),
)
CHANGE_TONES = {C.ASKED: "warn", C.APPROVED: "good", C.DECLINED: "bad"}
