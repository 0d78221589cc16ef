"""Hand the books over: every movement with the seal of the journal, as CSV or workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import islice

from voluncity.city.journal.models import Entry as Sealed
from voluncity.fund.books import queries
from voluncity.fund.books.models import Entry
from voluncity.fund.books.queries import Filters
from voluncity.fund.governance.models import Fund
from voluncity.kernel import workbook
from voluncity.kernel.clock import CITY_TZ

Row = tuple[str | int, ...]
COLUMNS = (
    ("账目编号", 10), ("发生日期", 12), ("入账时间", 20), ("收支类别", 14), ("冲正", 8),
    ("资金", 16), ("用于", 16), ("付方账户", 40), ("收方账户", 40), ("金额（元）", 16),
    ("金额（分）", 16), ("立项", 20), ("来源", 20), ("事由", 40), ("决议", 18), ("经办", 12),
    ("幂等键", 30), ("封存序号", 12), ("封存摘要", 66),
)  # fmt: skip
_AT_ONCE = 500
_BOM = "\ufeff"  # without it a spreadsheet takes the text for another encoding


def rows(fund: Fund, year: int) -> Iterator[Row]:
    """Return the movements of a year, oldest first, each with its seal."""
    found = queries.entries(fund, Filters(year=year)).order_by("on", "pk")
    every = found.iterator(chunk_size=_AT_ONCE)
    while portion := list(islice(every, _AT_ONCE)):
        seals = _seals([one.pk for one in portion])
        for one in portion:
            yield _row(one, *seals.get(one.pk, ("", "还没有封存")))


def _seals(ids: list[int]) -> dict[int, tuple[str, str]]:
    found = Sealed.objects.filter(
        subject_type="books_entry", subject_id__in=ids, verb="books.book", sequence__isnull=False
    )
    return {
        pk: (str(sequence), digest or "")
        for pk, sequence, digest in found.values_list("subject_id", "sequence", "hash")
        if pk is not None
    }


def _row(one: Entry, sequence: str, digest: str) -> Row:
    transfer = one.transfer
    fen = transfer.amount
    return (
        one.pk, one.on.isoformat(), f"{transfer.at.astimezone(CITY_TZ):%Y-%m-%d %H:%M:%S}",
        one.get_kind_display(), "冲正" if one.sign < 0 else "",
        one.purpose.name if one.purpose else "非限定", one.serves.name if one.serves else "",
        transfer.debit.key, transfer.credit.key, f"{fen // 100}.{fen % 100:02d}", fen,
        one.award, transfer.source, transfer.reason,
        one.resolution.number if one.resolution else "", str(transfer.by or "系统"),
        transfer.key, sequence, digest,
    )  # fmt: skip


def as_csv(lines: list[Row]) -> bytes:
    """Return the movements as CSV, which every program reads."""
    out = StringIO()
    out.write(_BOM)
    writer = csv.writer(out)
    writer.writerow([name for name, _ in COLUMNS])
    for line in lines:
        writer.writerow([workbook.harmless(c) if isinstance(c, str) else c for c in line])
    return out.getvalue().encode()


def as_workbook(lines: list[Row], *, name: str) -> bytes:
    """Return the movements as a workbook."""
    out = BytesIO()
    workbook.write_sheet(out, name=name, columns=COLUMNS, rows=lines)
    return out.getvalue()
