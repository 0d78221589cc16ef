"""What may happen next to an article, and the fixed choices about it."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Section(models.TextChoices):
    """Where an article stands; each section has its own public pages."""

    NEWS = "news", "志愿动态"
    SHOWCASE = "showcase", "志愿风采"


class ArticleKind(models.TextChoices):
    """What an article is (seed OR, 志愿动态); the last one stands in the showcase."""

    NOTICE = "notice", "通知公告"
    NEWS = "news", "新闻"
    POLICY = "policy", "政策"
    STORY = "story", "风采"


KINDS = {
    Section.NEWS: (ArticleKind.NOTICE, ArticleKind.NEWS, ArticleKind.POLICY),
    Section.SHOWCASE: (ArticleKind.STORY,),
}


class ArticleState(models.TextChoices):
    """Where the working copy of an article stands; `public` says what readers see meanwhile."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "待发布"
    PUBLISHED = "published", "已发布"
    EXPIRED = "expired", "已到期下线"
    WITHDRAWN = "withdrawn", "已撤下"
    DISCARDED = "discarded", "已删除"


S = ArticleState
WRITABLE = (S.DRAFT, S.RETURNED)
# What may have a public version: a correction is written while readers still see the old one.
MAYBE_PUBLIC = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED, S.PUBLISHED)
GONE = (S.EXPIRED, S.WITHDRAWN, S.DISCARDED)

ARTICLE_FLOW = Flow(
    [
        Step("submit", WRITABLE, S.SUBMITTED, "提交审核"),
        Step("recall", (S.SUBMITTED,), S.DRAFT, "取回修改"),
        Step("send_back", (S.SUBMITTED,), S.RETURNED, "退回修改"),
        Step("approve", (S.SUBMITTED,), S.APPROVED, "审核通过"),
        Step("publish", (S.APPROVED,), S.PUBLISHED, "发布"),
        Step("unschedule", (S.APPROVED,), S.RETURNED, "取消发布"),
        Step("correct", (S.PUBLISHED,), S.DRAFT, "更正"),
        Step("withdraw", MAYBE_PUBLIC, S.WITHDRAWN, "撤下"),
        Step("expire", MAYBE_PUBLIC, S.EXPIRED, "到期下线"),
        Step("reopen", (S.WITHDRAWN, S.EXPIRED), S.DRAFT, "重新编辑"),
        Step("discard", WRITABLE, S.DISCARDED, "删除草稿"),
        Step("give_up", WRITABLE, S.PUBLISHED, "放弃更正"),
    ],
    dict(S.choices),
)
LABELS = {step.verb: step.label for step in ARTICLE_FLOW.steps} | {
    "write": "起草",
    "pin": "设置置顶",
    "hold": "到时间没有发布",
}
TONES = {
    S.SUBMITTED: "warn",
    S.RETURNED: "bad",
    S.APPROVED: "info",
    S.PUBLISHED: "good",
    S.WITHDRAWN: "bad",
}
