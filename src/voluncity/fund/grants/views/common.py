"""What the pages share: what is within reach, what a page was drawn from, the hub of a project."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.fund.grants import queries
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.grants.rules import changes as change_rules
from voluncity.fund.grants.rules import stages
from voluncity.fund.grants.rules.sections import Side
from voluncity.fund.grants.rules.stages import Stage
from voluncity.fund.grants.rules.turns import Turn, first
from voluncity.fund.grants.states import AGREE_FLOW, FUNDING_FLOW, FundingState, Waits
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text

P = Permission
UNPROCESSABLE = 422
ON_A_PAGE = 30
LABELS = (
    {step.verb: step.label for step in (*FUNDING_FLOW.steps, *AGREE_FLOW.steps)}
    | {
        "open_funding": "立项生效", "open_support": "支持获批", "ask_change": "申请变更",
        "approve_change": "同意变更", "decline_change": "不同意变更",
        "withdraw_change": "撤回变更", "accept_milestone": "里程碑验收",
    }
)  # fmt: skip


def fetch_own(request: HttpRequest, pk: int) -> Funding:
    """Return a project for which this person acts on the side of the recipient.

    The fund's office acts for a county that has no organization here.
    :raises NotFound: when it is not.
    """
    if has(request.user, P.GRANT_APPLY) and may(
        request.user, P.GRANT_APPLY, Funding.objects.all(), pk=pk
    ):
        found: Funding = access.fetch(
            request.user, P.GRANT_APPLY, queries.detailed(), at=now(), pk=pk
        )
        return found
    alone = queries.detailed().filter(organization=None)
    kept: Funding = access.fetch(request.user, P.FUNDING_EDIT, alone, at=now(), pk=pk)
    return kept


def fetch_seen(request: HttpRequest, pk: int) -> Funding:
    """Return a project of a fund that this person reads.

    :raises NotFound: when it is not.
    """
    found: Funding = access.fetch(request.user, P.FUND_SEE, queries.detailed(), at=now(), pk=pk)
    return found


def fetch_edited(request: HttpRequest, pk: int) -> Funding:
    """Return a project that this person's office looks after.

    :raises NotFound: when it is not.
    """
    found: Funding = access.fetch(request.user, P.FUNDING_EDIT, queries.detailed(), at=now(), pk=pk)
    return found


def fetch_own_change(request: HttpRequest, pk: int) -> Change:
    """Return a change request of the recipient for which this person acts, as `fetch_own`.

    :raises NotFound: when it is not.
    """
    if has(request.user, P.GRANT_APPLY) and may(
        request.user, P.GRANT_APPLY, Change.objects.all(), pk=pk
    ):
        return fetch_change(request, P.GRANT_APPLY, pk)
    alone = Change.objects.filter(funding__organization=None)
    return fetch_change(request, P.FUNDING_EDIT, pk, rows=alone)


def fetch_change(
    request: HttpRequest, permission: Permission, pk: int, *, rows: Any = None
) -> Change:
    """Return a change request within reach of a permission.

    :raises NotFound: when it is not.
    """
    changes = (Change.objects.all() if rows is None else rows).select_related(
        "funding__fund__region", "funding__organization", "funding__decision__application",
        "asked_by", "decided_by",
    )  # fmt: skip
    found: Change = access.fetch(request.user, permission, changes, at=now(), pk=pk)
    return found


def may_edit(request: HttpRequest, funding: Funding) -> bool:
    """Return whether this person's office looks after a project."""
    return has(request.user, P.FUNDING_EDIT) and may(
        request.user, P.FUNDING_EDIT, Funding.objects.all(), pk=funding.pk
    )


def hub(request: HttpRequest, funding: Funding, side: Side, at: datetime) -> dict[str, Any]:
    """Return what both sides see of a project."""
    today = local_date(at)
    milestones = list(funding.milestones.all())
    agreements = list(funding.agreements.select_related("template"))
    change = queries.asked_change(funding)
    pauses, money = list(funding.pauses.all()), queries.money_of(funding)
    days = 0 if change else queries.days_to_make_up(funding, at=at)
    turns = queries.turns([funding.pk])[funding.pk]
    return {
        "funding": funding,
        "stage": _stage(funding, turns, at),
        "milestones": [_milestone(funding, one, today) for one in milestones],
        "lines": list(funding.lines.all()),
        "sources": list(funding.sources.select_related("purpose")),
        "agreements": agreements,
        "scans": list(queries.scans_of(funding)),
        "change": change,
        "change_days": change and (today - local_date(change.asked_at)).days,
        "changes": list(funding.changes.select_related("asked_by", "decided_by")),
        "pauses": [(one, one.days(at)) for one in pauses],
        "paused_days": sum(one.days(at) for one in pauses),
        "make_up_days": days,
        "make_up_text": f"项目暂停过 {days} 天，结束日期、里程碑和进展报告的截止日期没有自动顺延。",
        "running_days": _running_days(funding, today),
        "party_warning": _party_warning(funding),
        "turns": [
            (Waits(one.who).label, one.what, (today - local_date(one.since)).days) for one in turns
        ],
        "moves": [
            (LABELS.get(one.verb, one.verb), one) for one in funding.moves.select_related("by")
        ],
        "money": money,
        "paid_text": f"{yuan_text(money.paid)} / {yuan_text(money.awarded)}",
        "sees_application": has(request.user, P.GRANT_REVIEW),
        "sections": queries.sections(funding, side, user_of(request), at),
        "whose": side,
    }


def _stage(funding: Funding, turns: list[Turn], at: datetime) -> Stage:
    """Return the stage as the work says it this minute; the worker writes it down after that."""
    found, turn = queries.stage(funding, at), first(turns)
    if funding.state != FundingState.RUNNING or turn is None:
        return found
    days = (local_date(at) - local_date(turn.since)).days
    return Stage(found.label, turn.who, days)


def _party_warning(funding: Funding) -> str:
    """Return what is wrong with the organization of a project that goes on, or nothing."""
    party = funding.organization
    if party is None or not funding.is_live or party.state == OrgState.ACTIVE:
        return ""
    return f"受资助组织现在是“{party.get_state_display()}”状态"


def _running_days(funding: Funding, today: date) -> int | None:
    """Return since how many days the agreement is signed; None where nothing goes on."""
    if funding.agreed_on is None or not funding.is_live:
        return None
    return (today - funding.agreed_on).days


def _milestone(funding: Funding, one: Any, today: Any) -> tuple[Any, str, str]:
    """Return a milestone with how it stands in words and their tone."""
    if one.is_accepted:
        return one, f"{local_date(one.accepted_at):%Y-%m-%d} 验收", "good"
    late = stages.late_milestone(one, today)
    if funding.state != FundingState.RUNNING:
        return one, "未完成", "neutral"
    if late:
        return one, f"已超期 {late.days} 天", "bad"
    left = (one.due_on - today).days
    return one, f"还有 {left} 天" if left else "今天到期", "info" if left else "warn"


def difference_of(change: Change) -> list[change_rules.Difference]:
    """Return what a change request wants to be otherwise."""
    return change_rules.differences(
        change_rules.read(change.before), change_rules.read(change.after)
    )
