"""The organization writes its closing report and hands it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.steps import hold, hold_project, note, step, take, turn, write
from voluncity.fund.closings.models import Attachment, Closing, Submission
from voluncity.fund.closings.queries import Facts
from voluncity.fund.closings.rules import report
from voluncity.fund.closings.states import CLOSING_FLOW, WRITABLE, ClosingState
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState, Waits
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import words as clean_words

C = ClosingState
NAME_MOST = 60


@transaction.atomic
def begin(*, funding: Funding, by: User | None, at: datetime) -> Closing:
    """Begin the closing of a project; the second to begin gets the first one.

    Its day is written down for good: so many days after the end of the project.

    :raises WrongState: when the project does not run.
    """
    first: Closing | None = Closing.objects.filter(funding=funding).first()
    if first is not None:
        return first
    if funding.state not in {FundingState.RUNNING, FundingState.SUSPENDED}:
        raise WrongState(
            f"项目现在是“{funding.get_state_display()}”，不能开始结项。",
            code="closings.not_running",
        )
    try:
        with transaction.atomic():
            made = Closing.objects.create(
                funding=funding, due_on=queries.due_on(funding, at=at), begun_at=at,
                changed_at=at, changed_by=by,
            )  # fmt: skip
    except IntegrityError:  # somebody began it in this moment
        return Closing.objects.get(funding=funding)
    note(made, "begin", by=by, at=at)
    return made


@transaction.atomic
def save_report(
    *, closing: Closing, said: Mapping[str, str], seen: int, by: User, at: datetime
) -> Closing:
    """Keep what was written; gaps may stay until it is handed in.

    :raises BadInput: at the field that is too long.
    :raises WrongState: when it is not open for writing, or somebody wrote since edition `seen`.
    """
    CLOSING_FLOW.after("submit", closing.state)
    hold(closing, seen)
    asked = queries.facts(closing.funding, at=at).asked
    kept = closing.content | report.written(said, asked)
    return write(closing, "save", by=by, at=at, content=kept)


@transaction.atomic
def add_file(
    *, closing: Closing, checked: Checked, name: str, by: User, at: datetime
) -> Attachment:
    """Put a file to the report.

    :raises BadInput: without a name, or when there are enough.
    :raises WrongState: when it is not open for writing.
    """
    label = clean_words(name, "name", "附件名称", NAME_MOST)
    take(closing, *WRITABLE)
    if closing.files.filter(removed_at=None).count() >= report.FILES_MOST:
        raise BadInput(f"最多上传 {report.FILES_MOST} 个附件，请先移除一个。", field="file")
    stored = files.store(checked, subject=f"funding:{closing.funding_id}", by=by, at=at)
    return Attachment.objects.create(
        closing=closing, file=stored, name=label, added_at=at, added_by=by
    )


@transaction.atomic
def remove_file(*, closing: Closing, file_id: int, at: datetime) -> None:
    """Take a file off; what was handed in with it keeps it.

    :raises NotFound: when it is not there any more.
    :raises WrongState: when the report is not open for writing.
    """
    take(closing, *WRITABLE)
    if not closing.files.filter(pk=file_id, removed_at=None).update(removed_at=at):
        raise NotFound("这个附件已经移除，请刷新页面。")


@transaction.atomic
def submit(*, closing: Closing, seen: int, by: User, at: datetime) -> Submission:
    """Hand in what was read; the project goes into its closing, and nothing is paid any more.

    :raises BadInput: when something is not written, or a deviation not explained.
    :raises WrongState: when reports or payments are under way, or somebody wrote meanwhile.
    """
    CLOSING_FLOW.after("submit", closing.state)
    hold(closing, seen)
    funding = hold_project(closing.funding)
    refuse_open_reports(funding)
    refuse_money_under_way(funding)
    now = queries.facts(funding, at=at)
    report.refuse_gaps(closing.content, now.asked)
    if funding.state == FundingState.RUNNING:
        grants.begin_closing(funding=funding, by=by, at=at)
    elif funding.state != FundingState.CLOSING:
        raise WrongState(
            f"项目现在是“{funding.get_state_display()}”，不能提交结项报告。",
            code="closings.not_running",
        )
    made = Submission.objects.create(
        closing=closing, number=closing.submissions.count() + 1,
        content=_content(closing, funding, now), paid_fen=now.balance.paid,
        spent_fen=now.balance.spent, served=now.figures.served, minutes=now.figures.minutes,
        made_at=at, made_by=by,
    )  # fmt: skip
    step(closing, "submit", by=by, at=at, current=made, submitted_at=closing.submitted_at or at)
    turn(closing, Waits.OFFICE, at=at)
    return made


def refuse_open_reports(funding: Funding) -> None:
    """Let no closing go on while a progress report is under way.

    :raises WrongState: when one is.
    """
    numbers = [f"第 {one.number} 份" for one in queries.open_reports(funding)]
    if numbers:
        raise WrongState(
            f"还有进展报告没有办结（{'、'.join(numbers)}），请先提交并等审阅通过，或者取消。",
            code="closings.open_reports",
        )


def refuse_money_under_way(funding: Funding) -> None:
    """Let nothing be handed in while its sums are about to change.

    :raises WrongState: when a payment or a return is not settled.
    """
    if queries.is_money_under_way(funding):
        raise WrongState(
            "还有拨付没有办结，或者退回的资金没有确认，请等基金办完以后再提交。",
            code="closings.open_payments",
        )


def _content(closing: Closing, funding: Funding, now: Facts) -> dict[str, Any]:
    """Return the report with what the records said when it was handed in."""
    return {
        "title": funding.title,
        "answers": [
            {"key": one.key, "label": one.label, "words": closing.content.get(one.key, "")}
            for one in now.asked
        ],
        "reached": [asdict(one) for one in now.reached],
        "rows": [asdict(one) for one in now.rows],
        "figures": asdict(now.figures),
        "balance": asdict(now.balance),
        "files": list(closing.files.filter(removed_at=None).values_list("pk", flat=True)),
    }


@transaction.atomic
def recall(*, closing: Closing, seen: int, by: User, at: datetime) -> Closing:
    """Take a report back to change it, as long as the office has not decided.

    :raises WrongState: when it does not wait, or somebody was faster.
    """
    CLOSING_FLOW.after("recall", closing.state)
    hold(closing, seen)
    step(closing, "recall", by=by, at=at)
    turn(closing, waits_of(closing.funding), at=at)
    return closing


def waits_of(funding: Funding) -> Waits:
    """Return who writes: the organization; of a county's support the office."""
    return Waits.ORGANIZATION if funding.organization_id else Waits.OFFICE
