"""The office looks at a closing report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.steps import hold, hold_project, refuse_own, said, step, turn
from voluncity.fund.closings.actions.writing import refuse_open_reports, waits_of
from voluncity.fund.closings.models import Closing, Return
from voluncity.fund.closings.rules import report
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.states import Waits
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import words as clean_words


def refuse_unread(closing: Closing, submission_id: int) -> None:
    """Let nobody decide about another submission than the one that was read.

    :raises WrongState: when there is a newer one.
    """
    if closing.current_id != submission_id:
        raise WrongState("结项报告有更新，请看过最新一次提交再办理。", code="closings.was_faster")


@transaction.atomic
def send_back(
    *,
    closing: Closing,
    submission_id: int,
    remarks: Mapping[str, str],
    words: str,
    by: User,
    at: datetime,
) -> Return:
    """Send a report back with remarks at its fields.

    :raises BadInput: when nothing is said.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, or something newer was handed in.
    """
    refuse_own(closing.funding, by)
    refuse_unread(closing, submission_id)
    known = {one.key for one in queries.facts(closing.funding, at=at).asked}
    known |= {report.ACCOUNTS, report.FILES}
    kept = {
        key: clean_words(
            one, f"remark-{key}", "修改意见", report.REMARK_MOST, long=True, wanted=False
        )
        for key, one in remarks.items()
        if key in known
    }
    kept = {key: one for key, one in kept.items() if one}
    whole = clean_words(words, "words", "总体意见", report.REMARK_MOST, long=True, wanted=False)
    if not whole and not kept:
        raise BadInput("请至少写一条修改意见。", field="words")
    made = Return.objects.create(
        submission_id=submission_id, words=whole, remarks=kept, made_at=at, made_by=by
    )
    step(closing, "send_back", by=by, at=at, words=whole)
    turn(closing, waits_of(closing.funding), at=at)
    return made


@transaction.atomic
def accept(*, closing: Closing, submission_id: int, by: User, at: datetime) -> Closing:
    """Take the report: visit and evaluation follow.

    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, the accounts changed since, or somebody was faster.
    """
    refuse_own(closing.funding, by)
    refuse_unread(closing, submission_id)
    funding = hold_project(closing.funding)
    refuse_open_reports(funding)
    submission = closing.current
    now = queries.balance(funding)
    if submission is None or (submission.paid_fen, submission.spent_fen) != (now.paid, now.spent):
        raise WrongState(
            "提交以后，拨付或认可的支出又有变化，请退回报告，由受资助方按新的数字重新提交。",
            code="closings.accounts_moved",
        )
    step(closing, "accept", by=by, at=at, accepted_at=at, accepted_by=by)
    turn(closing, Waits.OFFICE, at=at)
    return closing


@transaction.atomic
def reopen(*, closing: Closing, words: str, seen: int, by: User, at: datetime) -> Closing:
    """Send the whole project back to its work: it is not finished, and its report has new time.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when the report was accepted, or somebody was faster.
    """
    refuse_own(closing.funding, by)
    hold(closing, seen)
    reason = said(words, "退回的原因")
    funding = hold_project(closing.funding)
    due = max(closing.due_on, queries.due_after(local_date(at), at=at))
    step(closing, "reopen", by=by, at=at, words=reason, due_on=due)
    grants.reopen(funding=funding, words=reason, by=by, at=at)
    return closing
