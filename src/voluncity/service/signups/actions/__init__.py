"""Everything that can be done to sign-ups and at the door."""

from voluncity.service.signups.actions.cancelling import cancel_signup, drop_signups
from voluncity.service.signups.actions.door import (
    Passage,
    Phone,
    note_refused_door,
    pass_volunteer,
    scan_venue_code,
    scan_volunteer_code,
    tick,
    type_venue_number,
)
from voluncity.service.signups.actions.handing_over import exchange, hand_over, place
from voluncity.service.signups.actions.leaving import leave_coming_shifts
from voluncity.service.signups.actions.looking_after import flag_shared_devices, remind_check_out
from voluncity.service.signups.actions.offering import accept_offer, decline_offer
from voluncity.service.signups.actions.places import fill_shift
from voluncity.service.signups.actions.signing_up import (
    sign_up,
    sign_up_by_number,
    sign_up_carefully,
)

__all__ = [
    "Passage",
    "Phone",
    "accept_offer",
    "cancel_signup",
    "decline_offer",
    "drop_signups",
    "exchange",
    "fill_shift",
    "flag_shared_devices",
    "hand_over",
    "leave_coming_shifts",
    "note_refused_door",
    "pass_volunteer",
    "place",
    "remind_check_out",
    "scan_venue_code",
    "scan_volunteer_code",
    "sign_up",
    "sign_up_by_number",
    "sign_up_carefully",
    "tick",
    "type_venue_number",
]
