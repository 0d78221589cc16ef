"""Everything that can happen to findings, cases, spot checks and absences."""

from __future__ import annotations

from voluncity.service.integrity.actions.absences import (
    answer_absence,
    appeal_absence,
    confirm_absence,
    excuse_absence,
    raise_absences,
)
from voluncity.service.integrity.actions.appealing import appeal, decide_appeal, settle_due
from voluncity.service.integrity.actions.cases import (
    answer,
    ask,
    assign,
    open_case,
    set_aside,
    speak_for,
)
from voluncity.service.integrity.actions.counting import count_figures
from voluncity.service.integrity.actions.deciding import decide
from voluncity.service.integrity.actions.guards import require_other_level
from voluncity.service.integrity.actions.looking import keep, look
from voluncity.service.integrity.actions.spots import announce, check_spot, draw_due

__all__ = [
    "announce",
    "answer",
    "answer_absence",
    "appeal",
    "appeal_absence",
    "ask",
    "assign",
    "check_spot",
    "confirm_absence",
    "count_figures",
    "decide",
    "decide_appeal",
    "draw_due",
    "excuse_absence",
    "keep",
    "look",
    "open_case",
    "raise_absences",
    "require_other_level",
    "set_aside",
    "settle_due",
    "speak_for",
]
