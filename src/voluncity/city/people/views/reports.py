"""A report row by row, as a file that spreadsheets open."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from voluncity.city.people import actions
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.workbook import TYPE, harmless

_IN_MEMORY = 2 * 1024 * 1024


class _Echo:
    """Hands back what a writer writes."""

    def write(self, value: str) -> str:
        return value


def table_file(kind: str, stem: str, rows: Iterable[Sequence[str]]) -> HttpResponseBase:
    """Return rows as CSV (with the mark by which Excel knows UTF-8) or as XLSX.

    :raises NotFound: for any other kind.
    """
    if kind == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(
            _csv_lines(rows), content_type="text/csv; charset=utf-8"
        )
    elif kind == "xlsx":
        answer = workbook(stem, rows)
    else:
        raise NotFound("没有这种格式，请下载 CSV 或 XLSX。")
    named = content_disposition_header(as_attachment=True, filename=f"{stem}.{kind}")
    answer["Content-Disposition"] = str(named)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(map(harmless, row))


def workbook(stem: str, rows: Iterable[Sequence[str]]) -> FileResponse:
    """Return rows as an XLSX file."""
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- the answer closes it
    actions.write_workbook(out, rows)
    out.seek(0)
    answer = FileResponse(out, content_type=TYPE, as_attachment=True, filename=f"{stem}.xlsx")
    answer["Cache-Control"] = "private, no-store"
    return answer
