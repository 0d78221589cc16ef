"""Everything that can happen to service hours."""

from __future__ import annotations

from voluncity.service.hours.actions.cancelling import cancel
from voluncity.service.hours.actions.computing import compute_due, enter
from voluncity.service.hours.actions.correcting import (
    TEXT_MAX,
    answer_correction,
    ask_correction,
    reverse,
)
from voluncity.service.hours.actions.deciding import adjust, approve, confirm, evidence, refuse
from voluncity.service.hours.actions.loading import MOST_AT_ONCE, REASON_MAX, Outcome
from voluncity.service.hours.actions.posting import end_publicity
from voluncity.service.hours.actions.recomputing import compute_again, require_open
from voluncity.service.hours.actions.suspending import lift_suspension, require_right, suspend

__all__ = [
    "MOST_AT_ONCE",
    "REASON_MAX",
    "TEXT_MAX",
    "Outcome",
    "adjust",
    "answer_correction",
    "approve",
    "ask_correction",
    "cancel",
    "compute_again",
    "compute_due",
    "confirm",
    "end_publicity",
    "enter",
    "evidence",
    "lift_suspension",
    "refuse",
    "require_open",
    "require_right",
    "reverse",
    "suspend",
]
