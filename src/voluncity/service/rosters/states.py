"""The lives of a roster plan, of a draft made by the solver, and of a turn that is offered."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class PlanState(models.TextChoices):
    """Where a roster plan stands."""

    DRAFT = "draft", "草稿"
    ACTIVE = "active", "使用中"
    ENDED = "ended", "已停用"


P = PlanState
PLAN_FLOW = Flow(
    [
        Step("start", (P.DRAFT, P.ENDED), P.ACTIVE, "启用"),
        Step("end", (P.DRAFT, P.ACTIVE), P.ENDED, "停用"),
    ],
    dict(PlanState.choices),
)


class Days(models.TextChoices):
    """On which of the days that its rule names a shift time is held."""

    ALL = "all", "规则里的每一天"
    WORKDAYS = "workdays", "只在工作日（调休上班照常，放假不排）"
    DAYS_OFF = "days_off", "只在休息日和放假的日子"


class RunState(models.TextChoices):
    """Where a draft of the automatic roster stands."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在排班"
    SOLVED = "solved", "待发布"
    FAILED = "failed", "没有排成"
    PUBLISHING = "publishing", "正在发布"
    PUBLISHED = "published", "已发布"
    DISCARDED = "discarded", "已作废"


R = RunState
RUN_FLOW = Flow(
    [
        Step("take", (R.WAITING,), R.RUNNING, "开始排班"),
        Step("finish", (R.RUNNING,), R.SOLVED, "排完"),
        Step("again", (R.SOLVED, R.FAILED), R.WAITING, "重新排班"),
        Step("fail", (R.WAITING, R.RUNNING), R.FAILED, "中止"),
        Step("publish", (R.SOLVED,), R.PUBLISHING, "发布"),
        Step("close", (R.PUBLISHING,), R.PUBLISHED, "发布完成"),
        Step("discard", (R.WAITING, R.RUNNING, R.SOLVED, R.FAILED), R.DISCARDED, "作废"),
    ],
    dict(RunState.choices),
)
# One of these at a time for a plan: two drafts would plan with the same people.
OPEN_RUNS = (R.WAITING, R.RUNNING, R.SOLVED, R.PUBLISHING)
WORKING_RUNS = (R.WAITING, R.RUNNING, R.PUBLISHING)


class SwapState(models.TextChoices):
    """Where two people stand who would exchange two turns."""

    OPEN = "open", "等对方答复"
    DONE = "done", "已换好"
    DECLINED = "declined", "对方不换"
    WITHDRAWN = "withdrawn", "已撤回"


W = SwapState
SWAP_FLOW = Flow(
    [
        Step("agree", (W.OPEN,), W.DONE, "同意换班"),
        Step("decline", (W.OPEN,), W.DECLINED, "不换"),
        Step("withdraw", (W.OPEN,), W.WITHDRAWN, "撤回"),
    ],
    dict(SwapState.choices),
)


class OfferState(models.TextChoices):
    """Where a turn stands that somebody cannot keep."""

    OPEN = "open", "等人接替"
    TAKEN = "taken", "已有人接替"
    WITHDRAWN = "withdrawn", "已撤回"


O = OfferState  # noqa: E741 -- as the others
OFFER_FLOW = Flow(
    [
        Step("take", (O.OPEN,), O.TAKEN, "接替"),
        Step("withdraw", (O.OPEN,), O.WITHDRAWN, "撤回"),
    ],
    dict(OfferState.choices),
)
