"""Write a report together: no words are lost, and whoever comes second sees both texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import queries
from voluncity.fund.reports.actions.steps import (
    hold_money,
    note,
    noted,
    refuse_when_over,
    step,
    take,
)
from voluncity.fund.reports.models import Expense, Linked, Report, Tracking, Voucher
from voluncity.fund.reports.rules.writing import (
    SERVED,
    WORDS,
    checked_served,
    checked_words,
    digest_of,
)
from voluncity.fund.reports.states import ExpenseState, ReportKind
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState

EXTRAS_MOST = 3  # that stand open at a time


@dataclass(frozen=True)
class Typed:
    """What somebody sends for one field, and the digest of the words that they saw before."""

    raw: str
    seen: str


@dataclass
class Saved:
    """Which fields were written, and which not because somebody else changed them: their words."""

    written: list[str] = field(default_factory=list)
    clashes: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def save_words(*, report: Report, sent: Mapping[str, Typed], by: User, at: datetime) -> Saved:
    """Write the fields that were changed; one that somebody else changed meanwhile is not.

    :raises BadInput: when words are too long.
    :raises WrongState: when the report is not open for writing.
    """
    kept = {**checked_words({key: one.raw for key, one in sent.items()})}
    served = checked_served(sent[SERVED].raw) if SERVED in sent else 0
    kept[SERVED] = str(served or "")
    changed = {key: kept[key] for key, one in sent.items() if digest_of(kept[key]) != one.seen}
    if not changed:
        return Saved()
    take(report, by=by, at=at)
    report.refresh_from_db(fields=[*WORDS, SERVED])
    saved = Saved()
    for key, words in changed.items():
        stands = said(report, key)
        if stands != words and digest_of(stands) != sent[key].seen:
            saved.clashes[key] = stands
        else:
            setattr(report, key, served if key == SERVED else words)
            saved.written.append(key)
    report.save(update_fields=saved.written)
    noted(report, "write", by=by, at=at, fields=len(saved.written))
    return saved


def said(report: Report, key: str) -> str:
    """Return what stands in a field, as its control shows it."""
    return str(getattr(report, key) or "")


# -- Reports that nobody asked for -----------------------------------------------------------------


@transaction.atomic
def begin_extra(
    *, funding: Funding, first: date, last: date, handle: str, by: User, at: datetime
) -> Report:
    """Begin a report beside the schedule, for what came later; a form sent twice begins one.

    :raises BadInput: when its span is not one of the project's.
    :raises WrongState: when the project is over, or enough such reports are open.
    """
    known: Report | None = Report.objects.filter(handle=handle, funding=funding).first()
    if known is not None:
        return known
    report = Report(
        funding=funding, kind=ReportKind.EXTRA, handle=handle, period_from=first, period_to=last,
        planned_at=at, begun_at=at, changed_at=at, changed_by=by,
    )  # fmt: skip
    refuse_when_over(report)
    if not funding.starts_on <= first <= last:
        raise BadInput("报告期应从项目开始以后算起，结束不早于开始。", field="last")
    if last > local_date(at):
        raise BadInput("报告期不能晚于今天。", field="last")
    kept = hold_money(funding.pk)
    open_ones = queries.open_reports(funding).filter(kind=ReportKind.EXTRA)
    if open_ones.count() >= EXTRAS_MOST:
        raise WrongState(
            f"已经有 {EXTRAS_MOST} 份补充报告没有办完，请先办完一份。", code="reports.enough"
        )
    Tracking.objects.filter(pk=kept.pk).update(numbers_given=F("numbers_given") + 1)
    report.number = kept.numbers_given + 1
    report.save(force_insert=True)
    note(report, "begin", by=by, at=at)
    return report


@transaction.atomic
def drop_extra(*, report: Report, seen: int, by: User, at: datetime) -> Report:
    """Give up a report that nobody asked for and that was never handed in.

    :raises WrongState: when it was handed in once, is owed, or somebody was faster.
    """
    if report.kind != ReportKind.EXTRA:
        raise WrongState("这份报告是按计划应交的，不能取消。", code="reports.is_owed")
    if report.first_submitted_at is not None:
        raise WrongState("已经提交过的报告不能取消。", code="reports.was_handed_in")
    report.edition = seen
    step(report, "cancel", by=by, at=at)
    hold_money(report.funding_id)
    free_all(report, at=at)
    return report


def free_all(report: Report, *, at: datetime) -> None:
    """Let activities, vouchers and money that a given-up report named be told of elsewhere."""
    Linked.objects.filter(report=report).delete()
    Voucher.objects.filter(expense__report=report, removed_at=None).update(removed_at=at)
    Expense.objects.filter(report=report).update(state=ExpenseState.REMOVED)
