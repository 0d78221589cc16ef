"""The lives of an archive, of a request to hide a photo, and of an export."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ArchiveState(models.TextChoices):
    """Where the archive of an activity stands."""

    DRAFT = "draft", "整理中"
    SUBMITTED = "submitted", "待审核"
    SENT_BACK = "sent_back", "退回补充"
    ACCEPTED = "accepted", "已归档"
    PUBLIC = "public", "已公开"


S = ArchiveState
ARCHIVE_FLOW = Flow(
    [
        Step("submit", (S.DRAFT, S.SENT_BACK), S.SUBMITTED, "提交归档"),
        Step("withdraw", (S.SUBMITTED,), S.DRAFT, "撤回修改"),
        Step("accept", (S.SUBMITTED,), S.ACCEPTED, "审核通过"),
        Step("send_back", (S.SUBMITTED,), S.SENT_BACK, "退回补充"),
        Step("publish", (S.ACCEPTED,), S.PUBLIC, "公开"),
        Step("reopen", (S.ACCEPTED, S.PUBLIC), S.SENT_BACK, "重新打开"),
    ],
    dict(S.choices),
)
EDITABLE_STATES = (S.DRAFT, S.SENT_BACK)
HANDED_IN_STATES = (S.SUBMITTED, S.ACCEPTED, S.PUBLIC)
# What was looked at by the level above; only this is counted.
SETTLED_STATES = (S.ACCEPTED, S.PUBLIC)
TONES = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.SENT_BACK: "warn",
    S.ACCEPTED: "good",
    S.PUBLIC: "good",
}


class Faces(models.TextChoices):
    """Whom a photo shows, as its uploader says; a child's face is never public."""

    NONE = "none", "看不清人物正面"
    CONSENT = "consent", "有人物正面，已征得同意"
    MINORS = "minors", "有未成年人正面（不公开）"


class VideoKind(models.TextChoices):
    """Where a video lies."""

    LINK = "link", "链接"
    FILE = "file", "文件"


class RequestState(models.TextChoices):
    """What became of a request to hide a photo."""

    OPEN = "open", "待处理"
    HIDDEN = "hidden", "已下架"
    DECLINED = "declined", "未下架"


R = RequestState
REQUEST_FLOW = Flow(
    [
        Step("hide", (R.OPEN,), R.HIDDEN, "下架照片"),
        Step("decline", (R.OPEN,), R.DECLINED, "不下架"),
    ],
    dict(R.choices),
)


class PackageState(models.TextChoices):
    """How far an export is."""

    WAITING = "waiting", "正在生成"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有生成"
    REMOVED = "removed", "已过期删除"


K = PackageState
PACKAGE_FLOW = Flow(
    [
        Step("finish", (K.WAITING,), K.READY, "生成"),
        Step("fail", (K.WAITING,), K.FAILED, "放弃"),
        Step("remove", (K.READY,), K.REMOVED, "删除文件"),
    ],
    dict(K.choices),
)


class Spent(models.TextChoices):
    """Where money came from."""

    BUDGET = "budget", "财政资金"
    FUND = "fund", "专项基金"
    OWN = "own", "单位自筹"
    GIFT = "gift", "社会捐赠"
    OTHER = "other", "其他"
