"""Write archives as one ZIP, piece by piece: an index to read, an index to count, all files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.kernel.clock import local_date, span_text
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.workbook import harmless
from voluncity.service.archives import queries
from voluncity.service.archives.models import Archive, Photo
from voluncity.service.archives.queries.totals import Served

AT_ONCE = 256 * 1024
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heif": "heic",
    "image/heic": "heic", "image/avif": "avif", "image/gif": "gif", "video/mp4": "mp4",
    "application/pdf": "pdf",
}  # fmt: skip
_HEADINGS = (
    "编号", "活动", "项目", "组织", "时间", "地点", "状态", "参加志愿者", "服务时长（分钟）",
    "其中信用时长（分钟）", "服务成效", "物资折合（元）", "支出（元）", "照片", "视频",
)  # fmt: skip


@dataclass(frozen=True)
class Packed:
    """One file of an archive: where it lies in the ZIP, and what the index calls it."""

    path: str
    label: str
    stored: StoredFile


@dataclass(frozen=True)
class Folder:
    """One archive as the index shows it."""

    name: str
    archive: Archive
    when: str
    served: Served
    photos: list[tuple[Packed, Photo]]
    papers: list[Packed]
    videos: list[Packed]


class _Pipe(io.RawIOBase):
    """What a ZIP is written into, and what is sent on before the next piece."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        piece = bytes(content)  # type: ignore[call-overload]
        self._kept.append(piece)
        return len(piece)

    def drained(self) -> bytes:
        """Return what was written since the last time."""
        kept, self._kept = b"".join(self._kept), []
        return kept


def pieces(
    archives: Sequence[Archive], *, at: datetime, tell: Callable[[int], None] = lambda _done: None
) -> Iterator[bytes]:
    """Return the ZIP of these archives in pieces; `tell` hears how many are written.

    Photos go along as originals; a file whose bytes are missing is named in the index only.
    """
    pipe = _Pipe()
    folders: list[Folder] = []
    served = queries.served_by_activity([one.pk for one in archives])
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as book:
        for number, archive in enumerate(archives, start=1):
            folder = _folder(number, archive, served.get(archive.pk, Served()))
            folders.append(folder)
            for packed in (*(one for one, _ in folder.photos), *folder.papers, *folder.videos):
                yield from _copied(book, pipe, packed)
            tell(number)
        page = render_to_string("archives/package.html", {"folders": folders, "at": at})
        book.writestr("index.html", page)
        book.writestr("index.csv", _table(folders))
        yield pipe.drained()
    yield pipe.drained()


def _copied(book: zipfile.ZipFile, pipe: _Pipe, packed: Packed) -> Iterator[bytes]:
    try:
        stream = files.opened(packed.stored)
    except NotFound:
        return
    with stream, book.open(packed.path, "w", force_zip64=True) as entry:
        while piece := stream.read(AT_ONCE):
            entry.write(piece)
            yield pipe.drained()


def _folder(number: int, archive: Archive, served: Served) -> Folder:
    activity = archive.activity
    name = f"{number:03d}-{local_date(activity.starts_at):%Y%m%d}-{_plain(activity.name)}"
    photos = [
        (Packed(_path(name, "photos", place, photo.original), photo.caption, photo.original), photo)
        for place, photo in enumerate(archive.photos.all(), start=1)
    ]
    papers = [
        Packed(_path(name, "papers", place, row.voucher), row.item, row.voucher)
        for place, row in enumerate(archive.spendings.all(), start=1)
        if row.voucher is not None
    ]
    videos = [
        Packed(_path(name, "videos", place, row.file), row.title, row.file)
        for place, row in enumerate(archive.videos.all(), start=1)
        if row.file is not None
    ]
    when = span_text(activity.starts_at, activity.ends_at)
    return Folder(name, archive, when, served, photos, papers, videos)


def _path(folder: str, part: str, place: int, stored: StoredFile) -> str:
    return f"{folder}/{part}/{place:02d}.{_ENDINGS.get(stored.content_type, 'bin')}"


def _plain(name: str) -> str:
    """Return a name that is a name of a folder everywhere."""
    return re.sub(r"[^\w-]+", "_", name).strip("_")[:40] or "activity"


def _table(folders: list[Folder]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEADINGS)
    for folder in folders:
        writer.writerow([harmless(str(cell)) for cell in _row(folder)])
    return out.getvalue().encode("utf-8-sig")


def _row(folder: Folder) -> list[str | int]:
    archive, activity, served = folder.archive, folder.archive.activity, folder.served
    done = "、".join(
        f"{one.kind.name} {one.number} {one.kind.unit}" for one in archive.outcomes.all()
    )
    return [
        folder.name[:3], activity.name, activity.project.name, activity.project.organization.name,
        folder.when, f"{activity.region.name} {activity.address}", archive.get_state_display(),
        served.volunteers, served.minutes, served.proven_minutes, done,
        yuan_text(sum(one.value_fen for one in archive.materials.all())),
        yuan_text(sum(one.fen for one in archive.spendings.all())),
        len(folder.photos), len(archive.videos.all()),
    ]  # fmt: skip
