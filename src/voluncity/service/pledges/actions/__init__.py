"""What is done about needs, pledges and claims of whole projects."""

from voluncity.service.pledges.actions.adopting import (
    accept_adoption,
    ask_adoption,
    decline_adoption,
    end_adoption,
    withdraw_adoption,
)
from voluncity.service.pledges.actions.deciding import (
    accept_pledge,
    decline_pledge,
    deliver_pledge,
    release_pledge,
    thank_pledge,
)
from voluncity.service.pledges.actions.needs import (
    add_need,
    change_need,
    close_need,
    reopen_need,
)
from voluncity.service.pledges.actions.promising import (
    set_shown,
    take_need,
    withdraw_pledge,
)
from voluncity.service.pledges.actions.terms import keep_terms

__all__ = [
    "accept_adoption",
    "accept_pledge",
    "add_need",
    "ask_adoption",
    "change_need",
    "close_need",
    "decline_adoption",
    "decline_pledge",
    "deliver_pledge",
    "end_adoption",
    "keep_terms",
    "release_pledge",
    "reopen_need",
    "set_shown",
    "take_need",
    "thank_pledge",
    "withdraw_adoption",
    "withdraw_pledge",
]
