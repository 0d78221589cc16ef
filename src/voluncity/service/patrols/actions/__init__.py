"""What is done with problems that patrols find."""

from voluncity.service.patrols.actions.handling import (
    accept_problem,
    dispatch_problem,
    hide_photos,
    join_problem,
    refuse_problem,
    return_problem,
    show_photos,
    solve_problem,
)
from voluncity.service.patrols.actions.reference import (
    add_kind,
    end_kind,
    end_rule,
    load_kinds,
    reopen_kind,
    set_rule,
)
from voluncity.service.patrols.actions.reporting import (
    confirm_problem,
    keep_terms,
    reject_problem,
    report_problem,
)

__all__ = [
    "accept_problem",
    "add_kind",
    "confirm_problem",
    "dispatch_problem",
    "end_kind",
    "end_rule",
    "hide_photos",
    "join_problem",
    "keep_terms",
    "load_kinds",
    "refuse_problem",
    "reject_problem",
    "reopen_kind",
    "report_problem",
    "return_problem",
    "set_rule",
    "show_photos",
    "solve_problem",
]
