"""Print a voucher, and the sheet of a month."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.honor.rewards import codes, queries
from voluncity.honor.rewards.models import Sheet, SheetLine, Voucher
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date, stamp_text
from voluncity.kernel.masks import mask_name
from voluncity.web import printing

_DATA = Path(__file__).parent / "data"


def voucher_pdf(voucher: Voucher) -> bytes:
    """Return a voucher on A5 paper, for who has no phone at hand."""
    token = codes.paper_token(voucher.pk, paper_number=voucher.paper_number)
    shops = queries.shops_for(voucher)
    facts = {
        "number": voucher.number,
        "title": voucher.version.title,
        "merchant": voucher.merchant.name,
        "name": mask_name(voucher.volunteer.name),
        "until": _day(voucher.use_until),
        "terms": voucher.version.terms,
        "shops": [[one.name, one.address, one.hours] for one in shops],
        "city": settings.VOLUNCITY_CITY_NAME,
    }
    address = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('rewards:scan')}?code={token}"
    return printing.pdf(_DATA / "voucher.typ", facts, qr=address)


def sheet_pdf(sheet: Sheet, lines: list[SheetLine]) -> bytes:
    """Return the sheet of a month on A4 paper."""
    facts = {
        "number": sheet.number,
        "merchant": sheet.merchant.name,
        "month": sheet.month,
        "state": sheet.get_state_display(),
        "count": sheet.count,
        "corrections": sheet.corrections,
        "total": sheet.total_text,
        "lines": [[str(cell) for cell in _cells(one)] for one in lines],
        "merchant_by": _signed(sheet.merchant_by, sheet.merchant_at),
        "office_by": _signed(sheet.office_by, sheet.office_at),
    }
    page = reverse("rewards:desk_sheet", args=[sheet.pk])
    return printing.pdf(_DATA / "sheet.typ", facts, qr=f"{settings.VOLUNCITY_PUBLIC_URL}{page}")


def sheet_workbook(sheet: Sheet, lines: list[SheetLine]) -> bytes:
    """Return the sheet of a month as a workbook; money in yuan with two decimals, as text."""
    out = BytesIO()
    columns = (
        ("时间", 18), ("券号", 14), ("兑换项目", 28), ("门店", 16), ("类别", 20),
        ("金额（元）", 12), ("金额（分）", 12),
    )  # fmt: skip
    rows: list[tuple[str | int, ...]] = [(*_cells(one), one.fen) for one in lines]
    rows.append(("合计", "", "", "", "", _yuan(sheet.total_fen), sheet.total_fen))
    workbook.write_sheet(out, name=f"{sheet.month} 结算单", columns=columns, rows=rows)
    return out.getvalue()


def _cells(line: SheetLine) -> tuple[str, ...]:
    one = line.redemption
    return (
        stamp_text(one.at), one.voucher.number,
        one.voucher.version.title, one.shop.name, line.get_kind_display(), _yuan(line.fen),
    )  # fmt: skip


def _yuan(fen: int) -> str:
    sign = "−" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _signed(person: object, at: datetime | None) -> str:
    return f"{person}　{_day(local_date(at))}" if person is not None and at else ""


def _day(day: date) -> str:
    return f"{day:%Y}年{day:%m}月{day:%d}日"
