"""The lives of a notice and of an objection."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class NoticeKind(models.TextChoices):
    """What is shown to the public before it takes effect."""

    ORGS = "orgs", "组织认定"
    HOURS = "hours", "服务时长"
    STARS = "stars", "星级认定"
    STATIONS = "stations", "示范站"
    RATINGS = "ratings", "组织星级"
    CASES = "cases", "时长核查"
    MEDALS = "medals", "奖章认证"
    MONTHLY = "monthly", "月度之星"
    AWARDS = "awards", "评选表彰"
    FUND = "fund", "专项基金"


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    SHOWN = "shown", "公示中"
    EFFECTIVE = "effective", "已生效"
    OVERTURNED = "overturned", "异议成立"


class ObjectionState(models.TextChoices):
    """Where an objection stands."""

    OPEN = "open", "待答复"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"


NOTICE_FLOW = Flow(
    [
        Step("take_effect", (NoticeState.SHOWN,), NoticeState.EFFECTIVE, "生效"),
        Step("overturn", (NoticeState.SHOWN,), NoticeState.OVERTURNED, "撤销"),
    ],
    dict(NoticeState.choices),
)
OBJECTION_FLOW = Flow(
    [
        Step("uphold", (ObjectionState.OPEN,), ObjectionState.UPHELD, "认定异议成立"),
        Step("dismiss", (ObjectionState.OPEN,), ObjectionState.DISMISSED, "认定异议不成立"),
    ],
    dict(ObjectionState.choices),
)
