"""The life of a closing, of a visit, of an objection and of an archive."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ClosingState(models.TextChoices):
    """Where a closing stands."""

    DRAFT = "draft", "待提交报告"
    SUBMITTED = "submitted", "报告待审核"
    RETURNED = "returned", "报告退回修改"
    ACCEPTED = "accepted", "待评估"
    EVALUATED = "evaluated", "评估结果已公布"
    CLOSED = "closed", "已结项"


C = ClosingState
WRITABLE = (C.DRAFT, C.RETURNED)
OPEN = (C.DRAFT, C.SUBMITTED, C.RETURNED, C.ACCEPTED, C.EVALUATED)
VISITED_IN = (C.SUBMITTED, C.RETURNED, C.ACCEPTED)  # visits are planned, recorded, answered
CLOSING_FLOW = Flow(
    [
        Step("submit", WRITABLE, C.SUBMITTED, "提交结项报告"),
        Step("recall", (C.SUBMITTED,), C.DRAFT, "取回修改"),
        Step("send_back", (C.SUBMITTED,), C.RETURNED, "退回修改"),
        Step("reopen", (C.SUBMITTED, C.RETURNED), C.DRAFT, "退回执行"),
        Step("accept", (C.SUBMITTED,), C.ACCEPTED, "报告通过"),
        Step("publish", (C.ACCEPTED,), C.EVALUATED, "公布评估结果"),
        Step("close", (C.EVALUATED,), C.CLOSED, "结项"),
    ],
    dict(C.choices),
)
TONES = {
    C.DRAFT: "info",
    C.SUBMITTED: "warn",
    C.RETURNED: "bad",
    C.ACCEPTED: "warn",
    C.EVALUATED: "brand",
    C.CLOSED: "good",
}
LABELS = {step.verb: step.label for step in CLOSING_FLOW.steps} | {
    "begin": "开始结项",
    "move_due": "结项期限随项目调整",
    "plan_visit": "安排现场评估",
    "cancel_visit": "取消现场评估",
    "record_visit": "登记现场评估",
    "agree_visit": "认可现场评估记录",
    "object_visit": "对现场评估记录提出意见",
    "appoint": "请人评估",
    "dismiss": "取消评估人",
    "recuse": "评估人回避",
    "score": "提交评分",
    "object": "提出异议",
    "uphold": "维持评估结果",
    "revise": "更改评估结果",
    "take": "认可评估结果",
    "settle": "结清资金",
    "explain": "以决议说明余款",
    "addend": "补充说明",
}


class VisitState(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", "已安排"
    RECORDED = "recorded", "待组织确认"
    AGREED = "agreed", "组织已认可"
    OBJECTED = "objected", "组织有意见"
    CANCELLED = "cancelled", "已取消"


V = VisitState
VISIT_FLOW = Flow(
    [
        Step("record", (V.PLANNED,), V.RECORDED, "登记现场评估"),
        Step("agree", (V.RECORDED,), V.AGREED, "认可记录"),
        Step("object", (V.RECORDED,), V.OBJECTED, "提出意见"),
        Step("cancel", (V.PLANNED,), V.CANCELLED, "取消安排"),
    ],
    dict(V.choices),
)
VISIT_TONES = {V.PLANNED: "info", V.RECORDED: "warn", V.AGREED: "good", V.OBJECTED: "bad"}


class Verdict(models.TextChoices):
    """What was found at one item of the list of a visit."""

    YES = "yes", "符合"
    PARTLY = "partly", "部分符合"
    NO = "no", "不符合"
    NONE = "none", "不适用"


class StandardKind(models.TextChoices):
    """What a list of items is for."""

    VISIT = "visit", "现场评估清单"
    SCORE = "score", "评分标准"


class ScorerState(models.TextChoices):
    """Where somebody stands who is asked to evaluate."""

    ASKED = "asked", "待评分"
    SCORED = "scored", "已评分"
    RECUSED = "recused", "已回避"


class Level(models.TextChoices):
    """What an evaluation comes to."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


LEVEL_TONES = {
    Level.EXCELLENT: "good",
    Level.GOOD: "good",
    Level.PASSED: "info",
    Level.FAILED: "bad",
}


class ArchiveState(models.TextChoices):
    """Where the archive of a closing stands."""

    WAITING = "waiting", "正在生成"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有生成"


ARCHIVE_FLOW = Flow(
    [
        Step("finish", (ArchiveState.WAITING,), ArchiveState.READY, "生成档案"),
        Step("fail", (ArchiveState.WAITING,), ArchiveState.FAILED, "停止生成"),
    ],
    dict(ArchiveState.choices),
)


class Side(models.TextChoices):
    """For whom an archive is made."""

    OFFICE = "office", "基金办公室"
    OWN = "own", "受资助方"
