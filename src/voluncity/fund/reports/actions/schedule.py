"""Which reports are owed: the schedule follows the project's days; reminders before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.policy import queries as policy
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import OVER, FundingState
from voluncity.fund.reports import queries
from voluncity.fund.reports.actions.steps import note, step, take_tracking
from voluncity.fund.reports.models import Report, Tracking
from voluncity.fund.reports.rules import Due, dues, overdue_days, overdue_text
from voluncity.fund.reports.states import ReportKind, ReportState
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.refusals import WrongState

K, S = ReportKind, ReportState
_NUMBERS = ("reports.period_months", "reports.due_days")
_REMIND = (
    "reports.remind_days", "reports.repeat_days", "reports.check_days", "grants.escalate_days",
)  # fmt: skip


@transaction.atomic
def lay_schedule(*, funding: Funding, at: datetime) -> int:
    """Let a project owe the reports that its days ask for; return how many changed.

    Run again it changes nothing. A day that was changed moves what nobody has handed in; what is
    not asked for any more, and nobody began, is cancelled.
    """
    wanted = _wanted(funding, at=at)
    rows = Report.objects.filter(funding=funding).exclude(state=S.CANCELLED)
    known = {_key(one): one for one in rows.exclude(kind=K.EXTRA).select_related("milestone")}
    changed = 0
    for key, one in known.items():
        if key in wanted:
            changed += _follow(one, wanted[key], at=at)
        elif one.state == S.DRAFT and one.begun_at is None:
            step(one, "cancel", by=None, at=at)
            changed += 1
    missing = [due for key, due in wanted.items() if key not in known]
    if missing:
        changed += _plan(funding, missing, at=at)
    return changed


def _wanted(funding: Funding, *, at: datetime) -> dict[tuple[str, object], Due]:
    if funding.state not in queries.FOLLOWED or funding.organization_id is None:
        return {}
    numbers = policy.numbers(_NUMBERS, on=funding.agreed_on or local_date(at))
    found = dues(
        starts_on=funding.starts_on, ends_on=funding.ends_on,
        milestones=[(one.pk, one.due_on) for one in funding.milestones.all()],
        months=numbers["reports.period_months"], days_after=numbers["reports.due_days"],
    )  # fmt: skip
    return {
        (one.kind, one.milestone_id if one.kind == K.MILESTONE else one.starts_on): one
        for one in found
    }


def is_owed(report: Report, *, at: datetime) -> bool:
    """Return whether a project's days ask for a report as they are now."""
    return _key(report) in _wanted(report.funding, at=at)


def _key(one: Report) -> tuple[str, object]:
    return (one.kind, one.milestone_id if one.kind == K.MILESTONE else one.period_from)


def _follow(one: Report, due: Due, *, at: datetime) -> int:
    """Move the days of a report that was never handed in; how late another came stays true."""
    same = (one.due_on, one.period_from, one.period_to) == (due.due_on, due.starts_on, due.ends_on)
    if same or one.first_submitted_at is not None:
        return 0
    found = Report.objects.filter(pk=one.pk, first_submitted_at=None)
    if not found.update(
        due_on=due.due_on, period_from=due.starts_on, period_to=due.ends_on,
        edition=F("edition") + 1,
    ):  # fmt: skip
        return 0
    note(one, "move_due", by=None, at=at)
    return 1


def _plan(funding: Funding, missing: list[Due], *, at: datetime) -> int:
    kept = take_tracking(funding.pk)
    live = Report.objects.filter(funding=funding).exclude(state=S.CANCELLED)
    known = {_key(one) for one in live.exclude(kind=K.EXTRA)}  # somebody was as quick
    new = [
        due for due in missing
        if (due.kind, due.milestone_id or due.starts_on) not in known
    ]  # fmt: skip
    Report.objects.bulk_create(
        Report(
            funding=funding, number=kept.numbers_given + place, kind=due.kind,
            milestone_id=due.milestone_id, period_from=due.starts_on, period_to=due.ends_on,
            due_on=due.due_on, planned_at=at, changed_at=at,
        )
        for place, due in enumerate(new, start=1)
    )  # fmt: skip
    Tracking.objects.filter(pk=kept.pk).update(numbers_given=F("numbers_given") + len(new))
    return len(new)


