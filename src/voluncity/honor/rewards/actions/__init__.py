"""What can be done with merchants, offers, vouchers and sheets."""

from voluncity.honor.rewards.actions.merchants import (
    add_shop,
    apply_merchant,
    approve_merchant,
    change_merchant,
    change_shop,
    close_shop,
    contact_phone,
    end_merchant,
    end_of_organization,
    refuse_merchant,
    resume_merchant,
    send_back_merchant,
    suspend_merchant,
)
from voluncity.honor.rewards.actions.offers import (
    change_offer,
    end_offer,
    pause_offer,
    publish_offer,
    resume_offer,
    send_back_offer,
    submit_offer,
    write_offer,
)
from voluncity.honor.rewards.actions.redeeming import find_voucher, redeem, undo
from voluncity.honor.rewards.actions.reference import load_kinds
from voluncity.honor.rewards.actions.settling import close_sheet, confirm_sheet, draw_sheets
from voluncity.honor.rewards.actions.taking import give_voucher_back, print_voucher, take_offer
from voluncity.honor.rewards.actions.terms import keep_terms

__all__ = [
    "add_shop",
    "apply_merchant",
    "approve_merchant",
    "change_merchant",
    "change_offer",
    "change_shop",
    "close_sheet",
    "close_shop",
    "confirm_sheet",
    "contact_phone",
    "draw_sheets",
    "end_merchant",
    "end_of_organization",
    "end_offer",
    "find_voucher",
    "give_voucher_back",
    "keep_terms",
    "load_kinds",
    "pause_offer",
    "print_voucher",
    "publish_offer",
    "redeem",
    "refuse_merchant",
    "resume_merchant",
    "resume_offer",
    "send_back_merchant",
    "send_back_offer",
    "submit_offer",
    "suspend_merchant",
    "take_offer",
    "undo",
    "write_offer",
]
