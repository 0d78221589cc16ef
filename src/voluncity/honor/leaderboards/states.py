"""The lives of a month and of its candidates."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class MonthState(models.TextChoices):
    """Where the stars of a month stand."""

    OPEN = "open", "评定中"
    SHOWN = "shown", "公示中"
    NAMED = "named", "已公布"
    CANCELLED = "cancelled", "已取消"


class CandidateState(models.TextChoices):
    """Where somebody stands who may become a star of the month."""

    CANDIDATE = "candidate", "候选"
    ASKED = "asked", "等本人答复"
    AGREED = "agreed", "本人同意"
    DECLINED = "declined", "本人不同意"
    NAMED = "named", "月度之星"
    HIDDEN = "hidden", "本人不再公开"


M = MonthState
C = CandidateState
RUNNING = (M.OPEN, M.SHOWN)
# Who takes up a place of the county.
PICKED = (C.ASKED, C.AGREED, C.NAMED, C.HIDDEN)
STARS = (C.NAMED, C.HIDDEN)

MONTH_FLOW = Flow(
    [
        Step("recount", (M.OPEN,), M.OPEN, "重新统计候选人"),
        Step("choose", (M.OPEN,), M.OPEN, "改动人选"),
        Step("answer", (M.OPEN,), M.OPEN, "答复"),
        Step("answer", (M.SHOWN,), M.SHOWN, "答复"),
        Step("show", (M.OPEN,), M.SHOWN, "公示"),
        Step("name", (M.SHOWN,), M.NAMED, "公示结束公布"),
        Step("overturn", (M.SHOWN,), M.OPEN, "异议成立退回评定"),
        Step("cancel", (M.OPEN,), M.CANCELLED, "取消"),
    ],
    dict(MonthState.choices),
)
CANDIDATE_FLOW = Flow(
    [
        Step("pick", (C.CANDIDATE,), C.ASKED, "选为月度之星"),
        Step("drop", (C.ASKED, C.AGREED), C.CANDIDATE, "取消选择"),
        Step("agree", (C.ASKED,), C.AGREED, "同意公布"),
        Step("decline", (C.ASKED, C.AGREED), C.DECLINED, "婉拒"),
        Step("name", (C.AGREED,), C.NAMED, "公布"),
        Step("hide", (C.NAMED,), C.HIDDEN, "不再公开"),
        Step("return", (C.HIDDEN,), C.NAMED, "重新公开"),
    ],
    dict(CandidateState.choices),
)
