"""Everything that can be done without network, and at a kiosk."""

from __future__ import annotations

from voluncity.service.offline.actions.kiosks import (
    Typed,
    close_kiosk,
    open_kiosk,
    pair_kiosk,
    pass_by_card,
    pass_by_numbers,
)
from voluncity.service.offline.actions.taking import Taken, take_roster
from voluncity.service.offline.actions.uploading import Answer, Sent, upload

__all__ = [
    "Answer",
    "Sent",
    "Taken",
    "Typed",
    "close_kiosk",
    "open_kiosk",
    "pair_kiosk",
    "pass_by_card",
    "pass_by_numbers",
    "take_roster",
    "upload",
]
