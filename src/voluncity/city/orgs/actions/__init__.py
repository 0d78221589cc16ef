"""What can be done with organizations and their members."""

from voluncity.city.orgs.actions.about import (
    add_brand,
    change_brand,
    end_brand,
    raise_brand,
    set_buildings,
)
from voluncity.city.orgs.actions.applications import (
    apply_organization,
    may_apply,
    resubmit_organization,
)
from voluncity.city.orgs.actions.duties import give_duty, load_duties, take_duty
from voluncity.city.orgs.actions.endings import dissolve, merge
from voluncity.city.orgs.actions.invitations import accept_invitation, end_invitation, invite
from voluncity.city.orgs.actions.leaving import leave_all
from voluncity.city.orgs.actions.loading import load_lead_units
from voluncity.city.orgs.actions.members import (
    ask_to_join,
    decide_join,
    leave,
    remove_member,
    withdraw_join,
)
from voluncity.city.orgs.actions.moves import move
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
    "accept_invitation",
    "add_brand",
    "apply_organization",
    "approve",
    "ask_to_join",
    "change_brand",
    "change_organization",
    "decide_join",
    "dissolve",
    "end_brand",
    "end_invitation",
    "fall_back",
    "give_duty",
    "invite",
    "leave",
    "leave_all",
    "load_duties",
    "load_lead_units",
    "may_apply",
    "merge",
    "move",
    "publish",
    "raise_brand",
    "refuse",
    "remove_member",
    "resubmit_organization",
    "resume",
    "reveal_phone",
    "send_back",
    "set_buildings",
    "suspend",
    "take_duty",
    "withdraw_join",
]
