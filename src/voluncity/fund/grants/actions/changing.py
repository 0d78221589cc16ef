"""Change requests: asked by the organization, decided by the office, written as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.people.models import User
from voluncity.fund.grants import queries
from voluncity.fund.grants.actions.steps import hold, note, refuse_own, was_faster
from voluncity.fund.grants.models import Change, Funding, FundingLine, Milestone
from voluncity.fund.grants.rules import changes as rules
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.changes import Version
from voluncity.fund.grants.states import CHANGE_FLOW, FundingState, MilestoneState
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.kernel.text import words as clean_words


@transaction.atomic
def ask_change(
    *, funding: Funding, after: Version, reason: str, seen: int, handle: str, by: User, at: datetime
) -> Change:
    """Ask that something be otherwise; nothing is until the office agrees.

    The same handle asks once. The sum stays.
    :raises BadInput: at the field that is wrong, or when nothing would be otherwise.
    :raises WrongState: when the project does not run, a request waits, or somebody changed it
        since edition `seen`.
    """
    known: Change | None = Change.objects.filter(handle=handle, funding=funding).first()
    if known is not None:
        return known
    hold(funding, seen)
    why = plans.said(reason, "变更理由", "reason")
    before = queries.version_of(funding)
    fine = _checked(funding, before, after, at=at)
    _take(funding, seen)
    try:
        with transaction.atomic():
            change = Change.objects.create(
                handle=handle, funding=funding, number=funding.changes.count() + 1, reason=why,
                before=rules.stored(before), after=rules.stored(fine), asked_at=at, asked_by=by,
            )  # fmt: skip
    except IntegrityError as refusal:
        raise _one_waits() from refusal
    note(funding, "ask_change", by=by, at=at, words=why, change=change.pk)
    return change


def _one_waits() -> WrongState:
    return WrongState("还有一份变更申请没有办理，请等办理以后再申请。", code="grants.change_waits")


def _checked(funding: Funding, before: Version, after: Version, *, at: datetime) -> Version:
    """Return what is asked for, as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    accepted = list(funding.milestones.filter(state=MilestoneState.ACCEPTED))
    fine = rules.checked(
        before, after, kinds=queries.kinds_of(funding), shares=queries.share_limits(funding),
        today=local_date(at), accepted=[one.due_on for one in accepted],
        accepted_titles=[one.title for one in accepted],
    )  # fmt: skip
    _refuse_below_spent(funding, fine)
    return fine


def _refuse_below_spent(funding: Funding, after: Version) -> None:
    """Let no line be cut below what was spent on it.

    :raises BadInput: when one would be.
    """
    spent = queries.floors(funding)
    places = {line.place: line for line in after.lines}
    for line in funding.lines.all():
        least = spent.get(line.pk, 0)
        if places[line.place].fen < least:
            raise BadInput(
                f"“{line}”已经报销或申报支出 {yuan_text(least)}，不能调到这个数以下。",
                field="lines",
            )


def _take(funding: Funding, seen: int) -> None:
    """Take the row of a running project as it was read.

    :raises WrongState: when it does not run, or somebody was faster.
    """
    if funding.state != FundingState.RUNNING:
        raise WrongState(
            f"现在是“{funding.get_state_display()}”状态，执行中的项目才能变更。",
            code="grants.not_running",
        )
    same = Funding.objects.filter(pk=funding.pk, state=FundingState.RUNNING, edition=seen)
    if not same.update(edition=F("edition") + 1):
        raise was_faster(funding.pk)
    funding.refresh_from_db(fields=["edition"])


@transaction.atomic
def withdraw_change(*, change: Change, by: User, at: datetime) -> Change:
    """Take a change request back.

    :raises WrongState: when it was answered.
    """
    return _settle(change, "withdraw", change.edition, by=by, at=at)


@transaction.atomic
def decline_change(*, change: Change, words: str, seen: int, by: User, at: datetime) -> Change:
    """Say no to a change request, with the reason.

    :raises BadInput: without a reason.
    :raises NotAllowed: when whoever asked would decide.
    :raises WrongState: when it was answered, or is not edition `seen` any more.
    """
    _refuse_asker(change, by)
    reason = plans.said(words, "不同意的原因")
    return _settle(change, "decline", seen, by=by, at=at, remark=reason)


@transaction.atomic
def approve_change(*, change: Change, words: str, seen: int, by: User, at: datetime) -> Change:
    """Agree to a change request: from now on the project is as it says.

    :raises NotAllowed: when whoever asked would decide.
    :raises WrongState: when it was answered, the project does not run or is not any more as the
        request knew it, or more was spent meanwhile.
    """
    _refuse_asker(change, by)
    remark = clean_words(words, "words", "办理意见", plans.WORDS_MOST, wanted=False, long=True)
    _settle(change, "approve", seen, by=by, at=at, remark=remark)
    funding = queries.detailed().get(pk=change.funding_id)
    _take(funding, funding.edition)
    before, after = rules.read(change.before), rules.read(change.after)
    if queries.version_of(funding) != before:
        raise _is_old("申请以后项目内容已经变化（例如里程碑已验收）")
    try:
        rules.refuse_days_gone(before, after, local_date(at))
    except BadInput as refusal:
        raise _is_old("申请的日期已经过去") from refusal
    _refuse_below_spent(funding, after)
    _apply(funding, after)
    return change


def _is_old(why: str) -> WrongState:
    return WrongState(f"{why}，请答复不同意，由申请人重新申请。", code="grants.change_is_old")


def _apply(funding: Funding, after: Version) -> None:
    places = {line.place: line for line in funding.lines.all()}
    for line in after.lines:
        if known := places.get(line.place):
            known.what, known.fen = line.what, line.fen
            known.save(update_fields=["what", "fen"])
    last = max(places)
    FundingLine.objects.bulk_create(
        FundingLine(funding=funding, place=last + turn, kind=one.kind, what=one.what, fen=one.fen)
        for turn, one in enumerate((line for line in after.lines if not line.place), start=1)
    )
    numbers = {one.number: one for one in funding.milestones.all()}
    for step in after.milestones:
        if known_step := numbers.get(step.number):
            known_step.title, known_step.proof = step.title, step.proof
            known_step.due_on = step.due_on
            known_step.save(update_fields=["title", "proof", "due_on"])
    Milestone.objects.bulk_create(
        Milestone(
            funding=funding, number=max(numbers) + turn, title=one.title, proof=one.proof,
            due_on=one.due_on,
        )
        for turn, one in enumerate((one for one in after.milestones if not one.number), start=1)
    )  # fmt: skip
    funding.lead, funding.starts_on = after.lead, after.starts_on
    funding.ends_on = after.ends_on
    funding.save(update_fields=["lead", "starts_on", "ends_on"])


def _refuse_asker(change: Change, by: User) -> None:
    refuse_own(change.funding, by)
    if change.asked_by_id == by.pk:
        raise NotAllowed("变更是您申请的，请由另一位工作人员办理。", code="grants.own_change")


def _settle(change: Change, verb: str, seen: int, *, by: User, at: datetime, **said: Any) -> Change:
    state = CHANGE_FLOW.after(verb, change.state)
    same = Change.objects.filter(pk=change.pk, state=change.state, edition=seen)
    if not same.update(state=state, edition=F("edition") + 1, decided_at=at, decided_by=by, **said):
        raise WrongState(
            "这份变更申请刚刚有人办理过，请刷新页面查看结果。", code="grants.was_faster"
        )
    change.refresh_from_db()
    note(
        change.funding, f"{verb}_change", by=by, at=at, words=said.get("remark", ""),
        change=change.pk,
    )  # fmt: skip
    return change
