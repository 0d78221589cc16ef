"""Pictures, papers and vouchers: written anew, each once; what was handed in is kept."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.city.files import actions as files
from voluncity.city.files import rules as file_rules
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.fund.reports import queries
from voluncity.fund.reports.actions.steps import noted, take
from voluncity.fund.reports.models import Evidence, Expense, Report, Voucher
from voluncity.fund.reports.rules.writing import (
    CAPTION_MOST,
    EVIDENCE_MOST,
    NOTE_MOST,
    VOUCHERS_MOST,
)
from voluncity.fund.reports.states import EvidenceKind, ExpenseState
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import words
from voluncity.service.archives.states import Faces


def _stored(
    report: Report, checked: Checked, *, by: User, at: datetime
) -> tuple[StoredFile, StoredFile | None]:
    """Keep a file, and of a picture a small copy to look at in a list."""
    subject = f"funded_report:{report.pk}"
    kept = files.store(checked, subject=subject, by=by, at=at)
    if checked.kind != FileKind.IMAGE:
        return kept, None
    picture = SimpleUploadedFile(checked.original_name, checked.content)
    small = file_rules.check_photo(picture).small
    return kept, files.store(small, subject=subject, by=by, at=at)


# -- Evidence --------------------------------------------------------------------------------------


@transaction.atomic
def add_evidence(
    *, report: Report, checked: Checked, caption: str, faces: str, consent_note: str, by: User,
    at: datetime,
) -> Evidence:  # fmt: skip
    """Put a picture or a paper to a report; of a picture it is said whom it shows.

    :raises BadInput: when it is not said what or whom it shows, or there are enough.
    :raises WrongState: when it stands there already, or the report is not open for writing.
    """
    is_picture = checked.kind == FileKind.IMAGE
    said = words(caption, "caption", "说明", CAPTION_MOST)
    faces, note = checked_faces(faces, consent_note) if is_picture else ("", "")
    take(report, by=by, at=at)
    standing = report.evidence.filter(removed_at=None)
    if standing.count() >= EVIDENCE_MOST:
        raise BadInput(f"一份报告最多 {EVIDENCE_MOST} 份照片和材料，请先移除一些。", field="file")
    kept, small = _stored(report, checked, by=by, at=at)
    if standing.filter(digest=kept.sha256).exists():
        raise BadInput("这个文件已经上传过了。", code="reports.same_file", field="file")
    last = report.evidence.aggregate(last=Max("position"))["last"] or 0
    made = Evidence.objects.create(
        report=report, kind=EvidenceKind.PICTURE if is_picture else EvidenceKind.PAPER, file=kept,
        small=small, digest=kept.sha256, caption=said, faces=faces, consent_note=note,
        position=last + 1, added_at=at, added_by=by,
    )  # fmt: skip
    noted(report, "add_evidence", by=by, at=at, evidence=made.pk)
    return made


@transaction.atomic
def change_evidence(
    *, evidence: Evidence, caption: str, faces: str, consent_note: str, by: User, at: datetime
) -> None:
    """Say otherwise what a picture or a paper shows, and whom.

    :raises BadInput: when it is not said.
    :raises NotFound: when it was removed.
    :raises WrongState: when the report is not open for writing.
    """
    said = words(caption, "caption", "说明", CAPTION_MOST)
    faces, note = checked_faces(faces, consent_note) if evidence.is_picture else ("", "")
    take(evidence.report, by=by, at=at)
    found = Evidence.objects.filter(pk=evidence.pk, removed_at=None)
    if not found.update(caption=said, faces=faces, consent_note=note):
        raise _gone()
    noted(evidence.report, "change_evidence", by=by, at=at, evidence=evidence.pk)


@transaction.atomic
def move_evidence(*, evidence: Evidence, steps: int, by: User, at: datetime) -> None:
    """Move a picture or a paper by one place; at the end it stays.

    :raises NotFound: when it was removed.
    :raises WrongState: when the report is not open for writing.
    """
    take(evidence.report, by=by, at=at)
    ids = list(queries.shown_evidence(evidence.report).values_list("pk", flat=True))
    if evidence.pk not in ids:
        raise _gone()
    place = ids.index(evidence.pk)
    ids.insert(max(0, min(place + steps, len(ids) - 1)), ids.pop(place))
    for position, pk in enumerate(ids, start=1):
        Evidence.objects.filter(pk=pk).update(position=position)


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Take a picture or a paper off; what was handed in with it keeps it.

    :raises NotFound: when it was removed before.
    :raises WrongState: when the report is not open for writing.
    """
    take(evidence.report, by=by, at=at)
    if not Evidence.objects.filter(pk=evidence.pk, removed_at=None).update(removed_at=at):
        raise _gone()
    noted(evidence.report, "remove_evidence", by=by, at=at, evidence=evidence.pk)


