"""What may happen next to an application, and the fixed choices about calls and forms."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class CallState(models.TextChoices):
    """Whether a call is out; open or over is said by its window, never by a state."""

    DRAFT = "draft", "草稿"
    OPEN = "open", "已发布"


class Phase(models.TextChoices):
    """Where a call stands at an instant."""

    DRAFT = "draft", "草稿"
    COMING = "coming", "即将开始"
    OPEN = "open", "正在申报"
    CLOSED = "closed", "已截止"


PHASE_TONES = {Phase.OPEN: "good", Phase.COMING: "info"}


class FormState(models.TextChoices):
    """Whether a version of a form is still built, or frozen."""

    DRAFT = "draft", "正在编制"
    PUBLISHED = "published", "已启用"


class QuestionKind(models.TextChoices):
    """What an answer is."""

    LINE = "line", "一行文字"
    TEXT = "text", "多行文字"
    NUMBER = "number", "整数"
    AMOUNT = "amount", "金额"
    DATE = "date", "日期"
    CHOICE = "choice", "单选"
    SEVERAL = "several", "多选"
    YES_NO = "yesno", "是或否"
    FILE = "file", "附件"


class AppState(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待受理"
    RETURNED = "returned", "退回补正"
    ACCEPTED = "accepted", "已受理"
    AWARDED = "awarded", "批准立项"
    REFUSED = "refused", "未获资助"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "逾期失效"
    DISCARDED = "discarded", "已删除"


A = AppState
WRITABLE = (A.DRAFT, A.RETURNED)
GONE = (A.DECLINED, A.WITHDRAWN, A.LAPSED, A.DISCARDED, A.REFUSED)
# What the office has in hand: an organization does not end before it is settled.
IN_HAND = (A.SUBMITTED, A.RETURNED, A.ACCEPTED)
# What the decision says; the review lets it happen when its publicity is over.
DECIDED = (A.AWARDED, A.REFUSED)

APP_FLOW = Flow(
    [
        Step("submit", WRITABLE, A.SUBMITTED, "提交"),
        Step("recall", (A.SUBMITTED,), A.DRAFT, "取回修改"),
        # Also while it is reviewed: what is handed in then is read and scored anew.
        Step("send_back", (A.SUBMITTED, A.ACCEPTED), A.RETURNED, "退回补正"),
        Step("accept", (A.SUBMITTED,), A.ACCEPTED, "受理"),
        Step("decline", (A.SUBMITTED,), A.DECLINED, "不予受理"),
        Step("withdraw", (A.DRAFT, *IN_HAND), A.WITHDRAWN, "撤回申报"),
        Step("lapse", WRITABLE, A.LAPSED, "逾期失效"),
        # More time was given after all: it goes on where it stood.
        Step("revive", (A.LAPSED,), A.RETURNED, "延期，恢复办理"),
        Step("revive_draft", (A.LAPSED,), A.DRAFT, "延期，恢复办理"),
        Step("discard", (A.DRAFT,), A.DISCARDED, "删除草稿"),
        Step("award", (A.ACCEPTED,), A.AWARDED, "批准立项"),
        Step("refuse", (A.ACCEPTED,), A.REFUSED, "不予资助"),
    ],
    dict(A.choices),
)
LABELS = {step.verb: step.label for step in APP_FLOW.steps} | {
    "start": "开始填写",
    "extend": "延期",
}
TONES = {
    A.SUBMITTED: "warn",
    A.RETURNED: "bad",
    A.ACCEPTED: "good",
    A.AWARDED: "good",
    A.DRAFT: "info",
}


class FormerReason(models.TextChoices):
    """Why words are kept that do not stand in a field."""

    OVER = "over", "后来由另一人改写"
    CLASH = "clash", "同时修改，没有写入"
    LATE = "late", "提交以后才到，没有写入"
