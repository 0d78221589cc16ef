"""The life of what a micro-class says, and the fixed choices of the slice."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class RevisionState(models.TextChoices):
    """Where one wording of a class stands."""

    DRAFT = "draft", "编写中"
    SUBMITTED = "submitted", "待审核"
    PUBLISHED = "published", "已发布"
    FORMER = "former", "旧版"


S = RevisionState
OPEN = (S.DRAFT, S.SUBMITTED)

REVISION_FLOW = Flow(
    [
        Step("submit", (S.DRAFT,), S.SUBMITTED, "提交审核"),
        Step("take_back", (S.SUBMITTED,), S.DRAFT, "撤回修改"),
        Step("send_back", (S.SUBMITTED,), S.DRAFT, "退回修改"),
        Step("publish", (S.SUBMITTED,), S.PUBLISHED, "通过并发布"),
        Step("replace", (S.PUBLISHED,), S.FORMER, "由新版代替"),
    ],
    dict(S.choices),
)
TONES = {S.DRAFT: "neutral", S.SUBMITTED: "warn", S.PUBLISHED: "good"}


class Theme(models.TextChoices):
    """What a class teaches."""

    BASICS = "basics", "志愿服务入门"
    POLICY = "policy", "政策法规"
    SKILLS = "skills", "服务技能"
    SAFETY = "safety", "安全急救"
    THEORY = "theory", "理论学习"
    EXPERIENCE = "experience", "经验分享"


class PieceKind(models.TextChoices):
    """What belongs to a chapter beside its text."""

    PICTURE = "picture", "图片"
    VIDEO = "video", "视频"
    PAPER = "paper", "资料"


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", "单选题"
    MULTIPLE = "multiple", "多选题"
    TRUE_FALSE = "true_false", "判断题"


TRUE_FALSE = ("对", "错")
