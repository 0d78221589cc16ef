"""Accounts, plans, payments, lists for the bank, and what came back."""

from voluncity.fund.payouts.models.payees import Payee, PayeeQuerySet
from voluncity.fund.payouts.models.payments import (
    Disbursement,
    PaymentList,
    Receipt,
    Return,
    ReturnShare,
    Share,
)
from voluncity.fund.payouts.models.plans import Installment, Plan

__all__ = [
    "Disbursement",
    "Installment",
    "Payee",
    "PayeeQuerySet",
    "PaymentList",
    "Plan",
    "Receipt",
    "Return",
    "ReturnShare",
    "Share",
]
