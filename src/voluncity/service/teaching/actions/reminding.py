"""Remind people of certificates that end soon."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.people import queries as people
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.training import queries as training


def remind_expiring(*, at: datetime) -> int:
    """Tell each holder once that a certificate ends soon; return how many certificates."""
    today = local_date(at)
    days = policy.number("teaching.remind_days", on=today)
    found = training.expiring(on=today, within_days=days)
    for one in found:
        last = training.valid_until(one.passed_on, one.course.valid_months)
        holder = people.holder_of(one.volunteer)
        if holder is None or last is None:
            continue
        inbox.send(
            user_id=holder, key=f"teaching:expiring:{one.pk}",
            title=f"“{one.course.name}”培训证书快到期了",
            body=f"{last:%Y-%m-%d} 到期。到期后不能再参加要求这项培训的活动，请报名新的培训班。",
            at=at, url=reverse("teaching:coming"),
        )  # fmt: skip
    return len(found)
