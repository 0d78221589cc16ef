"""Merchants, what they offer, who took it, what was handed over, and the month's sheets."""

from voluncity.honor.rewards.models.merchants import Merchant, Move, OfferKind, Shop
from voluncity.honor.rewards.models.offers import DayStock, Offer, Version
from voluncity.honor.rewards.models.settlement import Sheet, SheetLine
from voluncity.honor.rewards.models.vouchers import Miss, Redemption, Voucher

__all__ = [
    "DayStock",
    "Merchant",
    "Miss",
    "Move",
    "Offer",
    "OfferKind",
    "Redemption",
    "Sheet",
    "SheetLine",
    "Shop",
    "Version",
    "Voucher",
]
