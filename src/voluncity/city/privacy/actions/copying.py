"""Take everything along that is kept about a person (PIPL art. 45): made at once, kept nowhere."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.actions import limits
from voluncity.city.people.models import User, Volunteer
from voluncity.city.privacy import queries
from voluncity.city.privacy.rules import COPIES
from voluncity.kernel.own_data import Cell, Section

FORMAT = "voluncity.copy/1"
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_READ_ME = """这是您在志愿服务平台上的全部个人信息，制作时间 {made_at}。
全部内容.json 供其他系统读取；其余每个 .csv 文件是一张表，可以用表格软件打开。
时间均带时区；时长以分钟计。文件里有完整的证件号码和手机号，请妥善保管，不要转发。
"""


@dataclass(frozen=True)
class Copy:
    """A finished archive and its name."""

    file_name: str
    content: bytes


def take_along(*, volunteer: Volunteer, by: User, at: datetime) -> Copy:
    """Return everything about a volunteer as a ZIP of JSON and CSV, and journal that it was made.

    The archive goes to the person and is stored nowhere, so none has to be deleted.

    :raises TooMany: after ten copies in a day.
    """
    limits.use(COPIES, key=str(by.pk), at=at)
    with transaction.atomic():
        sections = queries.copy_of(volunteer)
        record(
            "privacy.take_along", volunteer, by=by, at=at,
            on_behalf_of=None if volunteer.user_id == by.pk else volunteer,
        )  # fmt: skip
    name = f"voluncity-{volunteer.number}.zip"
    return Copy(name, archive(sections, number=volunteer.number, at=at))


def archive(sections: Iterable[Section], *, number: str, at: datetime) -> bytes:
    """Return the sections as an archive."""
    found, target = list(sections), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archived:
        archived.writestr("请先读我.txt", _READ_ME.format(made_at=at.isoformat()))
        archived.writestr("全部内容.json", _json(found, number, at))
        for place, section in enumerate(found, start=1):
            archived.writestr(f"{place:02d}-{section.title}.csv", _csv(section))
    return target.getvalue()


def _json(sections: list[Section], number: str, at: datetime) -> str:
    content = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "volunteer_number": number,
        "sections": {
            section.key: {
                "title": section.title,
                "columns": section.columns,
                "rows": section.rows,
            }
            for section in sections
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _csv(section: Section) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(section.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in section.rows)
    return text.getvalue().encode("utf-8-sig")  # the mark by which spreadsheets know UTF-8


def _harmless(cell: Cell) -> Cell:
    is_formula = isinstance(cell, str) and cell.startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell
