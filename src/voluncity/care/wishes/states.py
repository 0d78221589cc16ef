"""What may happen next to a wish, and to somebody's claim on it."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class WishState(models.TextChoices):
    """Where a wish stands."""

    POSTED = "posted", "待审核"
    OPEN = "open", "待认领"
    CLAIMED = "claimed", "已认领"
    DONE = "done", "待确认"
    COMPLETED = "completed", "已实现"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"
    EXPIRED = "expired", "已过期"
    REMOVED = "removed", "已下架"
    REVOKED = "revoked", "确认已撤销"


S = WishState
LIVE = (S.POSTED, S.OPEN, S.CLAIMED, S.DONE)
HELD = (S.CLAIMED, S.DONE)
REACHED = (S.COMPLETED, S.REVOKED)
SHOWN = (S.OPEN, S.CLAIMED, S.DONE, S.COMPLETED)
VALUED = (*SHOWN, S.REVOKED)

WISH_FLOW = Flow(
    [
        Step("approve", (S.POSTED,), S.OPEN, "通过"),
        Step("reject", (S.POSTED,), S.REJECTED, "不予发布"),
        Step("amend", (S.OPEN,), S.OPEN, "修改公开内容"),
        Step("claim", (S.OPEN,), S.CLAIMED, "认领"),
        Step("release", (S.CLAIMED,), S.OPEN, "放回"),
        Step("lapse", (S.CLAIMED,), S.OPEN, "到期放回"),
        Step("finish", (S.CLAIMED,), S.DONE, "提交完成情况"),
        Step("deny", (S.DONE,), S.CLAIMED, "还没有实现"),
        Step("complete", (S.DONE,), S.COMPLETED, "确认实现"),
        Step("revoke", (S.COMPLETED,), S.REVOKED, "撤销确认"),
        Step("withdraw", (S.POSTED, S.OPEN, S.CLAIMED), S.WITHDRAWN, "撤回"),
        Step("expire", (S.POSTED, S.OPEN), S.EXPIRED, "过期"),
        Step("remove", (S.OPEN, S.CLAIMED, S.DONE), S.REMOVED, "下架"),
    ],
    dict(S.choices),
)
TONES = {
    S.POSTED: "warn",
    S.OPEN: "brand",
    S.CLAIMED: "info",
    S.DONE: "warn",
    S.COMPLETED: "good",
    S.REVOKED: "bad",
    S.REMOVED: "bad",
}


class ClaimState(models.TextChoices):
    """What became of a claim."""

    LIVE = "live", "进行中"
    RELEASED = "released", "已放回"
    LAPSED = "lapsed", "到期放回"
    STOPPED = "stopped", "心愿已结束"
    COMPLETED = "completed", "已实现"


class ForWhom(models.TextChoices):
    """For whom something is wished."""

    SELF = "self", "我自己"
    ELDER = "elder", "家里的老人"
    CHILD = "child", "孩子"
    FAMILY = "family", "其他家人"


class RejectReason(models.TextChoices):
    """Why a wish is not published, and where it belongs instead."""

    MONEY = "money", "涉及钱款"
    PATROL = "patrol", "属于公共环境问题"
    HARDSHIP = "hardship", "属于家庭困难求助"
    TRADE = "trade", "属于市场或物业服务"
    UNFIT = "unfit", "内容不适合公开"
    OTHER = "other", "其他原因"


class ComplaintReason(models.TextChoices):
    """What somebody finds wrong with a published wish."""

    MONEY = "money", "要钱或者推销"
    PRIVACY = "privacy", "泄露了个人信息"
    FALSE = "false", "内容不真实"
    OTHER = "other", "其他"


class Tone(models.TextChoices):
    """Color of a theme, a token of the design."""

    BRAND = "brand", "志愿红"
    GOLD = "gold", "金色"
    GOOD = "good", "绿色"
    INFO = "info", "蓝色"


class Drawing(models.TextChoices):
    """Picture of a theme."""

    LANTERN = "lantern", "灯笼"
    LEAF = "leaf", "粽叶"
    MOON = "moon", "月亮"
    FLOWER = "flower", "菊花"
    STAR = "star", "星星"
