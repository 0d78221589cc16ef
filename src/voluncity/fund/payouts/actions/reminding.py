"""Remind recipients of the receipt of a payment."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.grants import queries as grants
from voluncity.fund.payouts import queries
from voluncity.fund.payouts.models import Disbursement
from voluncity.kernel.clock import local_date


def remind_of_receipts(*, at: datetime) -> int:
    """Tell recipients of payments of some days ago without a receipt; return how many payments.

    Each payment is told once, however often this is done.
    """
    today = local_date(at)
    days = policy.number("payouts.receipt_days", on=today)
    return sum(_remind(one, at=at) for one in queries.receipts_due(days=days, today=today))


def _remind(payment: Disbursement, *, at: datetime) -> bool:
    """Tell the recipient of one payment; return whether anybody heard it for the first time."""
    is_new = False
    paid_on = f"{payment.paid_on:%Y-%m-%d}"
    for user_id in grants.staff_of(payment.funding):
        message = inbox.send(
            user_id=user_id, key=f"payouts:receipt:{payment.pk}:{user_id}",
            title="请上传收款收据", at=at,
            body=f"“{payment.funding}”{payment.installment} {payment.text} 已在 {paid_on} 拨付，"
            "请上传盖章的收款收据。",
            url=reverse("payouts:own_detail", args=[payment.funding_id]),
        )  # fmt: skip
        is_new = is_new or message.sent_at == at
    return is_new
