"""Verify accounts, plan installments, pay them by the bank, take back what returns."""

from voluncity.fund.payouts.actions.lists import (
    MOST_LINES,
    cancel_list,
    confirm_payment,
    export_list,
    fail_payment,
    make_list,
    take_answers,
)
from voluncity.fund.payouts.actions.payees import (
    enter_payee,
    note_paper,
    refuse_payee,
    reveal_number,
    stop_payee,
    verify_payee,
    withdraw_payee,
)
from voluncity.fund.payouts.actions.payments import (
    approve_payment,
    ask_payment,
    end_requests_of,
    refuse_payment,
    withdraw_payment,
)
from voluncity.fund.payouts.actions.plans import (
    agree_plan,
    propose_plan,
    refuse_plan,
    withdraw_plan,
)
from voluncity.fund.payouts.actions.reminding import remind_of_receipts
from voluncity.fund.payouts.actions.returns import (
    add_receipt,
    confirm_return,
    enter_bounce,
    enter_return,
    refuse_return,
    release_rest,
)

__all__ = [
    "MOST_LINES",
    "add_receipt",
    "agree_plan",
    "approve_payment",
    "ask_payment",
    "cancel_list",
    "confirm_payment",
    "confirm_return",
    "end_requests_of",
    "enter_bounce",
    "enter_payee",
    "enter_return",
    "export_list",
    "fail_payment",
    "make_list",
    "note_paper",
    "propose_plan",
    "refuse_payee",
    "refuse_payment",
    "refuse_plan",
    "refuse_return",
    "release_rest",
    "remind_of_receipts",
    "reveal_number",
    "stop_payee",
    "take_answers",
    "verify_payee",
    "withdraw_payee",
    "withdraw_payment",
    "withdraw_plan",
]
