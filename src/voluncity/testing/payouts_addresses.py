"""Which payments of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

PAYOUTS: dict[str, Sample] = {
    "payouts:own_detail": pk_of("payout_funding"),
    "payouts:own_account": pk_of("payout_funding"),
    "payouts:own_withdraw": pk_of("payout_account"),
    "payouts:own_receipt": pk_of("payout_paid"),
    "payouts:account_paper": pk_of("payout_account"),
    "payouts:receipt": pk_of("payout_receipt"),
    "payouts:return_paper": pk_of("payout_return"),
    "payouts:desk_detail": pk_of("payout"),
    "payouts:desk_step": pk_of("payout", verb="approve"),
    "payouts:desk_receipt": pk_of("payout_paid"),
    "payouts:desk_funding": pk_of("payout_funding"),
    "payouts:desk_plan": pk_of("payout_funding"),
    "payouts:desk_account_new": pk_of("payout_funding"),
    "payouts:desk_return_new": pk_of("payout_funding"),
    "payouts:desk_plan_step": pk_of("payout_plan", verb="agree"),
    "payouts:desk_ask": pk_of("payout_installment"),
    "payouts:desk_account": pk_of("payout_account"),
    "payouts:desk_reveal": pk_of("payout_account"),
    "payouts:desk_account_step": pk_of("payout_account", verb="verify"),
    "payouts:desk_batch": pk_of("payout_list"),
    "payouts:desk_export": pk_of("payout_list", kind="csv"),
    "payouts:desk_cancel": pk_of("payout_list"),
    "payouts:desk_answers": pk_of("payout_list"),
    "payouts:desk_return": pk_of("payout_return"),
    "payouts:desk_return_step": pk_of("payout_return", verb="confirm"),
}
