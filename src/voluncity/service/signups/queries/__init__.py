"""What is asked about sign-ups, attendance and the door."""

from voluncity.service.signups.codes import venue_token
from voluncity.service.signups.images import qr_text
from voluncity.service.signups.queries.chances import Chance, chance
from voluncity.service.signups.queries.checks import faults
from voluncity.service.signups.queries.doors import DoorLook, door, shifts_at_door
from voluncity.service.signups.queries.forgotten import (
    forgotten,
    not_checked_out,
    still_in,
)
from voluncity.service.signups.queries.lists import (
    Counts,
    RosterRow,
    counts,
    due_offers,
    my_signup,
    my_signups,
    place_in_line,
    refused_scans,
    roster,
    roster_rows,
    shifts_to_fill,
)
from voluncity.service.signups.queries.looks import Look, looks, reasons_for, why_not
from voluncity.service.signups.queries.numbers import volunteer_with_number
from voluncity.service.signups.queries.passages import Passage, passage

__all__ = [
    "Chance",
    "Counts",
    "DoorLook",
    "Look",
    "Passage",
    "RosterRow",
    "chance",
    "counts",
    "door",
    "due_offers",
    "faults",
    "forgotten",
    "looks",
    "my_signup",
    "my_signups",
    "not_checked_out",
    "passage",
    "place_in_line",
    "qr_text",
    "reasons_for",
    "refused_scans",
    "roster",
    "roster_rows",
    "shifts_at_door",
    "shifts_to_fill",
    "still_in",
    "venue_token",
    "volunteer_with_number",
    "why_not",
]
