"""Everything that is done with a project beside its own steps."""

from voluncity.service.progress.actions.articles import (
    change_article,
    publish_article,
    revise_article,
    send_back_article,
    submit_article,
    withdraw_article,
    write_article,
)
from voluncity.service.progress.actions.cooperation import (
    answer_invitation,
    arrange_activity,
    drop_activity,
    end_cooperation,
    follow_endings,
    grant_arranging,
    invite_unit,
)
from voluncity.service.progress.actions.counting import count_progress, count_some, remind
from voluncity.service.progress.actions.plans import (
    open_call,
    plan_next_stage,
    review_year_plan,
    set_aim,
    submit_year_plan,
    write_year_plan,
)
from voluncity.service.progress.actions.summaries import (
    accept_summary,
    add_paper,
    choose_photos,
    follow_project,
    remove_paper,
    send_back_summary,
    submit_summary,
    write_summary,
)

__all__ = [
    "accept_summary",
    "add_paper",
    "answer_invitation",
    "arrange_activity",
    "change_article",
    "choose_photos",
    "count_progress",
    "count_some",
    "drop_activity",
    "end_cooperation",
    "follow_endings",
    "follow_project",
    "grant_arranging",
    "invite_unit",
    "open_call",
    "plan_next_stage",
    "publish_article",
    "remind",
    "remove_paper",
    "review_year_plan",
    "revise_article",
    "send_back_article",
    "send_back_summary",
    "set_aim",
    "submit_article",
    "submit_summary",
    "submit_year_plan",
    "withdraw_article",
    "write_article",
    "write_summary",
    "write_year_plan",
]
