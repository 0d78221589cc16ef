"""Tables of appeals and gifts."""

from voluncity.fund.donations.models.appeals import Appeal, Disclosure, GivingEvent
from voluncity.fund.donations.models.gifts import Batch, Gift, GiftQuerySet, Refund
from voluncity.fund.donations.models.paying import Bill, Difference, MonthlyPlan, Notice, Order
from voluncity.fund.donations.models.receipts import FiscalReceipt

__all__ = [
    "Appeal",
    "Batch",
    "Bill",
    "Difference",
    "Disclosure",
    "FiscalReceipt",
    "Gift",
    "GiftQuerySet",
    "GivingEvent",
    "MonthlyPlan",
    "Notice",
    "Order",
    "Refund",
]
