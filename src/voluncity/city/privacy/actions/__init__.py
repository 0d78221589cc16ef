"""What a person does about their data: prove who asks, take a copy along, close the account."""

from voluncity.city.privacy.actions.closing import (
    ask_to_close,
    ask_to_close_at_desk,
    close_account,
    close_due,
    withdraw_closing,
)
from voluncity.city.privacy.actions.copying import Copy, take_along
from voluncity.city.privacy.actions.proving import can_text, phone_of, prove, send_code

__all__ = [
    "Copy",
    "ask_to_close",
    "ask_to_close_at_desk",
    "can_text",
    "close_account",
    "close_due",
    "phone_of",
    "prove",
    "send_code",
    "take_along",
    "withdraw_closing",
]
