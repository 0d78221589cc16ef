"""Recurring work of the slice."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.fund.payouts import actions


def remind() -> None:
    """Remind recipients of receipts that did not come, once for each payment."""
    actions.remind_of_receipts(at=now())
