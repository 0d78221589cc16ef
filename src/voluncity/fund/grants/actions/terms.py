"""Remind of what is due, tell who looks after it what is late, and then who leads the fund.

Nothing moves by itself. Each reminder has its own key, so that the job may run again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.grants import queries
from voluncity.fund.grants.actions.turns import look_at_all
from voluncity.fund.grants.models import Funding, Milestone
from voluncity.fund.grants.queries import Late
from voluncity.fund.grants.rules import stages
from voluncity.fund.grants.states import Waits
from voluncity.kernel.clock import local_date


def keep_terms(*, at: datetime) -> int:
    """Send the reminders that are due; return about how many things somebody was told."""
    look_at_all(at=at)
    today = local_date(at)
    numbers = policy.numbers(stages.POLICIES, on=today)
    coming = list(queries.soon(numbers["grants.remind_days"], today=today))
    for milestone in coming:
        _tell_of_coming(milestone, at=at)
    late = [
        *queries.late_stages(numbers, today=today),
        *queries.late_milestones(today=today),
        *queries.late_changes(numbers["grants.office_days"], today=today),
    ]
    for one in late:
        _tell_of_late(one, numbers, at=at)
    return len(coming) + len(late)


def _tell_of_coming(milestone: Milestone, *, at: datetime) -> None:
    funding = milestone.funding
    until = f"{milestone.due_on:%Y-%m-%d}"
    body = f"“{funding}”（{funding.number}）：{milestone.title}，完成日期 {until}。"
    key = f"grants:soon:{milestone.pk}:{milestone.due_on}"
    _send(_party(funding), key, "里程碑快到期了", body, funding, is_own=True, at=at)


def _tell_of_late(one: Late, numbers: Mapping[str, int], *, at: datetime) -> None:
    funding, what, key = one.funding, _what(one), _key(one)
    turn = stages.turn(one.delay, numbers["grants.repeat_days"])
    body = f"“{funding}”（{funding.number}）：{what}，已经超期 {one.delay.days} 天。"
    if _is_partys(one):
        _send(
            _party(funding),
            f"{key}:{turn}",
            "资助项目有事项超期",
            body,
            funding,
            is_own=True,
            at=at,
        )
    offices = queries.offices_of(funding)
    _send(offices, f"{key}:{turn}:office", "资助项目有事项超期", body, funding, is_own=False, at=at)
    if one.delay.days > numbers["grants.escalate_days"]:
        leaders = queries.leaders_of(funding, on=local_date(at))
        _send(
            leaders, f"{key}:{turn}:leaders", "资助项目超期未办，请督促", body, funding,
            is_own=False, at=at,
        )  # fmt: skip


def _what(one: Late) -> str:
    if one.milestone is not None:
        return f"里程碑 {one.milestone} 应在 {one.milestone.due_on:%Y-%m-%d} 前完成"
    if one.change is not None:
        return f"{one.change}申请等待审核"
    return f"{stages.label(one.funding)}，等待{Waits(one.funding.waits_for).label}"


def _key(one: Late) -> str:
    if one.milestone is not None:
        return f"grants:late:m{one.milestone.pk}:{one.milestone.due_on}"
    if one.change is not None:
        return f"grants:late:c{one.change.pk}"
    return f"grants:late:f{one.funding.pk}:{one.funding.stage_since:%Y%m%d%H%M%S}"


def _is_partys(one: Late) -> bool:
    if one.change is not None:
        return False
    return one.milestone is not None or one.funding.waits_for == Waits.ORGANIZATION


def _party(funding: Funding) -> list[int]:
    """Return who acts for the recipient; the office where nobody else does."""
    return queries.staff_of(funding) if funding.organization_id else queries.offices_of(funding)


def _send(
    accounts: Iterable[int], key: str, title: str, body: str, funding: Funding, *,
    is_own: bool, at: datetime,
) -> None:  # fmt: skip
    is_own = is_own and funding.organization_id is not None
    page = reverse("grants:own_detail" if is_own else "grants:desk_detail", args=[funding.pk])
    for user_id in accounts:
        inbox.send(user_id=user_id, key=f"{key}:{user_id}", title=title, body=body, url=page, at=at)
