"""What is done with funded projects."""

from voluncity.fund.grants.actions.agreeing import (
    add_template,
    agree_plan,
    hand_in_plan,
    return_plan,
    return_scan,
    save_plan,
    sign_agreement,
    upload_scan,
)
from voluncity.fund.grants.actions.changing import (
    approve_change,
    ask_change,
    decline_change,
    withdraw_change,
)
from voluncity.fund.grants.actions.life import (
    accept_milestone,
    begin_closing,
    cancel,
    check_milestone,
    close,
    reopen,
    resume,
    settle,
    suspend,
    terminate,
    wait_for,
)
from voluncity.fund.grants.actions.opening import open_funding, open_support
from voluncity.fund.grants.actions.terms import keep_terms
from voluncity.fund.grants.actions.turns import look_again

__all__ = [
    "accept_milestone",
    "add_template",
    "agree_plan",
    "approve_change",
    "ask_change",
    "begin_closing",
    "cancel",
    "check_milestone",
    "close",
    "decline_change",
    "hand_in_plan",
    "keep_terms",
    "look_again",
    "open_funding",
    "open_support",
    "reopen",
    "resume",
    "return_plan",
    "return_scan",
    "save_plan",
    "settle",
    "sign_agreement",
    "suspend",
    "terminate",
    "upload_scan",
    "wait_for",
    "withdraw_change",
]
