"""Remind the office of what must be told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.donations import queries
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.rules import Clock


def remind_of_disclosures(*, today: date, at: datetime) -> int:
    """Tell the office what is due soon, and once more when it is late; return how many letters."""
    soon = today + timedelta(days=policy.number("donations.remind_days", on=today))
    count = 0
    for appeal, found in queries.all_clocks(queries.shown(), today=today):
        due = [clock for clock in found if clock.told_on is None and clock.due_on <= soon]
        for clock in due:
            count += _remind(appeal, clock, today=today, at=at)
    return count


def _remind(appeal: Appeal, clock: Clock, *, today: date, at: datetime) -> int:
    is_late = clock.is_overdue(today)
    path = appeal.fund.region.path
    office = people_with(Permission.APPEAL_EDIT, organization_path="", region_path=path)
    users = {grant.user_id for grant in office}
    for user_id in users:
        inbox.send(
            user_id=user_id, at=at,
            key=f"donations:clock:{appeal.pk}:{clock.kind}:{clock.due_on}:{int(is_late)}:{user_id}",
            title="信息公开逾期了" if is_late else "要公开募捐信息了",
            body=f"“{appeal.title}”的{clock.label}应在 {clock.due_on:%Y年%m月%d日} 前公开。"
            + ("逾期会显示在募捐页面上，请尽快公开。" if is_late else "请准备好内容。"),
            url=reverse("donations:desk_appeal", args=[appeal.pk]),
        )  # fmt: skip
    return len(users)
