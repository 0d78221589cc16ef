"""The SMS gateway: one thin client for each kind that a city can set up (VOLUNCITY_SMS)."""

from __future__ import annotations

from django.conf import settings

NONE, FAKE = "none", "fake"


class GatewayError(Exception):
    """The gateway did not take the message; it may be tried again."""


def exists() -> bool:
    """Return whether this city can send text messages at all."""
    return is_fake()


def is_fake() -> bool:
    """Return whether messages are shown on the screen; allowed in demo mode only."""
    return settings.VOLUNCITY_SMS == FAKE and settings.VOLUNCITY_DEMO


def deliver(*, phone: str, text: str) -> None:
    """Hand one message to the gateway. Call it outside a transaction.

    :raises GatewayError: when there is no gateway, or it did not take the message.
    """
    if not (exists() and phone and text):
        raise GatewayError("no SMS gateway is set up (VOLUNCITY_SMS)")
