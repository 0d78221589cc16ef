"""Run selections: set up, nominate, check, review, vote, decide, award."""

from voluncity.honor.awards.actions.awarding import (
    overturn_award,
    revoke_award,
    take_effect,
)
from voluncity.honor.awards.actions.checking import (
    admit_nomination,
    refuse_nomination,
    send_back_nomination,
)
from voluncity.honor.awards.actions.consenting import (
    consent,
    decline,
    hide_story,
    leave,
    withdraw_nomination,
)
from voluncity.honor.awards.actions.counting import (
    Decision,
    confirm_decision,
    count_selection,
    decide_selection,
    give_office_points,
    return_decision,
)
from voluncity.honor.awards.actions.nominating import (
    add_paper,
    nominate,
    nominate_self,
    submit_nomination,
    write_story,
)
from voluncity.honor.awards.actions.reviewing import (
    Scores,
    add_judge,
    open_reviews,
    recuse,
    remove_judge,
    score,
)
from voluncity.honor.awards.actions.setting_up import (
    Days,
    cancel_selection,
    change_selection,
    make_selection,
    move_days,
    publish_selection,
    start_votes,
)
from voluncity.honor.awards.actions.voting import (
    Place,
    ask_set_aside,
    count_once,
    decide_set_aside,
    uncount_once,
    vote,
)

__all__ = [
    "Days",
    "Decision",
    "Place",
    "Scores",
    "add_judge",
    "add_paper",
    "admit_nomination",
    "ask_set_aside",
    "cancel_selection",
    "change_selection",
    "confirm_decision",
    "consent",
    "count_once",
    "count_selection",
    "decide_selection",
    "decide_set_aside",
    "decline",
    "give_office_points",
    "hide_story",
    "leave",
    "make_selection",
    "move_days",
    "nominate",
    "nominate_self",
    "open_reviews",
    "overturn_award",
    "publish_selection",
    "recuse",
    "refuse_nomination",
    "remove_judge",
    "return_decision",
    "revoke_award",
    "score",
    "send_back_nomination",
    "start_votes",
    "submit_nomination",
    "take_effect",
    "uncount_once",
    "vote",
    "withdraw_nomination",
    "write_story",
]
