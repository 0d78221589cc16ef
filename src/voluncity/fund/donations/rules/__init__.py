"""What an appeal and a gift must say, and by when something must be told."""

from voluncity.fund.donations.rules.appeals import (
    GOAL_MOST_YUAN,
    AppealPlan,
    DisclosurePlan,
    EventPlan,
    accepts,
    is_licensed,
    refuse_unless_publishable,
    said,
)
from voluncity.fund.donations.rules.clocks import Clock, Numbers, clocks, newest_bill, overdue
from voluncity.fund.donations.rules.gifts import (
    ANONYMOUS,
    EARLIEST_YEAR,
    GIFT_MOST_YUAN,
    ORDER_MOST_YUAN,
    GiftPlan,
    OrderPlan,
    certificate_code,
    gift_of_code,
    is_genuine,
    receipt_no,
    shown_name,
)

__all__ = [
    "ANONYMOUS",
    "EARLIEST_YEAR",
    "GIFT_MOST_YUAN",
    "GOAL_MOST_YUAN",
    "ORDER_MOST_YUAN",
    "AppealPlan",
    "Clock",
    "DisclosurePlan",
    "EventPlan",
    "GiftPlan",
    "Numbers",
    "OrderPlan",
    "accepts",
    "certificate_code",
    "clocks",
    "gift_of_code",
    "is_genuine",
    "is_licensed",
    "newest_bill",
    "overdue",
    "receipt_no",
    "refuse_unless_publishable",
    "said",
    "shown_name",
]
