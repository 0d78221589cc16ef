"""What happens to a funded project after its agreement, or instead of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.people.models import User
from voluncity.fund.books import actions as books
from voluncity.fund.governance.models import Resolution
from voluncity.fund.grants import queries
from voluncity.fund.grants.actions.steps import (
    hold,
    note,
    refuse_own,
    refuse_while_change_waits,
    step,
    was_faster,
)
from voluncity.fund.grants.models import Funding, Milestone, Pause
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.plans import WORDS_MOST
from voluncity.fund.grants.states import AgreementState, FundingState, MilestoneState, Waits
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState


@transaction.atomic
def cancel(*, funding: Funding, words: str, seen: int, by: User, at: datetime) -> Funding:
    """Cancel before anybody signed; the reserved money goes back to the purses it came from.

    :raises BadInput: without a reason.
    :raises WrongState: when it was signed, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    reason = plans.said(words, "取消的原因")
    step(funding, "cancel", by=by, at=at, words=reason, reason=reason)
    funding.agreements.filter(state=AgreementState.ISSUED).update(state=AgreementState.VOID)
    for number, source in enumerate(funding.sources.select_related("purpose"), start=1):
        books.release(
            fund=funding.fund, purpose=source.purpose, serves=funding.serves, award=funding.award,
            amount_fen=source.fen, key=f"cancel:{funding.pk}:{number}",
            reason=f"取消资助 {funding.number}", at=at, by=by,
        )  # fmt: skip
    return funding


@transaction.atomic
def suspend(*, funding: Funding, words: str, seen: int, by: User, at: datetime) -> Funding:
    """Let a project stand still: nothing is paid meanwhile.

    :raises BadInput: without a reason.
    :raises WrongState: when it does not run, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    reason = plans.said(words, "暂停的原因")
    step(funding, "suspend", by=by, at=at, words=reason, reason=reason, waits_for=Waits.OFFICE)
    Pause.objects.create(funding=funding, began_at=at, reason=reason)
    return funding


@transaction.atomic
def resume(*, funding: Funding, words: str, seen: int, by: User, at: datetime) -> Funding:
    """Let a project go on.

    :raises BadInput: without words about what was settled.
    :raises WrongState: when it does not stand still, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    reason = plans.said(words, "恢复的说明")
    step(funding, "resume", by=by, at=at, words=reason, reason="", waits_for=_turn(funding))
    funding.pauses.filter(ended_at=None).update(ended_at=at)
    return funding