# -- What time does --------------------------------------------------------------------------------


def keep_terms(*, at: datetime) -> int:
    """Follow the days of all projects; remind of what is due soon or late; return the letters."""
    for funding in queries.fundings_to_follow():
        lay_schedule(funding=funding, at=at)
    for funding in _ended():
        try:
            lay_schedule(funding=funding, at=at)
        except WrongState:
            continue  # somebody began one this moment
    return _remind(at=at)


def _ended() -> list[Funding]:
    """Return projects that ended, or are being closed, with reports that nobody began."""
    left = Report.objects.filter(state=S.DRAFT, begun_at=None).exclude(kind=K.EXTRA)
    ended = left.filter(funding__state__in=[*OVER, FundingState.CLOSING])
    return list(Funding.objects.filter(pk__in=ended.values("funding")))


def _remind(*, at: datetime) -> int:
    numbers = policy.numbers(_REMIND, on=local_date(at))
    return _remind_writers(numbers, at=at) + _remind_office(numbers, at=at)


def _remind_writers(numbers: Mapping[str, int], *, at: datetime) -> int:
    """Tell who has to write before the day and after it; the office, too, then the leaders."""
    today = local_date(at)
    soon = today + timedelta(days=numbers["reports.remind_days"])
    every = max(1, numbers["reports.repeat_days"])
    sent = 0
    for report in queries.awaited(on=soon):
        due_on = report.again_on if report.state == S.RETURNED else report.due_on
        if due_on is None:
            continue
        days = overdue_days(due_on, today=today)
        sent += _tell_writers(report, due_on, days, turn=(days + every - 1) // every, at=at)
        if days:
            late = _Late(f"late:{report.pk}:{due_on}:{(days - 1) // every + 1}", overdue_text(days))
            is_grave = days > numbers["grants.escalate_days"]
            sent += _tell_of_late(report, late, "一份进展报告逾期了", is_grave=is_grave, at=at)
    return sent


def _remind_office(numbers: Mapping[str, int], *, at: datetime) -> int:
    """Tell the office of reports that it has not read in time, then the leaders."""
    limit, every = numbers["reports.check_days"], max(1, numbers["reports.repeat_days"])
    today = local_date(at)
    since, _ = day_bounds(today - timedelta(days=limit))
    sent = 0
    for report in queries.unread(since=since):
        came = local_date(report.submitted_at or at)
        days = (today - came).days - limit
        late = _Late(
            f"unread:{report.pk}:{came}:{(days - 1) // every + 1}",
            f"提交已经 {days + limit} 天，还没有审阅",
        )
        is_grave = days > numbers["grants.escalate_days"]
        sent += _tell_of_late(report, late, "一份进展报告等待审阅太久", is_grave=is_grave, at=at)
    return sent


def _tell_writers(report: Report, due_on: date, days: int, *, turn: int, at: datetime) -> int:
    staff = queries.staff_of(report.funding)
    for user_id in staff:
        inbox.send(
            user_id=user_id, at=at,
            key=f"reports:due:{report.pk}:{due_on}:{turn}:{user_id}",
            title="进展报告逾期了" if days else "进展报告快到期了",
            body=f"“{report.funding}”的{report.label}应在 {due_on:%Y年%m月%d日} 前提交。"
            + (f"{overdue_text(days)}，请尽快提交。" if days else "请准备好内容、照片和支出凭证。"),
            url=reverse("reports:own_report", args=[report.pk]),
        )  # fmt: skip
    return len(staff)


class _Late(NamedTuple):
    """What is late: the mark of this reminder, and how late in words."""

    key: str
    words: str


def _tell_of_late(
    report: Report, late: _Late, title: str, *, is_grave: bool, at: datetime
) -> int:  # fmt: skip
    office = queries.offices_of(report.funding)
    leaders = queries.leaders_of(report.funding, on=local_date(at)) if is_grave else []
    page = reverse("reports:desk_report", args=[report.pk])
    body = f"{report.funding.recipient}：“{report.funding}”的{report.label}，{late.words}。"
    key = f"reports:{late.key}"
    inbox.send_each(office, key=key, title=title, body=body, url=page, at=at)
    inbox.send_each(leaders, key=f"{key}:leaders", title=title, body=body, url=page, at=at)
    return len(office) + len(leaders)
