"""What can be done in this slice."""

from voluncity.honor.leaderboards.actions.figures import (
    count_due,
    count_period,
    mark_all_stale,
    mark_stale,
)
from voluncity.honor.leaderboards.actions.picks import (
    Answer,
    answer,
    drop,
    hide,
    hide_closed,
    pick,
    show_again,
    tell_story,
)
from voluncity.honor.leaderboards.actions.scores import (
    build,
    claim_building,
    settle_people,
    start_building,
)
from voluncity.honor.leaderboards.actions.stars import (
    cancel_month,
    name_stars,
    recount_month,
    reopen_month,
    show_month,
    start_month,
)

__all__ = [
    "Answer",
    "answer",
    "build",
    "cancel_month",
    "claim_building",
    "count_due",
    "count_period",
    "drop",
    "hide",
    "hide_closed",
    "mark_all_stale",
    "mark_stale",
    "name_stars",
    "pick",
    "recount_month",
    "reopen_month",
    "settle_people",
    "show_again",
    "show_month",
    "start_building",
    "start_month",
    "tell_story",
]
