"""Everything that can be done to projects, activities and shifts."""

from voluncity.service.projects.actions.activities import (
    cancel_activity,
    change_activity,
    copy_activity,
    copy_series,
    create_activity,
    open_activity,
)
from voluncity.service.projects.actions.projects import (
    cancel,
    change_project,
    create_project,
    plan_next_stage,
    publish,
    start,
    submit,
    summarize,
)
from voluncity.service.projects.actions.reference import add_line, change_line, end_line, load_lines
from voluncity.service.projects.actions.reviews import approve, close, reopen, send_back
from voluncity.service.projects.actions.shifts import change_capacity
from voluncity.service.projects.actions.standing import (
    add_shifts,
    change_free_shift,
    remove_free_shifts,
)

__all__ = [
    "add_line",
    "add_shifts",
    "approve",
    "cancel",
    "cancel_activity",
    "change_activity",
    "change_capacity",
    "change_free_shift",
    "change_line",
    "change_project",
    "close",
    "copy_activity",
    "copy_series",
    "create_activity",
    "create_project",
    "end_line",
    "load_lines",
    "open_activity",
    "plan_next_stage",
    "publish",
    "remove_free_shifts",
    "reopen",
    "send_back",
    "start",
    "submit",
    "summarize",
]
