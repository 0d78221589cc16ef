"""What can be done with organizations and their members."""

from voluncity.city.orgs.actions.applications import (
    apply_organization,
    may_apply,
    resubmit_organization,
)
from voluncity.city.orgs.actions.loading import load_lead_units
from voluncity.city.orgs.actions.members import (
    ask_to_join,
    decide_join,
    leave,
    remove_member,
    withdraw_join,
)
from voluncity.city.orgs.actions.reviews import (
    approve,
    change_organization,
    fall_back,
    publish,
    refuse,
    resume,
    reveal_phone,
    send_back,
    suspend,
)

__all__ = [
    "apply_organization",
    "approve",
    "ask_to_join",
    "change_organization",
    "decide_join",
    "fall_back",
    "leave",
    "load_lead_units",
    "may_apply",
    "publish",
    "refuse",
    "remove_member",
    "resubmit_organization",
    "resume",
    "reveal_phone",
    "send_back",
    "suspend",
    "withdraw_join",
]
