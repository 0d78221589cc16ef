"""Raise, take, book and give back gifts."""

from voluncity.fund.donations.actions.appeals import (
    change_appeal,
    end_appeal,
    hold_event,
    publish_appeal,
    send_back_appeal,
    submit_appeal,
    tell,
    write_appeal,
)
from voluncity.fund.donations.actions.batches import (
    book_batch,
    discard_batch,
    discard_forgotten,
    look_at_file,
    take_batch,
)
from voluncity.fund.donations.actions.bills import reconcile, settle_difference
from voluncity.fund.donations.actions.gifts import (
    book_gift,
    note_certificate,
    record_gift,
    refuse_gift,
    show_giver,
)
from voluncity.fund.donations.actions.leaving import leave
from voluncity.fund.donations.actions.paying import (
    ask_about_orders,
    start_order,
    take_notice,
)
from voluncity.fund.donations.actions.plans import end_plan, remind_givers, start_plan
from voluncity.fund.donations.actions.receipts import issue_receipt, void_receipt, want_receipt
from voluncity.fund.donations.actions.refunds import (
    approve_refund,
    ask_refund,
    confirm_refund,
    follow_refunds,
    refuse_refund,
    send_refund,
)
from voluncity.fund.donations.actions.reminding import remind_of_disclosures

__all__ = [
    "approve_refund",
    "ask_about_orders",
    "ask_refund",
    "book_batch",
    "book_gift",
    "change_appeal",
    "confirm_refund",
    "discard_batch",
    "discard_forgotten",
    "end_appeal",
    "end_plan",
    "follow_refunds",
    "hold_event",
    "issue_receipt",
    "leave",
    "look_at_file",
    "note_certificate",
    "publish_appeal",
    "reconcile",
    "record_gift",
    "refuse_gift",
    "refuse_refund",
    "remind_givers",
    "remind_of_disclosures",
    "send_back_appeal",
    "send_refund",
    "settle_difference",
    "show_giver",
    "start_order",
    "start_plan",
    "submit_appeal",
    "take_batch",
    "take_notice",
    "tell",
    "void_receipt",
    "want_receipt",
    "write_appeal",
]
