"""Remind recipients of the receipt of a payment."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.grants import queries as grants
from voluncity.fund.payouts import queries
from voluncity.kernel.clock import local_date


def remind_of_receipts(*, at: datetime) -> int:
    """Tell recipients of payments of some days ago without a receipt; return how many payments.

    The same day again tells nobody twice.
    """
    today = local_date(at)
    days = policy.number("payouts.receipt_days", on=today)
    due = list(queries.receipts_due(days=days, today=today))
    for payment in due:
        for user_id in grants.staff_of(payment.funding):
            inbox.send(
                user_id=user_id, key=f"payouts:receipt:{payment.pk}:{user_id}",
                title="请上传收款收据", at=at,
                body=f"“{payment.funding}”{payment.installment} {payment.text} 已拨付 {days} 天，"
                "请上传盖章的收款收据。",
                url=reverse("payouts:own_detail", args=[payment.funding_id]),
            )  # fmt: skip
    return len(due)