def checked_faces(faces: str, note: str) -> tuple[str, str]:
    """Return whom a picture shows, and how they agreed (个人信息保护法第十三、三十一条).

    :raises BadInput: when it is not said.
    """
    if faces not in Faces.values:
        raise BadInput("请选择照片里的人物情况。", field="faces")
    said = words(note, "consent_note", "同意情况", NOTE_MOST, wanted=False)
    if faces == Faces.CONSENT and not said:
        raise BadInput("请写明怎样征得同意，例如“拍照前当面说明并同意”。", field="consent_note")
    return faces, said


def _gone() -> NotFound:
    return NotFound("这个文件已经移除，请刷新页面。")


# -- Vouchers --------------------------------------------------------------------------------------


@transaction.atomic
def add_voucher(*, expense: Expense, checked: Checked, by: User, at: datetime) -> Voucher:
    """Prove an expense by a file; the same file proves one expense of a fund.

    :raises BadInput: when the file was used before, or there are enough.
    :raises WrongState: when the report is not open for writing.
    """
    take(expense.report, by=by, at=at)
    if not Expense.objects.filter(pk=expense.pk).exclude(state=ExpenseState.REMOVED).exists():
        raise WrongState("这笔支出已经移除，请刷新页面。", code="reports.gone")
    if expense.vouchers.filter(removed_at=None).count() >= VOUCHERS_MOST:
        raise BadInput(f"一笔支出最多 {VOUCHERS_MOST} 份凭证。", field="file")
    return prove(expense, checked, by=by, at=at)


def prove(expense: Expense, checked: Checked, *, by: User, at: datetime) -> Voucher:
    """Write a voucher down within a change that holds its report."""
    kept, small = _stored(expense.report, checked, by=by, at=at)
    before = queries.seen_before(fund_id=expense.fund_id, digest=kept.sha256)
    if before is not None:
        raise used_before(expense, before.expense)
    try:
        with transaction.atomic():
            made = Voucher.objects.create(
                expense=expense, fund_id=expense.fund_id, file=kept, small=small,
                digest=kept.sha256, added_at=at, added_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise used_before(expense, None) from error
    noted(expense.report, "add_voucher", by=by, at=at, expense=expense.pk, voucher=made.pk)
    return made


def used_before(
    expense: Expense, other: Expense | None, *, what: str = "这份凭证", field: str = "file"
) -> BadInput:
    """Return the refusal of a voucher or a number that was used; another's project is not named."""
    ours = expense.report.funding.organization_id
    if other is not None and other.report.funding.organization_id == ours:
        where = f"“{other.report.funding}”{other.report}的“{other.what}”（{other.text}）"
    else:
        where = "本基金的另一笔支出"
    return BadInput(
        f"{what}已经用在{where}里，一份凭证只能报一次，请核对。",
        code="reports.used_before",
        field=field,
    )


@transaction.atomic
def remove_voucher(*, voucher: Voucher, by: User, at: datetime) -> None:
    """Take a voucher off; what was handed in with it keeps it.

    :raises NotFound: when it was removed before.
    :raises WrongState: when the report is not open for writing.
    """
    report = voucher.expense.report
    take(report, by=by, at=at)
    if not Voucher.objects.filter(pk=voucher.pk, removed_at=None).update(removed_at=at):
        raise _gone()
    noted(report, "remove_voucher", by=by, at=at, voucher=voucher.pk)
