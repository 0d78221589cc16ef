"""Make the archive of a closing: one PDF, and a ZIP of all papers with their digests."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from voluncity.city.files import actions as files
from voluncity.city.files import queries as stored_files
from voluncity.city.files.models import FileKind
from voluncity.city.jobs.actions import Lease, Taken
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Archive, Closing
from voluncity.fund.closings.queries.papers import Paper, papers
from voluncity.fund.closings.queries.whole import Chapter, chapters
from voluncity.fund.closings.states import ARCHIVE_FLOW, ArchiveState, ClosingState, Side
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.web import printing

Clock = Callable[[], datetime]
LEASE = Lease(Archive, ARCHIVE_FLOW)
AT_ONCE = 256 * 1024
PDF, ZIP = "application/pdf", "application/zip"
PDF_NAME, DIGESTS_NAME, INDEX_NAME = "结项档案.pdf", "校验码.txt", "index.html"
_TEMPLATE = Path(__file__).parent.parent / "data" / "archive.typ"


@dataclass(frozen=True)
class Packed:
    """One file of the ZIP as its index and the list of digests name it."""

    path: str
    label: str
    digest: str  # SHA-256; "" when its bytes are lost


@transaction.atomic
def ask_archives(*, closing: Closing, by: User, at: datetime) -> list[Archive]:
    """Ask for the archives of both sides; `make_archive` makes them.

    One that is asked for and not begun yet is the one.
    """
    found = []
    for side in Side.values:
        newest = queries.newest_archive(closing, side)
        if newest is not None and newest.state == ArchiveState.WAITING and not newest.turn:
            found.append(newest)
            continue
        number = newest.number + 1 if newest else 1
        if newest is not None and newest.state == ArchiveState.WAITING:  # it tells too little
            Archive.objects.filter(pk=newest.pk, state=ArchiveState.WAITING).update(
                state=ArchiveState.FAILED
            )
        found.append(
            Archive.objects.create(
                closing=closing, side=side, number=number, asked_at=at, asked_by=by, touched_at=at
            )
        )
    return found


@transaction.atomic
def ask_again(*, closing: Closing, by: User, at: datetime) -> list[Archive]:
    """Ask anew for archives that could not be made.

    :raises WrongState: when it is not closed, or they are there or under way.
    """
    if closing.state != ClosingState.CLOSED:
        raise WrongState("结项以后才有档案。", code="closings.goes_on")
    newest = [queries.newest_archive(closing, side) for side in Side.values]
    if all(one is not None and one.state != ArchiveState.FAILED for one in newest):
        raise WrongState("档案已经生成，或者正在生成。", code="closings.archive_there")
    try:
        with transaction.atomic():
            return ask_archives(closing=closing, by=by, at=at)
    except IntegrityError as error:
        raise WrongState("档案正在生成，请稍后刷新。", code="closings.archive_there") from error


def make_archive(*, archive_id: int, clock: Clock) -> None:
    """Write one archive; killed meanwhile, another worker begins again (`silent_archives`)."""
    archive = Archive.objects.select_related("closing", "asked_by").get(pk=archive_id)
    if archive.state != ArchiveState.WAITING or not LEASE.take(archive, at=clock()):
        return
    closing: Closing = queries.detailed().get(pk=archive.closing_id)
    with TemporaryDirectory() as folder:
        path = Path(folder, "archive.zip")
        try:
            pdf, count = _pack(path, archive, closing, clock)
            written_pdf = files.put_down([pdf])
            written_zip = files.put_down(_pieces(path))
            _finish(archive, closing, (written_pdf, written_zip), count, at=clock())
        except Taken:
            return


def _pack(path: Path, archive: Archive, closing: Closing, clock: Clock) -> tuple[bytes, int]:
    """Write the ZIP; return the PDF in it, and how many files there are."""
    packed: list[tuple[Paper, Packed]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        for paper, place in _placed(papers(closing)):
            name = paper.path(place)
            digest = _copied(book, name, paper)
            packed.append((paper, Packed(name, paper.label, digest)))
            LEASE.write(archive, touched_at=clock(), papers=len(packed))
        digested = [(paper, one.path, one.digest) for paper, one in packed]
        pdf = _pdf(archive, closing, chapters(closing, archive.side, digested), at=clock())
        LEASE.write(archive, touched_at=clock())
        top = Packed(PDF_NAME, "全部文字材料", hashlib.sha256(pdf).hexdigest())
        book.writestr(PDF_NAME, pdf)
        index = _index(archive, closing, [one for _, one in packed], top, at=clock()).encode()
        book.writestr(INDEX_NAME, index)
        listed = [top, *(one for _, one in packed if one.digest)]
        lines = [f"{one.digest}  {one.path}" for one in listed]
        lines.append(f"{hashlib.sha256(index).hexdigest()}  {INDEX_NAME}")
        book.writestr(DIGESTS_NAME, "\n".join(lines) + "\n")
    return pdf, len(packed)


def _placed(found: list[Paper]) -> Iterator[tuple[Paper, int]]:
    places: dict[str, int] = {}
    for paper in found:
        places[paper.folder] = places.get(paper.folder, 0) + 1
        yield paper, places[paper.folder]


def _copied(book: zipfile.ZipFile, name: str, paper: Paper) -> str:
    """Copy a file into the ZIP and return its digest; nothing when its bytes are lost."""
    try:
        stream = stored_files.opened(paper.stored)
    except NotFound:
        return ""
    digest = hashlib.sha256()
    with stream, book.open(name, "w", force_zip64=True) as entry:
        while piece := stream.read(AT_ONCE):
            digest.update(piece)
            entry.write(piece)
    return digest.hexdigest()


def _pdf(archive: Archive, closing: Closing, found: list[Chapter], *, at: datetime) -> bytes:
    funding = closing.funding
    made = f"{at.astimezone(CITY_TZ):%Y年%m月%d日 %H:%M} 生成，第 {archive.number} 份"
    note = "，其他人的姓名已隐去" if archive.side == Side.OWN else ""
    facts = {
        "number": funding.number, "title": funding.title, "fund": funding.fund.full_name,
        "recipient": funding.recipient, "made": made + note,
        "sections": [asdict(one) for one in found],
    }  # fmt: skip
    return printing.pdf(_TEMPLATE, facts, qr=settings.VOLUNCITY_PUBLIC_URL)


def _index(
    archive: Archive, closing: Closing, packed: list[Packed], top: Packed, *, at: datetime
) -> str:
    folders: dict[str, list[Packed]] = {"全部文字": [top]}
    for one in packed:
        folders.setdefault(one.path.rsplit("/", 1)[0], []).append(one)
    context = {
        "archive": archive, "funding": closing.funding, "folders": list(folders.items()), "at": at,
    }  # fmt: skip
    return render_to_string("closings/archive_index.html", context)


def _pieces(path: Path) -> Iterator[bytes]:
    with io.FileIO(path) as stream:
        while piece := stream.read(AT_ONCE):
            yield piece


@transaction.atomic
def _finish(
    archive: Archive,
    closing: Closing,
    written: tuple[files.Written, files.Written],
    count: int,
    *,
    at: datetime,
) -> None:
    stored = [
        files.store_written(
            one, subject=f"closing_archive:{archive.pk}", by=archive.asked_by, at=at,
            kind=FileKind.DOCUMENT, content_type=kind,
            original_name=f"结项档案 {closing.funding.number}.{ending}",
        )
        for one, kind, ending in zip(written, (PDF, ZIP), ("pdf", "zip"), strict=True)
    ]  # fmt: skip
    LEASE.write(archive, state=LEASE.ready, pdf=stored[0], file=stored[1], made_at=at, papers=count)
    record("closings.archive", ("funding_closing", closing.pk), by=archive.asked_by, at=at,
           archive=archive.pk, papers=count)  # fmt: skip


def silent_archives(*, at: datetime) -> list[int]:
    """Return the archives whose worker was killed, or that nobody began."""
    return LEASE.silent(at=at)


@transaction.atomic
def note_taken(*, archive: Archive, by: User, at: datetime) -> None:
    """Write down who took an archive out of the system."""
    record("closings.take_out", ("funding_closing", archive.closing_id), by=by, at=at,
           archive=archive.pk)  # fmt: skip
