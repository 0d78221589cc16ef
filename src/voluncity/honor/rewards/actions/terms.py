"""What time does: remind of vouchers, let them lapse, call them back, draw up sheets."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.policy import queries as policy
from voluncity.honor.rewards.actions.taking import end_unused
from voluncity.honor.rewards.models import Miss, Voucher
from voluncity.honor.rewards.states import MerchantState, VoucherState
from voluncity.kernel.refusals import WrongState

PORTION = 500
S = VoucherState


def keep_terms(*, today: date, at: datetime) -> None:
    """Remind before a voucher ends, let those lapse whose day is over, call others back.

    Each voucher in its own transaction: what somebody does meanwhile stands.
    """
    live = Voucher.objects.filter(state=S.TAKEN).order_by("pk")
    named = live.select_related("volunteer", "version", "merchant")
    for voucher in named.filter(merchant__state=MerchantState.ENDED)[:PORTION]:
        _end(voucher, "recall", returns=True, words="商家已退出", at=at)
    for voucher in named.filter(use_until__lt=today)[:PORTION]:
        # Whose shop was suspended could not use it.
        returns = voucher.version.returns_points or not voucher.merchant.is_active
        _end(voucher, "lapse", returns=returns, words="过期未使用", at=at)
    soon = today + timedelta(days=policy.number("rewards.remind_days", on=today))
    ending = live.filter(use_until__gte=today, use_until__lte=soon, reminded_at=None)
    for voucher in ending.filter(taken_on__lt=today)[:PORTION]:
        _remind(voucher, at=at)
    Miss.objects.filter(at__lt=at - timedelta(days=1)).delete()


@transaction.atomic
def _end(voucher: Voucher, verb: str, *, returns: bool, words: str, at: datetime) -> None:
    try:
        end_unused(voucher, verb, returns=returns, words=words, by=None, at=at)
    except WrongState:
        return  # somebody was faster


@transaction.atomic
def _remind(voucher: Voucher, *, at: datetime) -> None:
    untold = Voucher.objects.filter(pk=voucher.pk, state=S.TAKEN, reminded_at=None)
    if untold.update(reminded_at=at):
        record("rewards.remind", voucher, by=None, at=at)
