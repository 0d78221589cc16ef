"""The office looks whether an application is complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from voluncity.city.people.models import User
from voluncity.fund.calls import queries
from voluncity.fund.calls.actions.steps import hold, said, step
from voluncity.fund.calls.models import Application, Remark, Return
from voluncity.fund.calls.rules.calls import REMARK_MOST, near_instant
from voluncity.fund.calls.rules.checking import ABOUT_SECTION, BUDGET
from voluncity.fund.calls.states import APP_FLOW
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.kernel.text import words as clean_words


def refuse_own(application: Application, by: User) -> None:
    """Let nobody decide about an application of an organization that they act or acted for.

    :raises NotAllowed: when they do.
    """
    if by.pk in queries.speakers([application])[application.pk]:
        raise NotAllowed("您可以代这个组织申报，不能受理它的申报，请由另一位同事办理。")


def refuse_unread(application: Application, submission_id: int) -> None:
    """Let nobody decide about another submission than the one that was read.

    :raises WrongState: when there is a newer one.
    """
    if application.current_id != submission_id:
        raise WrongState("申报内容有更新，请看过最新一次提交再办理。", code="calls.was_faster")


@transaction.atomic
def accept(*, application: Application, submission_id: int, by: User, at: datetime) -> Application:
    """Take an application as complete.

    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, or something newer was handed in.
    """
    refuse_own(application, by)
    refuse_unread(application, submission_id)
    return step(application, "accept", by=by, at=at, accepted_at=at, accepted_by=by, due_at=None)


@transaction.atomic
def send_back(
    *,
    application: Application,
    submission_id: int,
    remarks: Mapping[str, str],
    words: str,
    due_at: datetime,
    by: User,
    at: datetime,
) -> Return:
    """Send an application back with remarks at its fields, to be handed in again by a day.

    :raises BadInput: when nothing is said, or the day is not ahead.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, something newer was handed in, or something of a
        slice above stands against it (a decision that stands).
    """
    refuse_own(application, by)
    refuse_unread(application, submission_id)
    APP_FLOW.after("send_back", application.state)
    hold(application)
    if against := queries.against_sending_back(application, by):
        raise WrongState(against, code="calls.stands_against")
    if due_at <= at:
        raise BadInput("补正期限应晚于现在，请核对。", field="due_on")
    near_instant(due_at, at=at, field="due_on")
    known = {question.key for question in application.form.spec.questions}
    known |= {question.key for question in ABOUT_SECTION.questions} | {BUDGET}
    kept = {
        key: clean_words(one, f"remark-{key}", "补正意见", REMARK_MOST, long=True, wanted=False)
        for key, one in remarks.items()
        if key in known
    }
    whole = clean_words(words, "words", "总体意见", REMARK_MOST, long=True, wanted=False)
    if not whole and not any(kept.values()):
        raise BadInput("请至少写一条补正意见。", field="words")
    made = Return.objects.create(
        submission_id=submission_id, words=whole, due_at=due_at, made_at=at, made_by=by
    )
    Remark.objects.bulk_create(
        Remark(of=made, key=key, words=one) for key, one in kept.items() if one
    )
    step(application, "send_back", by=by, at=at, words=whole, due_at=due_at, reason=whole)
    return made


@transaction.atomic
def decline(
    *, application: Application, submission_id: int, words: str, by: User, at: datetime
) -> Application:
    """Do not take an application, with the reason.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when it does not wait, or something newer was handed in.
    """
    refuse_own(application, by)
    refuse_unread(application, submission_id)
    reason = said(words, "不予受理的原因")
    return step(application, "decline", by=by, at=at, words=reason, reason=reason)
