"""Take one step of the table, or one report's row to write in it; the update decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import queries
from voluncity.fund.reports.models import Move, Report, Tracking
from voluncity.fund.reports.states import OPEN_FUNDINGS, REPORT_FLOW, WRITABLE
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import NotAllowed, WrongState


def step(
    report: Report, verb: str, *, by: User | None, at: datetime, words: str = "", **changes: Any
) -> Report:
    """Take one step, if nobody has changed the report since it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = REPORT_FLOW.after(verb, report.state)
    if by is not None:
        changes |= {"changed_at": at}
    same = Report.objects.filter(pk=report.pk, state=report.state, edition=report.edition)
    if not same.update(edition=F("edition") + 1, **changes):
        raise was_faster(report.pk)
    report.refresh_from_db(fields=["edition", *changes])
    note(report, verb, by=by, at=at, words=words)
    return report


def take(report: Report, *, by: User, at: datetime) -> None:
    """Take the report's row to write in it until the end of the transaction.

    So changes of one report follow each other, and none comes after it was handed in.

    :raises WrongState: when it is not open for writing, or its project is over.
    """
    refuse_when_over(report)
    open_ones = Report.objects.filter(pk=report.pk, state__in=WRITABLE)
    if not open_ones.update(edition=F("edition") + 1, changed_at=at, changed_by=by):
        raise closed(report.pk)
    if Report.objects.filter(pk=report.pk, begun_at=None).update(begun_at=at):
        note(report, "begin", by=by, at=at)
    report.refresh_from_db(fields=["edition", "state", "changed_at", "changed_by", "begun_at"])


def hold_money(funding_id: int) -> Tracking:
    """Take the row of a project's reporting: who sums up its money is alone until the end.

    :raises WrongState: when the project is over, or its money was settled meanwhile.
    """
    kept = take_tracking(funding_id)
    _refuse_over(funding_id)
    return kept


def take_tracking(funding_id: int) -> Tracking:
    """Take the row of a project's reporting, wherever the project stands."""
    kept, _ = Tracking.objects.get_or_create(funding_id=funding_id)
    Tracking.objects.filter(pk=kept.pk).update(edition=F("edition") + 1)
    kept.refresh_from_db()
    return kept


def refuse_when_over(report: Report) -> None:
    """Let nothing be written about a project that is closed, cancelled, or not agreed on yet.

    :raises WrongState: when it is.
    """
    _refuse_over(report.funding_id)


def _refuse_over(funding_id: int) -> None:
    funding = Funding.objects.get(pk=funding_id)
    if funding.state not in OPEN_FUNDINGS:
        raise WrongState(
            f"这个项目现在是“{funding.get_state_display()}”，不能再办理进展报告。",
            code="reports.project_over",
        )
    if funding.settled_at is not None:
        raise WrongState("这个项目的资金已经结清，不能再办理进展报告。", code="reports.settled")


def refuse_own(report: Report, by: User) -> None:
    """Let nobody decide about a report of an organization that they act or acted for.

    :raises NotAllowed: when they do.
    """
    if by.pk in {*queries.staff_of(report.funding), *queries.writers_of(report)}:
        raise NotAllowed(
            "您是受资助组织的人员，或者填写过这份报告，请由基金办公室的另一位同事审阅。",
            code="reports.own",
        )


def refuse_unread(report: Report, seen: int) -> None:
    """Let nobody decide about another edition than the one that was read.

    :raises WrongState: when somebody changed something since.
    """
    if report.edition != seen:
        raise was_faster(report.pk)


def was_faster(pk: int) -> WrongState:
    """Return the refusal that says where the report stands now."""
    now = Report.objects.get(pk=pk)
    when = now.changed_at.astimezone(CITY_TZ)
    return WrongState(
        f"这份报告在 {when:%m月%d日 %H:%M} 有人办理过，现在是“{now.state_text}”。"
        "请看过最新的内容再办理。",
        code="reports.was_faster",
    )


def closed(pk: int) -> WrongState:
    """Return the refusal for what came too late."""
    now = Report.objects.get(pk=pk)
    return WrongState(f"这份报告现在是“{now.state_text}”，不能修改。", code="reports.not_writable")


def note(report: Report, verb: str, *, by: User | None, at: datetime, words: str = "") -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    Move.objects.create(report=report, verb=verb, at=at, by=by, words=words)
    noted(report, verb, by=by, at=at)


def noted(report: Report, verb: str, *, by: User | None, at: datetime, **numbers: Any) -> None:
    """Write down in the journal what was done with a part of a report: ids and numbers only."""
    record(
        f"reports.{verb}", ("funded_report", report.pk), by=by, at=at,
        funding=report.funding_id, **numbers,
    )  # fmt: skip
