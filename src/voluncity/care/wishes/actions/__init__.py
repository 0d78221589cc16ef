"""What is done with wishes."""

from voluncity.care.wishes.actions.claiming import (
    claim_wish,
    finish_wish,
    release_claim,
    see_claimant,
    see_contact,
)
from voluncity.care.wishes.actions.complaints import complain, settle_complaints
from voluncity.care.wishes.actions.confirming import complete_wish, deny_wish, hide_thanks, thank
from voluncity.care.wishes.actions.leaving import leave
from voluncity.care.wishes.actions.posting import post_wish, withdraw_wish
from voluncity.care.wishes.actions.reference import (
    ThemePlan,
    add_kind,
    add_theme,
    change_theme,
    end_kind,
    load_kinds,
    reopen_kind,
    value_kind,
)
from voluncity.care.wishes.actions.reversing import ask_reversal, decide_reversal
from voluncity.care.wishes.actions.reviewing import (
    amend_wish,
    approve_wish,
    reject_wish,
    remove_wish,
)
from voluncity.care.wishes.actions.terms import keep_terms

__all__ = [
    "ThemePlan",
    "add_kind",
    "add_theme",
    "amend_wish",
    "approve_wish",
    "ask_reversal",
    "change_theme",
    "claim_wish",
    "complain",
    "complete_wish",
    "decide_reversal",
    "deny_wish",
    "end_kind",
    "finish_wish",
    "hide_thanks",
    "keep_terms",
    "leave",
    "load_kinds",
    "post_wish",
    "reject_wish",
    "release_claim",
    "remove_wish",
    "reopen_kind",
    "see_claimant",
    "see_contact",
    "settle_complaints",
    "thank",
    "value_kind",
    "withdraw_wish",
]
