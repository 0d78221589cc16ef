"""The life of a wish to close an account."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ClosingState(models.TextChoices):
    """Where a wish to close an account stands."""

    ASKED = "asked", "等待注销"
    WITHDRAWN = "withdrawn", "已撤回"
    DONE = "done", "已注销"


class DeskReason(models.TextChoices):
    """Why a desk writes the wish down for somebody who has no phone."""

    ASKED = "asked", "本人要求注销"
    MOVED = "moved", "本人迁出本地，不再参加"
    HEALTH = "health", "本人因健康原因不再参加"


CLOSING_FLOW = Flow(
    [
        Step("withdraw", (ClosingState.ASKED,), ClosingState.WITHDRAWN, "不注销了"),
        Step("close", (ClosingState.ASKED,), ClosingState.DONE, "注销"),
    ],
    dict(ClosingState.choices),
)
