"""The lives of a need, of a pledge, and of a unit's claim of a whole project."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class NeedKind(models.TextChoices):
    """What a project lacks."""

    PEOPLE = "people", "人员"
    GOODS = "goods", "物资"
    SERVICE = "service", "场地和服务"
    MONEY = "money", "资金"


class NeedState(models.TextChoices):
    """Whether somebody may still take on a part of a need."""

    OPEN = "open", "开放认领"
    CLOSED = "closed", "已停止"


NEED_FLOW = Flow(
    [
        Step("close", (NeedState.OPEN,), NeedState.CLOSED, "停止认领"),
        Step("reopen", (NeedState.CLOSED,), NeedState.OPEN, "重新开放"),
    ],
    dict(NeedState.choices),
)


class PledgeState(models.TextChoices):
    """Where a promise stands."""

    PLEDGED = "pledged", "待确认"
    ACCEPTED = "accepted", "待交付"
    DELIVERED = "delivered", "已收到"
    THANKED = "thanked", "已致谢"
    DECLINED = "declined", "未接受"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "到期释放"


S = PledgeState
LIVE = (S.PLEDGED, S.ACCEPTED)  # holds the promised amount
RECEIVED = (S.DELIVERED, S.THANKED)  # holds the amount that came
PLEDGE_FLOW = Flow(
    [
        Step("accept", (S.PLEDGED,), S.ACCEPTED, "接受"),
        Step("decline", (S.PLEDGED,), S.DECLINED, "婉拒"),
        Step("deliver", (S.ACCEPTED,), S.DELIVERED, "登记收到"),
        Step("thank", (S.DELIVERED,), S.THANKED, "致谢"),
        Step("lapse", LIVE, S.LAPSED, "释放"),
        Step("withdraw", LIVE, S.WITHDRAWN, "撤回"),
    ],
    dict(S.choices),
)
TONES = {
    S.PLEDGED: "warn",
    S.ACCEPTED: "info",
    S.DELIVERED: "brand",
    S.THANKED: "good",
    S.LAPSED: "bad",
}


class AdoptionState(models.TextChoices):
    """Where a unit's claim of a whole project stands."""

    ASKED = "asked", "待确认"
    ACTIVE = "active", "认领中"
    DECLINED = "declined", "未接受"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "已结束"


A = AdoptionState
ADOPTION_FLOW = Flow(
    [
        Step("accept", (A.ASKED,), A.ACTIVE, "接受认领"),
        Step("decline", (A.ASKED,), A.DECLINED, "婉拒"),
        Step("withdraw", (A.ASKED,), A.WITHDRAWN, "撤回"),
        Step("end", (A.ACTIVE,), A.ENDED, "结束认领"),
    ],
    dict(A.choices),
)
