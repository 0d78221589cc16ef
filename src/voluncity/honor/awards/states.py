"""The lives of a selection, a nomination, a review, a setting aside and an award."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class SelectionState(models.TextChoices):
    """Where a selection stands; while it runs, its calendar says which phase it is in."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "进行中"
    COUNTED = "counted", "待评定"
    DECIDED = "decided", "待复核"
    SHOWN = "shown", "公示中"
    AWARDED = "awarded", "已表彰"
    CANCELLED = "cancelled", "已取消"


S = SelectionState
SELECTION_FLOW = Flow(
    [
        Step("change", (S.DRAFT,), S.DRAFT, "修改"),
        Step("publish", (S.DRAFT,), S.PUBLISHED, "发布"),
        Step("move_days", (S.PUBLISHED,), S.PUBLISHED, "调整日期"),
        Step("count", (S.PUBLISHED, S.COUNTED), S.COUNTED, "计算得分"),
        Step("decide", (S.COUNTED,), S.DECIDED, "评定"),
        Step("return", (S.DECIDED,), S.COUNTED, "退回评定"),
        Step("confirm", (S.DECIDED,), S.SHOWN, "复核并公示"),
        Step("finish", (S.SHOWN,), S.AWARDED, "公示结束表彰"),
        Step("cancel", (S.DRAFT, S.PUBLISHED), S.CANCELLED, "取消评选"),
    ],
    dict(S.choices),
)
# Everybody may read of it.
PUBLIC = (S.PUBLISHED, S.COUNTED, S.DECIDED, S.SHOWN, S.AWARDED)
RUNNING = (S.PUBLISHED, S.COUNTED, S.DECIDED, S.SHOWN)


class Phase(models.TextChoices):
    """What the calendar of a running selection allows today."""

    COMING = "coming", "即将开始"
    NOMINATING = "nominating", "推荐中"
    REVIEWING = "reviewing", "审核和评审中"
    VOTING = "voting", "投票中"
    CLOSING = "closing", "投票结束，评审收尾"
    DECIDING = "deciding", "评定中"


class NomineeKind(models.TextChoices):
    """Whom a category honors: the "four excellents" (四个优秀)."""

    VOLUNTEER = "volunteer", "志愿者"
    ORGANIZATION = "organization", "志愿服务组织"
    PROJECT = "project", "志愿服务项目"
    COMMUNITY = "community", "志愿服务社区"


class NominationState(models.TextChoices):
    """Where a nomination stands."""

    DRAFT = "draft", "草稿"
    ASKED = "asked", "等待同意"
    CHECKING = "checking", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    ADMITTED = "admitted", "已入围"
    REFUSED = "refused", "未通过"
    DECLINED = "declined", "本人不同意"
    WITHDRAWN = "withdrawn", "已撤回"


N = NominationState
NOMINATION_FLOW = Flow(
    [
        Step("write", (N.DRAFT, N.SENT_BACK), N.DRAFT, "修改材料"),
        Step("submit", (N.DRAFT, N.SENT_BACK), N.ASKED, "提交推荐"),
        Step("propose", (N.DRAFT, N.SENT_BACK), N.CHECKING, "提交自荐"),
        Step("consent", (N.ASKED,), N.CHECKING, "同意参评"),
        Step("decline", (N.ASKED,), N.DECLINED, "不同意参评"),
        Step("send_back", (N.CHECKING, N.ADMITTED), N.SENT_BACK, "退回修改"),
        Step("admit", (N.CHECKING,), N.ADMITTED, "通过入围"),
        Step("refuse", (N.CHECKING,), N.REFUSED, "不予通过"),
        Step(
            "withdraw",
            (N.DRAFT, N.ASKED, N.CHECKING, N.SENT_BACK, N.ADMITTED),
            N.WITHDRAWN,
            "撤回推荐",
        ),
    ],
    dict(N.choices),
)
ENDED = (N.REFUSED, N.DECLINED, N.WITHDRAWN)
EDITABLE = (N.DRAFT, N.SENT_BACK)
NOMINATION_TONES = {
    N.ASKED: "warn", N.CHECKING: "warn", N.SENT_BACK: "warn", N.ADMITTED: "good",
    N.REFUSED: "bad", N.DECLINED: "bad",
}  # fmt: skip
SELECTION_TONES = {
    S.PUBLISHED: "brand", S.COUNTED: "warn", S.DECIDED: "warn", S.SHOWN: "info",
    S.AWARDED: "good",
}  # fmt: skip


class ReviewState(models.TextChoices):
    """Where an expert's review of one nominee stands."""

    OPEN = "open", "待评分"
    SUBMITTED = "submitted", "已评分"
    RECUSED = "recused", "已回避"


R = ReviewState
REVIEW_FLOW = Flow(
    [
        Step("score", (R.OPEN, R.SUBMITTED), R.SUBMITTED, "提交评分"),
        Step("recuse", (R.OPEN, R.SUBMITTED), R.RECUSED, "回避"),
    ],
    dict(R.choices),
)


class AnomalyKind(models.TextChoices):
    """Why a group of ballots makes somebody look; never a verdict."""

    DEVICE = "device", "同一部手机"
    ADDRESS = "address", "同一网络地址"
    MINUTE = "minute", "同一分钟"
    NEWCOMER = "newcomer", "投票期间新登记的人"


class SetAsideState(models.TextChoices):
    """Where the proposal to take ballots out of the count stands."""

    ASKED = "asked", "待决定"
    GRANTED = "granted", "已剔除"
    DENIED = "denied", "不剔除"


SET_ASIDE_FLOW = Flow(
    [
        Step("grant", (SetAsideState.ASKED,), SetAsideState.GRANTED, "同意剔除"),
        Step("deny", (SetAsideState.ASKED,), SetAsideState.DENIED, "不同意剔除"),
    ],
    dict(SetAsideState.choices),
)


class AwardState(models.TextChoices):
    """Where an award stands."""

    SHOWN = "shown", "公示中"
    EFFECTIVE = "effective", "有效"
    OVERTURNED = "overturned", "异议成立"
    REVOKED = "revoked", "已撤销"


A = AwardState
AWARD_FLOW = Flow(
    [
        Step("take_effect", (A.SHOWN,), A.EFFECTIVE, "生效"),
        Step("overturn", (A.SHOWN,), A.OVERTURNED, "异议成立"),
        Step("revoke", (A.EFFECTIVE,), A.REVOKED, "撤销表彰"),
    ],
    dict(A.choices),
)
