"""The list as the bank gets it: the same rows are always the same bytes."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import NamedTuple

from voluncity.kernel.workbook import harmless, write_sheet

COLUMNS = (
    ("序号", 6), ("付款编号", 14), ("收款户名", 34), ("收款账号", 28), ("开户银行", 34),
    ("金额（元）", 16), ("用途", 40),
)  # fmt: skip
_ANY_DAY = (2000, 1, 1, 0, 0, 0)


class Row(NamedTuple):
    """One payment as it goes to the bank, frozen with the list."""

    number: str
    holder: str
    account: str
    bank: str
    fen: int
    what: str


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    cells = [
        [str(place), row.number, row.holder, row.account, row.bank, _yuan(row.fen), row.what]
        for place, row in enumerate(rows, start=1)
    ]
    total = _yuan(sum(row.fen for row in rows))
    return [*cells, ["合计", f"{len(rows)} 笔", "", "", "", total, ""]]


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """Return the list as CSV (UTF-8 with its mark, so that spreadsheets read it)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([label for label, _ in COLUMNS])
    writer.writerows([[harmless(cell) for cell in cells] for cells in _cells(rows)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(rows: Sequence[Row]) -> bytes:
    """Return the list as a workbook; its parts carry no time, so it is always the same."""
    written, out = BytesIO(), BytesIO()
    write_sheet(written, name="拨付清单", columns=COLUMNS, rows=_cells(rows))
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(out, "w") as fixed:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, _ANY_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(part, made.read(name))
    return out.getvalue()


def digest_of(content: bytes) -> str:
    """Return by which a file is recognized (SHA-256, hex)."""
    return hashlib.sha256(content).hexdigest()
