"""A list that an office has checked but not yet imported: the import page of the demo has one."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from voluncity.city.people import actions as people
from voluncity.city.people.models import User
from voluncity.city.people.states import ImportMode
from voluncity.kernel.identity import id_check_digit

_HEADER = ["姓名", "身份证号", "联系电话", "所在社区（村）", "本人同意", "备注"]
_PEOPLE = (
    ("赵桂英", "19560412", "19903519301", "是"),
    ("钱建华", "19610725", "19903519302", "是"),
    ("孙玉梅", "19681103", "1990351930", "是"),  # a digit is missing
    ("李志刚", "19750219", "19903519304", ""),  # has not signed
    ("周秀兰", "19630830", "", "是"),
)
_COMMUNITY = "140106005001"


def leave_list(office: User, *, at: datetime) -> None:
    """Upload a small list as an office has it, and check it."""
    out = BytesIO()
    rows = [_row(number, *person) for number, person in enumerate(_PEOPLE, start=1)]
    people.write_workbook(out, [["桥东街社区志愿者登记表"], _HEADER, *rows])
    source = people.in_memory("桥东街社区志愿者名单.xlsx", out.getvalue())
    batch = people.upload_list(source=source, by=office, at=at)
    choices = people.Choices(mode=ImportMode.TRIAL)
    people.start_import(batch=batch, choices=choices, by=office, at=at)
    people.run_import(batch_id=batch.pk, clock=lambda: at, processes=0)


def _row(number: int, name: str, born: str, phone: str, agreed: str) -> list[str]:
    first17 = f"140106{born}{700 + number * 2}"
    return [name, first17 + id_check_digit(first17), phone, _COMMUNITY, agreed, ""]
