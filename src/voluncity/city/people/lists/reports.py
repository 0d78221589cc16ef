"""The report of an import: what became of each record, as a CSV file that Excel opens."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from voluncity.kernel import workbook
from voluncity.kernel.refusals import BadInput

HEADER = ("行号", "结果", "志愿者编号", "姓名", "证件号码", "说明")
IMPORTED, KNOWN, REFUSED, FINE = "已导入", "已登记过", "未导入", "可以导入"
SKIPPED, NOBODY = "跳过", "合计、说明、重复的表头等，不是人员。"
_BOM = "\ufeff"  # Excel takes a file without it for GBK
_FIRST = f"{_BOM}{','.join(HEADER)}\r\n".encode()


class Line(NamedTuple):
    """What became of one record; name and identity number are masked."""

    row: int
    outcome: str
    number: str
    name: str
    id_number: str
    words: str


class Sink(Protocol):
    """Where the lines of a report go."""

    def write(self, lines: Iterable[Line]) -> int:
        """Write lines after those that are kept; return how long the report is now."""

    def keep(self, length: int) -> None:
        """Take this length as committed."""


class Report:
    """A report file that agrees with what was committed, also after a crash.

    Lines are written before the transaction ends, and the length is kept in it: whoever goes on
    cuts off what was not committed.
    """

    def __init__(self, path: Path, *, committed: int) -> None:
        """Open the file at its committed length (in bytes).

        :raises BadInput: when it cannot be written, or another file would be lost.
        """
        try:
            path.touch(mode=0o600)
            self._file = path.open("r+b")
        except OSError as error:
            raise _elsewhere(f"结果文件“{path}”写不进去") from error
        if self._file.read(len(_FIRST)) not in (b"", _FIRST):
            self._file.close()
            raise _elsewhere(f"“{path}”已经是别的文件")
        self.has_lost = self._file.seek(0, os.SEEK_END) < committed
        self._committed = 0 if self.has_lost else committed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, lines: Iterable[Line]) -> int:
        """Write lines after what is committed, on the disk too; return the new length in bytes."""
        text = io.StringIO()
        csv.writer(text).writerows(map(harmless, lines))
        self._file.seek(self._committed)
        self._file.truncate()
        self._file.write(b"" if self._committed else _FIRST)
        self._file.write(text.getvalue().encode("utf-8", "replace"))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def keep(self, length: int) -> None:
        """Take this length as committed: the next lines come after it."""
        self._committed = length


def harmless(line: Line) -> Line:
    """Return the line so that no spreadsheet takes a name or number for a formula."""
    return line._replace(
        name=workbook.harmless(line.name), id_number=workbook.harmless(line.id_number)
    )


def _elsewhere(why: str) -> BadInput:
    return BadInput(f"{why}，请用 --report 另选一个位置。", code="people.list_report")
