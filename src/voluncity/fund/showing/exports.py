"""Hand a public list over as CSV or JSON, in little memory; equal records make equal bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from voluncity.fund.governance.models import Fund
from voluncity.fund.showing.queries import figures
from voluncity.fund.showing.rules import Asked, Column, Row, Sheet, Value
from voluncity.kernel import workbook

CSV, JSON = "csv", "json"
TYPES = {CSV: "text/csv; charset=utf-8", JSON: "application/json; charset=utf-8"}
YUAN = Column("yuan", "金额（元）", "同一金额，单位是元，两位小数。只在 CSV 里。")
_BOM = "\ufeff"  # without it a spreadsheet takes the text for another encoding
_IN_MEMORY = 2 * 1024 * 1024


@dataclass(frozen=True)
class Made:
    """A file that was made: its bytes, their SHA-256, how many records, their sum in fen."""

    content: BinaryIO
    digest: str
    count: int
    fen: int


def made(sheet: Sheet, fund: Fund, asked: Asked, kind: str) -> Made:
    """Write a list into a file that lies in memory while it is small."""
    content = cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 -- handed on
    seen, count, fen = sha256(), 0, 0

    def counted() -> Iterator[Row]:
        nonlocal count, fen
        for row in figures.every_row(sheet, fund, asked):
            count += 1
            fen += cast(int, row.values["fen"])
            yield row

    for part in _csv(sheet, counted()) if kind == CSV else _json(sheet, fund, asked, counted()):
        raw = part.encode()
        seen.update(raw)
        content.write(raw)
    if kind == JSON:
        tail = f'],"count":{count},"sum_fen":{fen}}}\n'.encode()
        seen.update(tail)
        content.write(tail)
    content.seek(0)
    return Made(content, seen.hexdigest(), count, fen)


def columns_of(sheet: Sheet, kind: str) -> tuple[Column, ...]:
    """Return the fields of a file."""
    return (*sheet.columns, YUAN) if kind == CSV else sheet.columns


def _csv(sheet: Sheet, rows: Iterator[Row]) -> Iterator[str]:
    yield _BOM + _line([column.label for column in columns_of(sheet, CSV)])
    for row in rows:
        fen = cast(int, row.values["fen"])
        values = [row.values[column.key] for column in sheet.columns]
        yield _line([*values, yuan(fen)], is_number=(*_numbers(sheet), True))


def _numbers(sheet: Sheet) -> tuple[bool, ...]:
    return tuple(column.kind in ("money", "count") for column in sheet.columns)


def _line(values: list[Value], is_number: tuple[bool, ...] = ()) -> str:
    """Return one line; a text that looks like a formula is made harmless, a number is none."""
    out = StringIO()
    cells = [
        str(value)
        if place < len(is_number) and is_number[place]
        else workbook.harmless(str(value or ""))
        for place, value in enumerate(values)
    ]
    csv.writer(out).writerow(cells)
    return out.getvalue()


def yuan(fen: int) -> str:
    """Return fen in yuan with two places and nothing else: -1200.50."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _json(sheet: Sheet, fund: Fund, asked: Asked, rows: Iterator[Row]) -> Iterator[str]:
    head = {
        "fund": {"id": fund.pk, "name": fund.full_name},
        "list": sheet.key,
        "title": sheet.title,
        "what": sheet.what,
        "asked": asked.query,
        "fields": [
            {"key": one.key, "label": one.label, "kind": one.kind, "what": one.what}
            for one in sheet.columns
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',"rows":['
    for number, row in enumerate(rows):
        said = json.dumps(dict(row.values), ensure_ascii=False)
        yield f",\n{said}" if number else f"\n{said}"
