"""Take an attendance list from paper, row by row: the good rows count, each other one says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.queries.tables import sheets
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import half_width_digits
from voluncity.service.teaching import queries
from voluncity.service.teaching.actions.settling import hold, planned_minutes, tell, write
from voluncity.service.teaching.models import Outcome, Session
from voluncity.service.teaching.states import Source

_COLUMNS = {
    "number": ("志愿者编号", "编号", "志愿者号", "证号"),
    "name": ("姓名", "志愿者姓名", "学员姓名", "学员"),
    "minutes": ("学习分钟", "学习时长", "学习时长（分钟）", "时长", "分钟"),
}
_LOOKED_AT = 10
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Line:
    """One row of the list: who it names, and what came of it."""

    number: int
    who: str
    problem: str = ""


@dataclass(frozen=True)
class Row:
    """One row as it was written."""

    line: int
    number: str
    name: str
    minutes: str


def read_attendance(name: str, content: bytes) -> list[Row]:
    """Return the rows of a list.

    :raises BadInput: at `file`, when it is no such list.
    """
    for records in sheets(name, content):
        rows = enumerate(records, start=1)
        columns = _header(rows)
        if columns:
            return _rows(rows, columns)
    raise _wrong("没有找到“志愿者编号”这一列，请在第一行写上列名。")


def _header(rows: Iterator[tuple[int, list[str]]]) -> dict[str, int]:
    for number, record_ in rows:
        titles = [cell.strip() for cell in record_]
        found = {
            key: titles.index(title)
            for key, names in _COLUMNS.items()
            for title in names
            if title in titles
        }
        if "number" in found:
            return found
        if number >= _LOOKED_AT:
            break
    return {}


def _rows(rows: Iterator[tuple[int, list[str]]], columns: dict[str, int]) -> list[Row]:
    def cell(record_: Sequence[str], key: str) -> str:
        place = columns.get(key)
        text = record_[place].strip() if place is not None and place < len(record_) else ""
        return half_width_digits(text)[:60]

    found: list[Row] = []
    for line, record_ in rows:
        if not any(one.strip() for one in record_):
            continue
        if len(found) == MOST_ROWS:
            raise _wrong(f"一次最多登记 {MOST_ROWS:,} 行，请分成几个文件。")
        found.append(Row(line, *(cell(record_, key) for key in ("number", "name", "minutes"))))
    if not found:
        raise _wrong("清单里没有人，请核对后重新选择。")
    return found


def _wrong(sentence: str) -> BadInput:
    return BadInput(sentence, code="teaching.list", field="file")


@transaction.atomic
def take_attendance(*, session_id: int, rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Write down who attended by the list; return what came of each row.

    Sent again, a corrected list adds only who is not known yet.
    :raises Refusal: while the session is not over.
    """
    hold(session_id)
    session = queries.session_of(session_id)
    if at < session.activity.ends_at:
        raise Refusal("培训还没有结束，请在最后一次课结束后再登记。", code="teaching.not_over")
    people = _people(rows)
    known = set(session.outcomes.values_list("volunteer_id", flat=True))
    planned, lines, made = planned_minutes(session), [], []
    for row in rows:
        try:
            volunteer = _volunteer(row, people, known, by)
            minutes = _minutes(row, planned)
        except BadInput as problem:
            lines.append(Line(row.line, row.name or row.number, problem.sentence))
            continue
        made.append(_written(session, volunteer, minutes, planned, by=by, at=at))
        known.add(volunteer.pk)
        lines.append(Line(row.line, row.name or row.number))
    record("teaching.take_attendance", session, by=by, at=at, people=len(made))
    tell(made, by=by, at=at)
    return lines


def _people(rows: Sequence[Row]) -> dict[str, Volunteer]:
    numbers = {row.number for row in rows}
    return {one.number: one for one in Volunteer.objects.filter(number__in=numbers, closed_at=None)}


def _volunteer(row: Row, people: dict[str, Volunteer], known: set[int], by: User) -> Volunteer:
    found = people.get(row.number)
    if found is None:
        raise BadInput("没有这个编号的志愿者，请核对。")
    if row.name and row.name != found.name:
        raise BadInput("姓名与编号不是同一个人，请核对。")
    if found.user_id == by.pk:
        raise BadInput("不能登记自己，请由同事登记。")
    if found.pk in known:
        raise BadInput("这个人已经登记过，没有重复登记。")
    return found


def _minutes(row: Row, planned: int) -> int:
    digits = row.minutes.removesuffix("分钟").removesuffix(".0").strip()
    if not digits:
        return planned
    if not digits.isascii() or not digits.isdecimal() or not 1 <= int(digits[:6]) <= planned:
        raise BadInput(f"学习分钟应为 1 到 {planned} 之间的整数，请改正。")
    return int(digits)


def _written(
    session: Session, volunteer: Volunteer, minutes: int, planned: int, *, by: User, at: datetime
) -> Outcome:
    one = Outcome(
        session=session, volunteer=volunteer, minutes=minutes, planned_minutes=planned,
        source=Source.LIST,
    )  # fmt: skip
    return write(one, by=by, at=at)
