"""Take one step of a table: the update decides, the history and the journal say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.grants import queries
from voluncity.fund.grants.models import Change, Funding, Move
from voluncity.fund.grants.states import (
    AGREE_FLOW,
    FUNDING_FLOW,
    OVER,
    ChangeState,
    FundingState,
    Waits,
)
from voluncity.kernel.refusals import NotAllowed, WrongState


def step(
    funding: Funding, verb: str, *, by: User | None, at: datetime, words: str = "", **changes: Any
) -> Funding:
    """Take one step between states, if nobody has changed the project since it was read.

    The stage begins anew; what is over waits for nobody.
    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = FUNDING_FLOW.after(verb, funding.state)
    if changes["state"] in OVER:
        changes |= {"ended_at": at, "waits_for": Waits.NOBODY}
    return _write(funding, verb, by=by, at=at, words=words, stage_since=at, **changes)


def agree_step(
    funding: Funding, verb: str, *, by: User, at: datetime, words: str = "", **changes: Any
) -> Funding:
    """Take one step on the way to the agreement.

    :raises WrongState: when the project is not being agreed on, the table has no such step, or
        somebody was faster.
    """
    if funding.state != FundingState.AGREEING:
        raise WrongState(
            f"现在是“{funding.get_state_display()}”状态，不能再办理协议。请刷新页面查看最新情况。",
            code="grants.not_agreeing",
        )
    changes["step"] = AGREE_FLOW.after(verb, funding.step)
    if changes["step"] != funding.step:
        changes["stage_since"] = at
    return _write(funding, verb, by=by, at=at, words=words, **changes)


def hold(funding: Funding, seen: int) -> None:
    """Go on only when the project is still as it was read.

    :raises WrongState: when it is not.
    """
    if funding.edition != seen:
        raise was_faster(funding.pk)


def _write(
    funding: Funding, verb: str, *, by: User | None, at: datetime, words: str, **changes: Any
) -> Funding:
    same = Funding.objects.filter(
        pk=funding.pk, state=funding.state, step=funding.step, edition=funding.edition
    )
    if not same.update(edition=F("edition") + 1, **changes):
        raise was_faster(funding.pk)
    funding.refresh_from_db(fields=["edition", *changes])
    note(funding, verb, by=by, at=at, words=words)
    return funding


def was_faster(pk: int) -> WrongState:
    """Return the refusal that says where the project stands now."""
    now = Funding.objects.get(pk=pk)
    return WrongState(
        f"这个资助项目刚刚有人办理过，现在是“{now.get_state_display()}”。"
        "请刷新页面，看过最新的内容再办理。",
        code="grants.was_faster",
    )


def note(
    funding: Funding, verb: str, *, by: User | None, at: datetime, words: str = "", **ids: int
) -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    Move.objects.create(funding=funding, verb=verb, at=at, by=by, words=words)
    if funding.organization_id:
        ids["organization"] = funding.organization_id
    data: dict[str, Any] = {"fund": funding.fund_id, **ids}
    record(
        f"grants.{verb}", ("funding", funding.pk), by=by, at=at, **data,
    )  # fmt: skip


def refuse_own(funding: Funding, by: User) -> None:
    """Let nobody decide about a project of an organization that they act for.

    :raises NotAllowed: when they do.
    """
    if by.pk in queries.staff_of(funding):
        raise NotAllowed("您是受资助组织的管理员，请由基金办公室的其他人办理。", code="grants.own")


def refuse_while_change_waits(funding: Funding) -> None:
    """Let a project not leave its course while a change request waits for its answer.

    :raises WrongState: when one does.
    """
    if Change.objects.filter(funding=funding, state=ChangeState.ASKED).exists():
        raise WrongState(
            "还有一份变更申请没有办理，请先办理或由申请人撤回。", code="grants.change_waits"
        )
