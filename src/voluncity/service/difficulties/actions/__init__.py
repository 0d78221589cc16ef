"""What is done about difficulties."""

from voluncity.service.difficulties.actions.answering import (
    accept_difficulty,
    answer_difficulty,
    ask_for_facts,
    pass_difficulty,
)
from voluncity.service.difficulties.actions.reference import (
    add_kind,
    end_answer,
    end_kind,
    load_kinds,
    publish_answer,
    reopen_kind,
    set_workdays,
)
from voluncity.service.difficulties.actions.reporting import (
    confirm_difficulty,
    reject_difficulty,
    report_difficulty,
    supply_facts,
    withdraw_difficulty,
)
from voluncity.service.difficulties.actions.terms import keep_terms

__all__ = [
    "accept_difficulty",
    "add_kind",
    "answer_difficulty",
    "ask_for_facts",
    "confirm_difficulty",
    "end_answer",
    "end_kind",
    "keep_terms",
    "load_kinds",
    "pass_difficulty",
    "publish_answer",
    "reject_difficulty",
    "reopen_kind",
    "report_difficulty",
    "set_workdays",
    "supply_facts",
    "withdraw_difficulty",
]
