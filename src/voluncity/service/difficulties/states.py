"""What may happen next to a difficulty that somebody reported upward."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class DifficultyState(models.TextChoices):
    """Where the answering of a difficulty stands."""

    REPORTED = "reported", "待受理"
    ACCEPTED = "accepted", "办理中"
    ASKING = "asking", "待补充情况"
    ANSWERED = "answered", "已答复"
    SOLVED = "solved", "已解决"
    WITHDRAWN = "withdrawn", "已撤回"


class Urgency(models.TextChoices):
    """How soon an answer is needed."""

    USUAL = "usual", "一般"
    URGENT = "urgent", "紧急"


class Outcome(models.TextChoices):
    """How the turn of one who had to answer ended."""

    ANSWERED = "answered", "已答复"
    PASSED = "passed", "转交"
    ESCALATED = "escalated", "超期上交"
    WITHDRAWN = "withdrawn", "已撤回"


S = DifficultyState
WAITING = (S.REPORTED, S.ACCEPTED)  # the clock runs
OPEN = (*WAITING, S.ASKING, S.ANSWERED)
DIFFICULTY_FLOW = Flow(
    [
        Step("accept", (S.REPORTED,), S.ACCEPTED, "受理"),
        Step("answer", WAITING, S.ANSWERED, "答复"),
        Step("ask", WAITING, S.ASKING, "请补充情况"),
        Step("supply", (S.ASKING,), S.ACCEPTED, "补充情况"),
        Step("drop", (S.ASKING,), S.WITHDRAWN, "到期没有补充，按撤回办结"),
        Step("pass", WAITING, S.REPORTED, "转交"),
        Step("confirm", (S.ANSWERED,), S.SOLVED, "确认解决"),
        Step("lapse", (S.ANSWERED,), S.SOLVED, "到期自动办结"),
        Step("reject", (S.ANSWERED,), S.REPORTED, "没有解决"),
        Step("escalate", WAITING, S.REPORTED, "超期上交"),
        Step("withdraw", OPEN, S.WITHDRAWN, "撤回"),
    ],
    dict(S.choices),
)
TONES = {
    S.REPORTED: "warn",
    S.ACCEPTED: "info",
    S.ASKING: "warn",
    S.ANSWERED: "brand",
    S.SOLVED: "good",
}
