"""Which payment service the city has (VOLUNCITY_PAY).

`none`: nobody can pay here. `wechat`: WeChat Pay with the foundation's own merchant number.
`fake`: a service of our own that signs and seals like WeChat's, in demo mode only.
"""

from __future__ import annotations

from django.conf import settings

from voluncity.fund.donations import fakes, wechat
from voluncity.fund.donations.fakes.server import MCHID
from voluncity.fund.donations.payment import GatewayError, PaymentGateway

FAKE, WECHAT = "fake", "wechat"


def exists() -> bool:
    """Return whether this city has a payment service."""
    return settings.VOLUNCITY_PAY == WECHAT or is_fake()


def is_fake() -> bool:
    """Return whether payments are played; in demo mode only."""
    return bool(settings.VOLUNCITY_PAY == FAKE and settings.VOLUNCITY_DEMO)


def gateway() -> PaymentGateway:
    """Return the payment service of this city.

    :raises GatewayError: when there is none.
    """
    if is_fake():
        return fakes.client()
    if settings.VOLUNCITY_PAY == WECHAT:
        return wechat.Client(wechat.credentials())
    raise GatewayError("no payment service is set up (VOLUNCITY_PAY)")


def merchant_no() -> str:
    """Return the merchant number that is paid here; empty where nobody can pay."""
    if is_fake():
        return MCHID
    return settings.VOLUNCITY_PAY_MERCHANT["mchid"] if exists() else ""
