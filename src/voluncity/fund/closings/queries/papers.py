"""All files of a funded project, in the folders of its archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voluncity.city.files.models import StoredFile
from voluncity.fund.calls.models import Attachment as AppliedWith
from voluncity.fund.closings.models import Attachment, Closing, VisitPhoto
from voluncity.fund.grants.models import Scan
from voluncity.fund.grants.states import ScanState
from voluncity.fund.payouts.models import Receipt, Return
from voluncity.fund.payouts.states import ReturnState
from voluncity.fund.reports.models import Evidence, Report, Voucher
from voluncity.fund.reports.states import ExpenseState, ReportState

_ENDINGS = {"image/webp": "webp", "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_PLAIN = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class Paper:
    """One file: its folder, what it is, and where its bytes are."""

    folder: str
    label: str
    stored: StoredFile

    def path(self, place: int) -> str:
        """Return its path in the archive."""
        name = _PLAIN.sub("_", self.label).strip("_")[:40] or "文件"
        ending = _ENDINGS.get(self.stored.content_type, "bin")
        return f"{self.folder}/{place:02d}-{name}.{ending}"


def papers(closing: Closing) -> list[Paper]:
    """Return the files of a project in their order."""
    return [
        *_applied(closing), *_agreed(closing), *_reported(closing), *_paid(closing),
        *_closed(closing),
    ]  # fmt: skip


def _applied(closing: Closing) -> Iterator[Paper]:
    decision = closing.funding.decision
    if decision is None:
        return
    ids = [pk for found in decision.submission.content["files"].values() for pk in found]
    found = AppliedWith.objects.filter(pk__in=ids).select_related("file").order_by("pk")
    for one in found:
        yield Paper("01-申报", one.file.original_name, one.file)


def _agreed(closing: Closing) -> Iterator[Paper]:
    scans = Scan.objects.filter(
        agreement__funding=closing.funding_id, state=ScanState.CONFIRMED
    ).select_related("file")
    for one in scans.order_by("pk"):
        yield Paper("02-协议", "签字协议", one.file)


def _reported(closing: Closing) -> Iterator[Paper]:
    accepted = Report.objects.filter(funding=closing.funding_id, state=ReportState.ACCEPTED)
    evidence: dict[int, list[Evidence]] = {}
    for piece in Evidence.objects.filter(report__in=accepted, removed_at=None).select_related(
        "file"
    ):
        evidence.setdefault(piece.report_id, []).append(piece)
    vouchers: dict[int, list[Voucher]] = {}
    kept = Voucher.objects.filter(expense__report__in=accepted, removed_at=None).exclude(
        expense__state=ExpenseState.REMOVED
    )
    for proof in kept.select_related("file", "expense").order_by("expense__line__place", "pk"):
        vouchers.setdefault(proof.expense.report_id, []).append(proof)
    for report in accepted.order_by("number"):
        folder = f"03-进展报告/第{report.number}份"
        for piece in evidence.get(report.pk, []):
            yield Paper(folder, piece.caption, piece.file)
        for proof in vouchers.get(report.pk, []):
            yield Paper(f"{folder}-凭证", proof.expense.what, proof.file)


def _paid(closing: Closing) -> Iterator[Paper]:
    receipts = Receipt.objects.filter(disbursement__funding=closing.funding_id)
    for one in receipts.select_related("file", "disbursement").order_by("pk"):
        yield Paper("04-拨付", f"收据 {one.disbursement.number}", one.file)
    returns = Return.objects.filter(
        funding=closing.funding_id, state=ReturnState.CONFIRMED, proof__isnull=False
    )
    for back in returns.select_related("proof").order_by("pk"):
        if back.proof is not None:
            yield Paper("04-拨付", f"退回凭证 {back}", back.proof)


def _closed(closing: Closing) -> Iterator[Paper]:
    submission = closing.current
    ids: Iterable[int] = submission.content["files"] if submission else []
    files = Attachment.objects.filter(pk__in=list(ids)).select_related("file").order_by("pk")
    for one in files:
        yield Paper("05-结项报告", one.name, one.file)
    photos = VisitPhoto.objects.filter(visit__closing=closing).select_related("file", "visit")
    for photo in photos.order_by("pk"):
        yield Paper("06-现场评估", f"{photo.visit.on:%Y%m%d}", photo.file)
