"""What time does: closings begin when projects end, people are reminded; no day moves by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.steps import note
from voluncity.fund.closings.actions.writing import begin
from voluncity.fund.closings.models import Closing, Return
from voluncity.fund.closings.states import ClosingState
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState

LATE_EVERY = 7  # days between two reminders of what is late
RUNNING = (FundingState.RUNNING, FundingState.SUSPENDED)


def keep_terms(*, at: datetime) -> int:
    """Begin the closings of projects that have ended, remind of days; return how many began."""
    begun = 0
    ended = Funding.objects.filter(
        state__in=RUNNING, ends_on__lt=local_date(at), closing__isnull=True
    )
    for funding in ended.order_by("pk"):
        try:
            begin(funding=funding, by=None, at=at)
        except WrongState:
            continue  # it was ended in this moment
        begun += 1
    _remind(at=at)
    _remind_of_corrections(at=at)
    return begun


def _remind(*, at: datetime) -> None:
    today = local_date(at)
    days = policy.number("closings.remind_days", on=today)
    waiting = queries.detailed().filter(
        state=ClosingState.DRAFT, due_on__lte=today + timedelta(days=days)
    )
    for closing in waiting.order_by("pk"):
        late = (today - closing.due_on).days
        if late > 0:
            _tell_late(closing, late, at=at)
        else:
            _tell(
                closing, f"due:{closing.due_on}", queries.leaves(closing.funding),
                "own", "结项报告快到期了", f"请在 {closing.due_on:%Y-%m-%d} 前提交结项报告。", at,
            )  # fmt: skip


def _remind_of_corrections(*, at: datetime) -> None:
    """Tell who has not mended a report for a week or more; from the second week the office, too."""
    sent_back = Return.objects.filter(submission__closing__state=ClosingState.RETURNED)
    newest = sent_back.filter(submission=F("submission__closing__current"))
    for one in newest.select_related("submission").order_by("pk"):
        days = (local_date(at) - local_date(one.made_at)).days
        weeks = days // LATE_EVERY
        if not weeks:
            continue
        closing = queries.detailed().get(pk=one.submission.closing_id)
        key = f"again:{one.pk}:{weeks}"
        words = f"报告退回修改已经 {days} 天，改好以后请再次提交。"
        _tell(closing, key, queries.leaves(closing.funding), "own", "结项报告等着修改", words, at)
        if weeks > 1:
            offices = grants.offices_of(closing.funding)
            _tell(closing, f"{key}:office", offices, "desk", "结项报告退回后没有改好", words, at)


def _tell_late(closing: Closing, late: int, *, at: datetime) -> None:
    key = f"late:{closing.due_on}:{(late - 1) // LATE_EVERY}"
    words = f"期限是 {closing.due_on:%Y-%m-%d}，已经逾期 {late} 天。"
    _tell(closing, key, queries.leaves(closing.funding), "own", "结项报告逾期了", words, at)
    offices = grants.offices_of(closing.funding)
    _tell(closing, f"{key}:office", offices, "desk", "一项结项逾期", words, at)


def _tell(
    closing: Closing, key: str, people: list[int], side: str, title: str, words: str, at: datetime
) -> None:
    url = reverse(f"closings:{side}_detail", args=[closing.funding_id])
    for user_id in people:
        inbox.send(
            user_id=user_id, key=f"closings:{closing.pk}:{key}:{user_id}", title=title, url=url,
            body=f"“{closing.funding}”（编号 {closing.funding.number}）：{words}", at=at,
        )  # fmt: skip


@transaction.atomic
def follow_dates(*, funding_id: int, at: datetime) -> None:
    """Move the day of a closing when an approved change moves the end of its project.

    One that went back to its work keeps the time that it was given then.
    """
    drafts = Closing.objects.filter(funding=funding_id, state=ClosingState.DRAFT)
    closing = drafts.select_related("funding").first()
    if closing is None:
        return
    due = queries.due_on(closing.funding, at=at)
    if closing.submitted_at is not None:
        due = max(due, closing.due_on)
    if Closing.objects.filter(pk=closing.pk).exclude(due_on=due).update(due_on=due):
        note(closing, "move_due", by=None, at=at, words=f"结项期限改为 {due:%Y-%m-%d}")
