"""Why points come and go, and the life of gifts and adjustments."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Ground(models.TextChoices):
    """What earns points by rule: hours, and deeds that the journal tells of."""

    HOURS = "hours", "服务时长"
    FIRST = "first", "首次服务"
    WISH = "wish", "实现微心愿"
    TRAINING = "training", "通过培训"
    WELFARE = "welfare", "参加全民公益日"
    STAR = "star", "获得星级"


DEEDS = tuple(ground for ground in Ground if ground is not Ground.HOURS)


class Origin(models.TextChoices):
    """How a portion of points came to the one who holds it."""

    EARNED = "earned", "按规则获得"
    GIFT = "gift", "收到赠送"
    GRANT = "grant", "爱心积分发放"
    RAISE = "raise", "更正补发"
    PARTED = "parted", "登记分开时退回"


class Kind(models.TextChoices):
    """How points left their holder."""

    SPENT = "spent", "兑换"
    GIFT = "gift", "赠送"
    EXPIRED = "expired", "到期"
    LAPSED = "lapsed", "注销账号失效"
    TAKEN_BACK = "taken_back", "时长冲销收回"
    LOWERED = "lowered", "更正扣减"
    REPAID = "repaid", "抵扣欠分"
    GRANT = "grant", "发放"
    PARTED = "parted", "登记分开时转出"


class GiftState(models.TextChoices):
    """Where a gift is."""

    HELD = "held", "待送达"
    DONE = "done", "已送达"
    REVOKED = "revoked", "已撤回"
    RETURNED = "returned", "已退回"


GIFT_FLOW = Flow(
    [
        Step("revoke", (GiftState.HELD,), GiftState.REVOKED, "撤回"),
        Step("deliver", (GiftState.HELD,), GiftState.DONE, "送达"),
        Step("send_back", (GiftState.HELD,), GiftState.RETURNED, "退回"),
    ],
    dict(GiftState.choices),
)


class AdjustmentKind(models.TextChoices):
    """What the office does to somebody's points by hand."""

    RAISE = "raise", "更正补发"
    LOWER = "lower", "更正扣减"
    GRANT = "grant", "爱心积分发放"


class AdjustmentState(models.TextChoices):
    """Where an adjustment is."""

    WAITING = "waiting", "待复核"
    DONE = "done", "已办理"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


ADJUSTMENT_FLOW = Flow(
    [
        Step("approve", (AdjustmentState.WAITING,), AdjustmentState.DONE, "复核通过"),
        Step("refuse", (AdjustmentState.WAITING,), AdjustmentState.REFUSED, "不通过"),
        Step("withdraw", (AdjustmentState.WAITING,), AdjustmentState.WITHDRAWN, "撤回"),
    ],
    dict(AdjustmentState.choices),
)
