"""One's own gifts, orders and monthly plans."""

from __future__ import annotations

from django.db.models import QuerySet

from voluncity.city.people.models import User
from voluncity.fund.donations.models import Appeal, Gift, MonthlyPlan, Order
from voluncity.fund.donations.states import GiftState, PlanState
from voluncity.kernel.refusals import NotFound


def gifts_of(user: User) -> QuerySet[Gift]:
    """Return what somebody gave, the newest first."""
    found: QuerySet[Gift] = Gift.objects.filter(user=user).exclude(state=GiftState.REFUSED)
    rows = found.select_related("appeal__fund", "purpose").prefetch_related("fiscal_receipts")
    return rows.order_by("-given_at", "-pk")


def own_gift(user: User, pk: int) -> Gift:
    """Return one's own booked gift.

    :raises NotFound: when it is somebody else's.
    """
    found = gifts_of(user).filter(pk=pk, state=GiftState.BOOKED).first()
    if found is None:
        raise NotFound("没有找到这笔捐赠，或者它还没有入账。")
    return found


def order_of(user: User, pk: int) -> Order:
    """Return one's own order.

    :raises NotFound: when it is somebody else's.
    """
    rows = Order.objects.select_related("appeal__fund", "gift")
    found = rows.filter(pk=pk, user=user).first()
    if found is None:
        raise NotFound("没有找到这个订单，请到“我的捐赠”里查看。")
    return found


def plans_of(user: User) -> QuerySet[MonthlyPlan]:
    """Return one's monthly gifts that go on."""
    return MonthlyPlan.objects.filter(user=user, state=PlanState.ACTIVE).select_related("appeal")


def plan_of(user: User, appeal: Appeal, pk: int | None) -> MonthlyPlan | None:
    """Return one's own monthly gift to an appeal that goes on, if there is such a one."""
    return plans_of(user).filter(pk=pk, appeal=appeal).first() if pk is not None else None
