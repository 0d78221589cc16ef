"""Hand in, take back to change, withdraw."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.fund.calls import queries
from voluncity.fund.calls.actions.steps import hold, said, step, was_faster
from voluncity.fund.calls.models import (
    Application,
    Call,
    LineKind,
    Submission,
    SubmittedLine,
)
from voluncity.fund.calls.rules.checking import Checkup, check
from voluncity.fund.calls.states import APP_FLOW, AppState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState


@transaction.atomic
def submit(*, application: Application, seen: int, by: User, at: datetime) -> Submission:
    """Hand in what was read on the check page; the minute that is named still counts.

    The first time the application gets its number, which it keeps to the end.

    :raises BadInput: when something is missing or does not add up.
    :raises WrongState: when it is too late, a condition is not met any more, or somebody changed
        something since edition `seen`.
    """
    APP_FLOW.after("submit", application.state)
    _hold(application, seen)
    _refuse_when_late(application, at=at)
    _refuse_when_not_fit(application, at=at)
    now = queries.written(application)
    done = check(now.draft)
    if not done.is_complete:
        missing = sum(len(found) for found in done.problems.values())
        raise BadInput(
            f"还有 {missing} 处没有填好，请按提示补充以后再提交。", code="calls.incomplete"
        )
    number = application.number or _next_number(application.call_id, at=at)
    made = _snapshot(application, now, done, by=by, at=at)
    step(
        application, "submit", by=by, at=at, number=number, current=made, submitted_at=at,
        title=made.title, reason="",
    )  # fmt: skip
    return made


def _hold(application: Application, seen: int) -> None:
    """Take the application's row, if it is still as it was read: of two who hand in, one does.

    :raises WrongState: when somebody was faster.
    """
    if application.edition != seen:
        raise was_faster(application.pk)
    hold(application)


def _refuse_when_late(application: Application, *, at: datetime) -> None:
    if at < queries.deadline(application):
        return
    what = "补正期限" if application.due_at else "申报截止时间"
    raise WrongState(
        f"已经过了{what}，不能提交。确有特殊情况的，请联系基金办公室申请延期。",
        code="calls.too_late",
    )


def _refuse_when_not_fit(application: Application, *, at: datetime) -> None:
    """Ask the conditions of a first submission; what is sent back only needs its organization."""
    organization = application.organization
    if application.due_at is not None:
        unmet = [] if organization.state == OrgState.ACTIVE else ["组织状态正常"]
    else:
        found = queries.conditions_for(application.call, organization, at=at)
        unmet = [one.sentence for one in found if not one.is_met]
    if unmet:
        raise WrongState(
            f"{organization} 现在不符合申报条件：{'；'.join(unmet)}。", code="calls.not_fit"
        )


def _next_number(call_id: int, *, at: datetime) -> str:
    """Return the next number of a call: taking the call's row makes two take turns."""
    Call.objects.filter(pk=call_id).update(numbers_given=F("numbers_given") + 1)
    given = Call.objects.values_list("numbers_given", flat=True).get(pk=call_id)
    return f"JJ{local_date(at).year}-{call_id:04d}-{given:04d}"


def _snapshot(
    application: Application, now: queries.Written, done: Checkup, *, by: User, at: datetime
) -> Submission:
    keys = {q.key for section in now.draft.sections for q in now.draft.questions_of(section)}
    starts, ends = done.values["starts_on"], done.values["ends_on"]
    assert isinstance(starts, date)  # noqa: S101 -- complete, see `check`
    assert isinstance(ends, date)  # noqa: S101
    made = Submission.objects.create(
        application=application, number=application.submissions.count() + 1,
        title=str(done.values["title"]), asked_fen=done.asked_fen or 0, starts_on=starts,
        ends_on=ends, made_at=at, made_by=by,
        content={
            "answers": {key: raw for key, raw in now.draft.raw.items() if key in keys},
            "files": {key: [one.pk for one in found] for key, found in now.files.items()},
        },
    )  # fmt: skip
    kinds = {one.name: one for one in LineKind.objects.filter(call=application.call_id)}
    SubmittedLine.objects.bulk_create(
        SubmittedLine(
            submission=made, place=place, kind=kinds[line.kind], what=line.what,
            basis=line.basis, fen=line.fen,
        )
        for place, line in enumerate(done.lines, start=1)
    )  # fmt: skip
    return made


@transaction.atomic
def recall(*, application: Application, by: User, at: datetime) -> Application:
    """Take a first submission back to change it, while the window is open.

    :raises WrongState: when it is not waiting, or the window is over.
    """
    if application.due_at is not None:
        raise WrongState("补正以后提交的申报不能取回，需要再改的请联系基金办公室退回。")
    if application.state == AppState.SUBMITTED:
        _refuse_when_late(application, at=at)
    return step(application, "recall", by=by, at=at)


@transaction.atomic
def withdraw(*, application: Application, words: str, by: User, at: datetime) -> Application:
    """Take an application out of the procedure.

    :raises BadInput: without a reason.
    :raises WrongState: when it is over, was never handed in, or somebody was faster.
    """
    reason = said(words, "撤回的原因")
    if application.number is None:
        raise WrongState("还没有提交过的草稿可以直接删除，不用撤回。", code="calls.no_number")
    return step(application, "withdraw", by=by, at=at, words=reason, reason=reason)
