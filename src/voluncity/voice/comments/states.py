"""What may happen next to a comment, and the fixed choices of the slice."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class CommentState(models.TextChoices):
    """Where a comment stands."""

    WAITING = "waiting", "待审核"
    SHOWN = "shown", "已公开"
    HELD = "held", "被举报，待核实"
    HIDDEN = "hidden", "已隐藏"
    REFUSED = "refused", "未通过"
    DELETED = "deleted", "本人已删除"


S = CommentState
# What waits for a moderator, and what its author may still change or delete.
OPEN = (S.WAITING, S.HELD)
OWN = (S.WAITING, S.SHOWN, S.HELD)

COMMENT_FLOW = Flow(
    [
        Step("approve", (S.WAITING, S.HELD, S.HIDDEN), S.SHOWN, "通过"),
        Step("refuse", (S.WAITING,), S.REFUSED, "不予发布"),
        Step("hide", (S.SHOWN, S.HELD), S.HIDDEN, "隐藏"),
        Step("hold", (S.SHOWN,), S.HELD, "暂时隐藏"),
        Step("delete", OWN, S.DELETED, "删除"),
    ],
    dict(S.choices),
)
TONES = {S.WAITING: "warn", S.SHOWN: "good", S.HELD: "bad", S.REFUSED: "neutral"}


class Cause(models.TextChoices):
    """Why a comment waits."""

    NONE = "", "—"
    NEW = "new", "新用户的首批评论"
    WORDS = "words", "含有待审词语"
    REPORTS = "reports", "被多人举报"


class Reason(models.TextChoices):
    """What is wrong with a comment: for reports, and for what a moderator decides."""

    ABUSE = "abuse", "辱骂或人身攻击"
    PRIVACY = "privacy", "泄露个人信息"
    ADVERT = "advert", "广告或推销"
    FALSE = "false", "内容不实"
    OFF_TOPIC = "off_topic", "与主题无关"
    ILLEGAL = "illegal", "违反法律法规"
    OTHER = "other", "其他"


class WordKind(models.TextChoices):
    """What follows when a word of the list is found."""

    REFUSE = "refuse", "拒绝发布"
    HOLD = "hold", "先审后发"
    MASK = "mask", "用星号遮住"


class Naming(models.TextChoices):
    """How somebody wants to be called."""

    SURNAME = "surname", "姓氏加“志愿者”"
    MASKED = "masked", "只显示部分姓名"
    NOBODY = "nobody", "一位志愿者"


class Theme(models.TextChoices):
    """What a topic is about."""

    EXPERIENCE = "experience", "经验交流"
    POLICY = "policy", "政策问答"
    HELP = "help", "求助问答"
    SKILLS = "skills", "服务技能"
    IDEAS = "ideas", "意见建议"


# Themes under which somebody asks: one answer can be accepted.
ASKING = (Theme.POLICY, Theme.HELP)
