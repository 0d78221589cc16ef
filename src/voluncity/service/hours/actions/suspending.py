"""Take the right to enter or confirm hours away for some time, and give it back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Q

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.hours.models import Suspension
from voluncity.service.hours.states import Right


@transaction.atomic
def suspend(
    *,
    right: Right,
    until: date,
    reason: str,
    by: models.Model | None,
    at: datetime,
    organization: Organization | None = None,
    user: User | None = None,
) -> Suspension:
    """Take a right away from an organization or a person until the end of a day."""
    one = Suspension.objects.create(
        organization=organization,
        user=user,
        right=right,
        since=local_date(at),
        until=until,
        reason=reason,
        made_at=at,
        made_by_id=by.pk if by else None,
    )
    record(
        "hours.suspend",
        one,
        by=by,
        at=at,
        right=str(right),
        until=str(until),
        organization=organization.pk if organization else None,
        user=user.pk if user else None,
    )
    return one


@transaction.atomic
def lift_suspension(*, suspension_id: int, by: models.Model, at: datetime) -> None:
    """Give a right back before its time.

    :raises WrongState: when it was given back already.
    """
    live = Suspension.objects.filter(pk=suspension_id, lifted_at=None)
    if not live.update(lifted_at=at, lifted_by_id=by.pk):
        raise WrongState("这项限制已经解除，请刷新页面。", code="hours.lifted")
    record("hours.lift_suspension", ("suspension", suspension_id), by=by, at=at)


def require_right(right: Right, *, by: User, organization_id: int | None, at: datetime) -> None:
    """Refuse who has lost the right, or works for an organization that has.

    :raises NotAllowed: with the day until which it lasts.
    """
    whose = Q(user=by)
    if organization_id is not None:
        whose |= Q(organization=organization_id)
    today = local_date(at)
    live = Suspension.objects.filter(
        whose, right=right, lifted_at=None, since__lte=today, until__gte=today
    )
    found = live.order_by("-until").first()
    if found is None:
        return
    who = "您" if found.user_id else "这个组织"
    instead = "请用扫码签到签退记录时长。" if right == Right.ENTER else "请由另一位负责人确认。"
    raise NotAllowed(
        f"经核查认定，{who}在 {found.until.year}年{found.until.month}月{found.until.day}日之前"
        f"不能{right.label}，{instead}",
        code=f"hours.suspended_{right}",
    )
