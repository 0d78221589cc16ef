"""A report as it is read: as it stands now, or as it was handed in once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voluncity.fund.reports.models import Evidence, Expense, Report, Submission, Voucher
from voluncity.fund.reports.queries.activities import Figures, Total, figures_of, total_of
from voluncity.fund.reports.queries.report import expenses_of, shown_evidence
from voluncity.fund.reports.rules.writing import SERVED, WORDS
from voluncity.fund.reports.states import ExpenseState
from voluncity.kernel.money import yuan_text
from voluncity.service.projects.models import Activity


@dataclass(frozen=True)
class Spent:
    """One expense as it is read."""

    pk: int
    line_id: int | None  # none in what was handed in before it was kept
    line: str
    on: date
    payee: str
    what: str
    fen: int
    invoice_no: str
    is_disallowed: bool
    reason: str
    papers: tuple[Voucher, ...]

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)


@dataclass(frozen=True)
class Whole:
    """All that a report says; `submission` where it is read as it was handed in."""

    words: tuple[tuple[str, str, str], ...]  # key, label, text
    served_more: int
    activities: tuple[tuple[Activity, Figures], ...]
    evidence: tuple[Evidence, ...]
    expenses: tuple[Spent, ...]
    submission: Submission | None = None

    @property
    def total(self) -> Total:
        """Return what the activities come to."""
        return total_of([figures for _, figures in self.activities])

    @property
    def served(self) -> int:
        """Return how many people were served, at activities and elsewhere."""
        return self.total.served + self.served_more

    @property
    def fen(self) -> int:
        """Return how much was spent, without what was disallowed."""
        return sum(one.fen for one in self.expenses if not one.is_disallowed)

    @property
    def sum_text(self) -> str:
        """Return how much was spent, in words."""
        return yuan_text(self.fen)

    @property
    def disallowed_text(self) -> str:
        """Return how much was disallowed, in words; "" for nothing."""
        fen = sum(one.fen for one in self.expenses if one.is_disallowed)
        return yuan_text(fen) if fen else ""


def as_it_stands(report: Report, *, at: datetime) -> Whole:
    """Return what a report says now."""
    linked = list(report.linked.select_related("activity__project"))
    figures = figures_of(linked, at=at)
    return Whole(
        tuple((key, label, getattr(report, key)) for key, (label, *_) in WORDS.items()),
        report.served_more,
        tuple((one.activity, figures[one.activity_id]) for one in linked),
        tuple(shown_evidence(report)),
        tuple(_spent(one) for one in expenses_of(report)),
    )


def _spent(one: Expense) -> Spent:
    papers: Sequence[Voucher] = getattr(one, "papers", ())
    return Spent(
        one.pk, one.line_id, str(one.line), one.on, one.payee, one.what, one.fen, one.invoice_no,
        one.is_disallowed, one.reason if one.is_disallowed else "", tuple(papers),
    )  # fmt: skip


def as_handed_in(submission: Submission) -> Whole:
    """Return what a report said when it was handed in."""
    said = submission.content
    files = Evidence.objects.filter(pk__in=said["evidence"]).select_related("file", "small")
    ids = [int(pk) for pk in said["activities"]]
    activities = {
        one.pk: one for one in Activity.objects.filter(pk__in=ids).select_related("project")
    }
    numbers = [pk for one in said["expenses"] for pk in one["vouchers"]]
    papers = {
        one.pk: one
        for one in Voucher.objects.filter(pk__in=numbers).select_related("file", "small")
    }
    return Whole(
        tuple((key, label, said["words"].get(key, "")) for key, (label, *_) in WORDS.items()),
        said[SERVED],
        tuple(
            (activities[int(pk)], _figures(row))
            for pk, row in said["activities"].items()
            if int(pk) in activities
        ),
        tuple(files),
        tuple(_once_spent(one, papers) for one in said["expenses"]),
        submission,
    )


def _figures(row: Sequence[Any]) -> Figures:
    sessions, volunteers, proven, entered, served, outcomes = row
    return Figures(
        sessions, volunteers, proven, entered, served,
        tuple((name, unit, number) for name, unit, number in outcomes),
    )  # fmt: skip


def _once_spent(said: dict[str, Any], papers: dict[int, Voucher]) -> Spent:
    return Spent(
        said["pk"], said.get("line_id"), said["line"], date.fromisoformat(said["on"]),
        said["payee"], said["what"],
        said["fen"], said["invoice_no"], said["state"] == ExpenseState.DISALLOWED, "",
        tuple(papers[pk] for pk in said["vouchers"] if pk in papers),
    )  # fmt: skip


def was_handed_in(file: Evidence | Voucher, report: Report) -> bool:
    """Return whether a file was part of a report as it was handed in at some time."""
    for content in report.submissions.values_list("content", flat=True):
        if isinstance(file, Evidence):
            if file.pk in content["evidence"]:
                return True
        elif any(file.pk in one["vouchers"] for one in content["expenses"]):
            return True
    return False
