"""What may happen next to a problem that a patrol has found."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ProblemState(models.TextChoices):
    """Where the solving of a problem stands."""

    NEW = "new", "待分派"
    SENT = "sent", "待签收"
    ACCEPTED = "accepted", "办理中"
    SOLVED = "solved", "待确认"
    CLOSED = "closed", "已办结"
    REFUSED = "refused", "不受理"
    JOINED = "joined", "并案办理"


S = ProblemState
OPEN = (S.NEW, S.SENT, S.ACCEPTED)
PROBLEM_FLOW = Flow(
    [
        Step("dispatch", OPEN, S.SENT, "分派"),
        Step("accept", (S.SENT,), S.ACCEPTED, "签收"),
        Step("return", (S.SENT, S.ACCEPTED), S.NEW, "退回"),
        Step("solve", (S.SENT, S.ACCEPTED), S.SOLVED, "上报办结"),
        Step("confirm", (S.SOLVED,), S.CLOSED, "确认解决"),
        Step("lapse", (S.SOLVED,), S.CLOSED, "到期自动办结"),
        Step("reject", (S.SOLVED,), S.ACCEPTED, "退回再办"),
        Step("refuse", OPEN, S.REFUSED, "不予受理"),
        Step("join", OPEN, S.JOINED, "并案"),
    ],
    dict(S.choices),
)
TONES = {
    S.NEW: "warn",
    S.SENT: "info",
    S.ACCEPTED: "info",
    S.SOLVED: "brand",
    S.CLOSED: "good",
}
