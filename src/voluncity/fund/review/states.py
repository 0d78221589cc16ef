"""What may happen next in a review, with a place of an expert, and with a decision."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ReviewState(models.TextChoices):
    """Whether experts of a call still score."""

    OPEN = "open", "评审中"
    CLOSED = "closed", "评分结束"


R = ReviewState
REVIEW_FLOW = Flow(
    [
        Step("change", (R.OPEN,), R.OPEN, "修改评审安排"),
        Step("postpone", (R.OPEN,), R.OPEN, "推迟评分期限"),
        Step("close", (R.OPEN,), R.CLOSED, "结束评分"),
        Step("reopen", (R.CLOSED,), R.OPEN, "恢复评分"),
    ],
    dict(R.choices),
)
REVIEW_TONES = {R.OPEN: "info", R.CLOSED: "neutral"}


class PlaceState(models.TextChoices):
    """Where an expert stands with one application."""

    ASSIGNED = "assigned", "待声明"
    READING = "reading", "评审中"
    CONFLICTED = "conflicted", "已回避"
    RELEASED = "released", "已更换"


P = PlaceState
# Who still reads and scores, or will.
SEATED = (P.ASSIGNED, P.READING)
PLACE_FLOW = Flow(
    [
        Step("declare_none", (P.ASSIGNED,), P.READING, "声明没有利害关系"),
        Step("declare", SEATED, P.CONFLICTED, "声明有利害关系并回避"),
        Step("release", SEATED, P.RELEASED, "更换专家"),
    ],
    dict(P.choices),
)
PLACE_TONES = {P.ASSIGNED: "warn", P.READING: "info", P.CONFLICTED: "neutral"}


class How(models.TextChoices):
    """How an expert came to an application."""

    HAND = "hand", "指定"
    DRAW = "draw", "抽取"


class Outcome(models.TextChoices):
    """What a meeting decided about an application."""

    AWARDED = "awarded", "批准立项"
    REFUSED = "refused", "不予资助"


class DecisionState(models.TextChoices):
    """Where a decision stands."""

    ENTERED = "entered", "已登记"
    SHOWN = "shown", "公示中"
    IN_FORCE = "in_force", "已生效"
    OVERTURNED = "overturned", "已撤销"


D = DecisionState
DECISION_FLOW = Flow(
    [
        Step("show", (D.ENTERED,), D.SHOWN, "公示"),
        Step("take_effect", (D.SHOWN,), D.IN_FORCE, "生效"),
        Step("overturn", (D.ENTERED, D.SHOWN), D.OVERTURNED, "撤销"),
    ],
    dict(D.choices),
)
DECISION_TONES = {D.ENTERED: "warn", D.SHOWN: "info", D.IN_FORCE: "good"}
