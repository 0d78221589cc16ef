"""Found funds, give them charters and people, hold their meetings."""

from voluncity.fund.governance.actions.charters import (
    CharterPlan,
    adopt_charter,
    discard_charter,
    draft_charter,
    save_charter,
)
from voluncity.fund.governance.actions.funds import (
    add_document,
    add_purpose,
    change_fund,
    end_fund,
    end_purpose,
    found_fund,
    hold_running,
    withdraw_document,
)
from voluncity.fund.governance.actions.meetings import (
    ItemPlan,
    MeetingPlan,
    add_item,
    cancel_meeting,
    change_meeting,
    plan_meeting,
    remove_item,
)
from voluncity.fund.governance.actions.seats import appoint, end_seat
from voluncity.fund.governance.actions.voting import (
    close_meeting,
    hold_meeting,
    record_votes,
    repeal,
    show_resolution,
)

__all__ = [
    "CharterPlan",
    "ItemPlan",
    "MeetingPlan",
    "add_document",
    "add_item",
    "add_purpose",
    "adopt_charter",
    "appoint",
    "cancel_meeting",
    "change_fund",
    "change_meeting",
    "close_meeting",
    "discard_charter",
    "draft_charter",
    "end_fund",
    "end_purpose",
    "end_seat",
    "found_fund",
    "hold_meeting",
    "hold_running",
    "plan_meeting",
    "record_votes",
    "remove_item",
    "repeal",
    "save_charter",
    "show_resolution",
    "withdraw_document",
]
