"""What is done in reviews and with decisions."""

from voluncity.fund.review.actions.deciding import (
    enter_decision,
    fall,
    fall_withdrawn,
    overturn_decision,
    pass_publicity,
    retry_effects,
    show_decision,
    take_effect,
)
from voluncity.fund.review.actions.judging import (
    Scores,
    declare_conflict,
    declare_none,
    save_opinion,
    submit_opinion,
)
from voluncity.fund.review.actions.reviews import (
    change_review,
    close_review,
    open_review,
    postpone,
    reopen_review,
)
from voluncity.fund.review.actions.seating import assign, draw_experts, release
from voluncity.fund.review.actions.terms import keep_terms, remind

__all__ = [
    "Scores",
    "assign",
    "change_review",
    "close_review",
    "declare_conflict",
    "declare_none",
    "draw_experts",
    "enter_decision",
    "fall",
    "fall_withdrawn",
    "keep_terms",
    "open_review",
    "overturn_decision",
    "pass_publicity",
    "postpone",
    "release",
    "remind",
    "reopen_review",
    "retry_effects",
    "save_opinion",
    "show_decision",
    "submit_opinion",
    "take_effect",
]