@transaction.atomic
def terminate(
    *, funding: Funding, resolution: Resolution, words: str, seen: int, by: User, at: datetime
) -> Funding:
    """End a project before its time, by a resolution; its money is settled as at a closing.

    :raises BadInput: without a reason, or with a resolution of another fund or a repealed one.
    :raises WrongState: when it is not under way, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    refuse_while_change_waits(funding)
    reason = plans.said(words, "终止的原因")
    if resolution.fund_id != funding.fund_id or resolution.repealed_by_id:
        raise BadInput("请选择这个基金现行有效的决议。", field="resolution")
    step(
        funding, "terminate", by=by, at=at, words=reason, reason=reason,
        end_resolution=resolution,
    )  # fmt: skip
    funding.pauses.filter(ended_at=None).update(ended_at=at)
    return funding


@transaction.atomic
def accept_milestone(*, milestone: Milestone, by: User, at: datetime, words: str = "") -> Milestone:
    """Say that a milestone is reached; the report that shows it was accepted.

    :raises WrongState: when it is accepted already, or its project does not run.
    """
    funding = milestone.funding
    refuse_own(funding, by)
    _take_running(funding)
    same = Milestone.objects.filter(pk=milestone.pk, state=MilestoneState.PLANNED)
    if not same.update(state=MilestoneState.ACCEPTED, accepted_at=at, accepted_by=by):
        raise WrongState("这个里程碑已经验收，请刷新页面。", code="grants.accepted")
    milestone.refresh_from_db()
    said = f"里程碑 {milestone}" + (f"：{words}" if words else "")
    note(funding, "accept_milestone", by=by, at=at, words=said[:WORDS_MOST], milestone=milestone.pk)
    return milestone


@transaction.atomic
def check_milestone(
    *, funding: Funding, milestone: Milestone, words: str, seen: int, by: User, at: datetime
) -> Milestone:
    """Accept a milestone of a county that has no organization here and writes no reports.

    :raises BadInput: when it is not said how that was checked.
    :raises NotAllowed: when whoever handed the milestones in would accept one.
    :raises WrongState: when an organization reports, or somebody was faster.
    """
    hold(funding, seen)
    if funding.organization_id is not None:
        raise WrongState(
            "这个项目的里程碑随进展报告验收，请审阅报告。", code="grants.organization_reports"
        )
    said = plans.said(words, "核实情况")
    if queries.handed_in_by(funding) == by.pk:
        raise NotAllowed("里程碑是您提交的，请由另一位工作人员验收。", code="grants.own_plan")
    return accept_milestone(milestone=milestone, by=by, at=at, words=said)


def _take_running(funding: Funding) -> None:
    """Take the project's row while it runs.

    :raises WrongState: when it does not.
    """
    running = Funding.objects.filter(pk=funding.pk, state=FundingState.RUNNING)
    if not running.update(edition=F("edition") + 1):
        raise WrongState("项目现在不在执行中，不能验收里程碑。", code="grants.not_running")
    funding.refresh_from_db(fields=["edition", "state"])


@transaction.atomic
def begin_closing(*, funding: Funding, by: User | None, at: datetime) -> Funding:
    """Begin the closing; the organization writes its last report.

    :raises WrongState: when it does not run, a change waits, or somebody was faster.
    """
    refuse_while_change_waits(funding)
    return step(funding, "begin_closing", by=by, at=at, waits_for=_turn(funding))


@transaction.atomic
def reopen(*, funding: Funding, words: str, by: User, at: datetime) -> Funding:
    """Send a project from its closing back to its work.

    :raises BadInput: without a reason.
    :raises WrongState: when it is not being closed, or somebody was faster.
    """
    refuse_own(funding, by)
    reason = plans.said(words, "退回的原因")
    return step(funding, "reopen", by=by, at=at, words=reason, waits_for=_turn(funding))


@transaction.atomic
def close(*, funding: Funding, by: User, at: datetime) -> Funding:
    """Close a project whose accounts are settled.

    :raises WrongState: when it is not being closed, or somebody was faster.
    """
    refuse_own(funding, by)
    return step(funding, "close", by=by, at=at)


@transaction.atomic
def settle(*, funding: Funding, at: datetime) -> Funding:
    """Say that the money of a project is brought to its end.

    :raises WrongState: when it was before.
    """
    if not Funding.objects.filter(pk=funding.pk, settled_at=None).update(settled_at=at):
        raise WrongState("这个项目的资金已经结清。", code="grants.settled")
    funding.refresh_from_db(fields=["settled_at"])
    return funding


@transaction.atomic
def wait_for(*, funding: Funding, who: str, at: datetime) -> Funding:
    """Say whose turn it is in a project that goes on; its stage stays, its age begins anew.

    :raises WrongState: when it is over, or somebody was faster.
    """
    if funding.waits_for == who:
        return funding
    same = Funding.objects.filter(pk=funding.pk, edition=funding.edition, ended_at=None)
    if who == Waits.NOBODY or not same.update(
        waits_for=who, stage_since=at, edition=F("edition") + 1
    ):
        raise was_faster(funding.pk)
    funding.refresh_from_db(fields=["waits_for", "stage_since", "edition"])
    return funding


def _turn(funding: Funding) -> Waits:
    return Waits.ORGANIZATION if funding.organization_id else Waits.OFFICE
