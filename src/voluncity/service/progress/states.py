"""Where a project stands against its plan, and the lives of what grows out of it."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Standing(models.TextChoices):
    """How far a project is, measured by its own plan (`rules.standing`)."""

    NOT_STARTED = "not_started", "未开展"
    ON_COURSE = "on_course", "正常"
    BEHIND = "behind", "滞后"
    OVER = "over", "已结束"


STANDING_TONES = {
    Standing.NOT_STARTED: "neutral",
    Standing.ON_COURSE: "good",
    Standing.BEHIND: "bad",
    Standing.OVER: "info",
}


class YearState(models.TextChoices):
    """Where the yearly plan of a lead unit stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    ACCEPTED = "accepted", "已通过"


Y = YearState
YEAR_FLOW = Flow(
    [
        Step("submit", (Y.DRAFT, Y.SENT_BACK), Y.SUBMITTED, "报送"),
        Step("send_back", (Y.SUBMITTED,), Y.SENT_BACK, "退回修改"),
        Step("accept", (Y.SUBMITTED,), Y.ACCEPTED, "审核通过"),
        Step("reopen", (Y.ACCEPTED,), Y.SENT_BACK, "退回调整"),
    ],
    dict(Y.choices),
)
WRITABLE_YEAR = (Y.DRAFT, Y.SENT_BACK)


class SummaryState(models.TextChoices):
    """Where the summary of a project stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    ACCEPTED = "accepted", "已通过"


M = SummaryState
SUMMARY_FLOW = Flow(
    [
        Step("submit", (M.DRAFT, M.SENT_BACK), M.SUBMITTED, "提交总结"),
        Step("send_back", (M.SUBMITTED,), M.SENT_BACK, "退回总结"),
        Step("accept", (M.SUBMITTED,), M.ACCEPTED, "通过并结项"),
    ],
    dict(M.choices),
)
WRITABLE_SUMMARY = (M.DRAFT, M.SENT_BACK)


class UnitRole(models.TextChoices):
    """What a cooperating unit does for a project."""

    HOST = "host", "主办"
    UNDERTAKE = "undertake", "承办"
    ASSIST = "assist", "协办"
    SUPPORT = "support", "支持"


class CooperationState(models.TextChoices):
    """Where the cooperation of a unit stands."""

    INVITED = "invited", "待答复"
    ACCEPTED = "accepted", "合作中"
    DECLINED = "declined", "已谢绝"
    ENDED = "ended", "已结束"


C = CooperationState
COOPERATION_FLOW = Flow(
    [
        Step("accept", (C.INVITED,), C.ACCEPTED, "接受邀请"),
        Step("decline", (C.INVITED,), C.DECLINED, "谢绝"),
        Step("end", (C.INVITED, C.ACCEPTED), C.ENDED, "结束合作"),
    ],
    dict(C.choices),
)
LIVE_COOPERATION = (C.INVITED, C.ACCEPTED)


class ArticleState(models.TextChoices):
    """Where an article about a project's experience stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


A = ArticleState
ARTICLE_FLOW = Flow(
    [
        Step("submit", (A.DRAFT, A.SENT_BACK), A.SUBMITTED, "提交审核"),
        Step("send_back", (A.SUBMITTED,), A.SENT_BACK, "退回修改"),
        Step("publish", (A.SUBMITTED,), A.PUBLISHED, "审核通过并发布"),
        # A published article is written anew; readers keep the published version meanwhile.
        Step("revise", (A.PUBLISHED,), A.DRAFT, "修订"),
        Step("withdraw", (A.DRAFT, A.SUBMITTED, A.SENT_BACK, A.PUBLISHED), A.WITHDRAWN, "撤下"),
    ],
    dict(A.choices),
)
WRITABLE_ARTICLE = (A.DRAFT, A.SENT_BACK)
TONES = {
    "draft": "neutral", "submitted": "warn", "sent_back": "warn", "accepted": "good",
    "published": "good", "withdrawn": "bad", "invited": "warn", "declined": "neutral",
    "ended": "neutral",
}  # fmt: skip
