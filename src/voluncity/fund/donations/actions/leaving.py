"""Somebody closes their account: what they gave stays in the books, their name leaves the wall."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record_many
from voluncity.fund.donations.models import Gift, MonthlyPlan, Order
from voluncity.fund.donations.states import OrderState, PlanState


@transaction.atomic
def leave(*, user_id: int, at: datetime) -> None:
    """Show nobody's name who has left, and remind them no more.

    The sealed name stays with the gift: the law keeps records of gifts (Charity Law, art. 38).
    """
    shown = list(Gift.objects.filter(user=user_id, shows_name=True))
    Gift.objects.filter(pk__in=[gift.pk for gift in shown]).update(shows_name=False)
    Gift.objects.filter(user=user_id).exclude(message="").update(message="")
    record_many("donations.hide_giver", ((gift, {}) for gift in shown), by=None, at=at)
    MonthlyPlan.objects.filter(user=user_id, state=PlanState.ACTIVE).update(
        state=PlanState.ENDED, ended_at=at
    )
    Order.objects.filter(user=user_id).exclude(state=OrderState.PAID).update(
        donor_cipher="", message=""
    )
