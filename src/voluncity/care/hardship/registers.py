"""Volunteers in need, and what they were given, as lists of the desk.

Seen and taken out by who may see hardship, and by nobody else; the sealed reason is never in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from voluncity.care.hardship import queries
from voluncity.care.hardship.forms import CaseFilterForm, GiftFilterForm
from voluncity.care.hardship.models import Gift, Hardship
from voluncity.care.hardship.states import CaseState
from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.registers.rules import Cell, Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.kernel.money import yuan_text

_TONES = {CaseState.OPEN: "brand", CaseState.ENDED: "good", CaseState.VOID: "neutral"}


@dataclass(frozen=True)
class Listed:
    """A case or a gift in a list."""

    row: Any
    volunteer: Volunteer
    name: str  # a minor's is masked
    today: date

    @property
    def standing(self) -> str:
        """Return where the case stands, and whether its day has come."""
        case: Hardship = self.row
        is_due = case.state == CaseState.OPEN and case.until and case.until < self.today
        return f"{case.get_state_display()}{'（已到期）' if is_due else ''}"


def names_of(volunteers: Sequence[Volunteer], today: date) -> dict[int, str]:
    """Return the names that a list may show: a minor's is masked."""
    adult_age = people.adult_age(on=today)
    return {
        one.pk: one.name if people.age(one, today) >= adult_age else mask_name(one.name)
        for one in volunteers
    }


def _shown(volunteer_of: Callable[[Any], Volunteer]) -> Callable[..., Iterable[Listed]]:
    def shown(rows: Sequence[Any], today: date) -> Iterator[Listed]:
        names = names_of([volunteer_of(row) for row in rows], today)
        for row in rows:
            one = volunteer_of(row)
            yield Listed(row, one, names[one.pk], today)

    return shown


def _plain(name: str) -> Callable[[Listed], Cell]:
    return lambda one: str(getattr(one.row, name) or "")


def _named(name: str) -> Callable[[Listed], Cell]:
    return lambda one: str(getattr(one.row, f"get_{name}_display")())


def _worth(fen: int | None) -> str:
    return yuan_text(fen) if fen else ""


_WHO = (
    Column("name", "姓名", lambda one: one.name, full=lambda one: one.volunteer.name, width=12),
    Column("number", "编号", lambda one: one.volunteer.number, width=16),
    Column("region", "社区（村）", lambda one: one.volunteer.region.name, width=18),
)
_CASE_COLUMNS = (
    *_WHO,
    Column("need", "困难类型", _named("need"), width=16),
    Column("since", "起始", _plain("since"), width=12),
    Column("until", "预计到", _plain("until"), width=12),
    Column("gifts", "慰问（次）", lambda one: one.row.gift_count, is_number=True, width=10),
    Column("worth", "金额和折价", lambda one: _worth(one.row.gift_fen), is_shown=False),
    Column(
        "state", "状态", lambda one: one.standing,
        tone=lambda one: "warn" if "到期" in one.standing else _TONES[CaseState(one.row.state)],
    ),
    Column("ended", "结束原因", _named("end_reason"), width=20, is_shown=False),
)  # fmt: skip
_GIFT_COLUMNS = (
    Column("given_on", "日期", _plain("given_on"), width=12),
    *_WHO[:1],
    Column("number", "编号", lambda one: one.volunteer.number, width=16, is_shown=False),
    *_WHO[2:],
    Column("what", "慰问内容", _plain("what"), width=24),
    Column("value", "金额或折价", lambda one: _worth(one.row.value_fen), is_number=True),
    Column("occasion", "时机", _named("occasion"), width=20),
    Column("given_by", "慰问单位或个人", _plain("given_by"), width=24),
    Column("signed_by", "签收人", _plain("signed_by"), width=12),
    Column(
        "standing", "是否有效", lambda one: "已冲正" if one.row.reversed_at else "有效",
        tone=lambda one: "bad" if one.row.reversed_at else "", width=10,
    ),
)  # fmt: skip


def case_form(scope: Scope, query: Query, at: datetime) -> CaseFilterForm:
    """Return the filters of the cases that a query asks for."""
    counties = queries.counties_in(scope, on=local_date(at))
    return CaseFilterForm(_asked(query), counties=counties)


def gift_form(scope: Scope, query: Query, at: datetime) -> GiftFilterForm:
    """Return the filters of the gifts that a query asks for."""
    today = local_date(at)
    counties = queries.counties_in(scope, on=today)
    return GiftFilterForm(_asked(query), counties=counties, this_year=today.year)


def _asked(query: Query) -> QueryDict | None:
    return QueryDict(urlencode(query)) if query else None


def _said(form: forms.Form) -> list[tuple[str, str]]:
    """Return what is asked for in words."""
    if not form.is_valid():
        return []
    return [
        (str(form.fields[name].label), _words(form.fields[name], value))
        for name, value in form.cleaned_data.items()
        if value not in ("", None)
    ]


def _words(field: forms.Field, value: object) -> str:
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return labels.get(str(value), str(value))


def _cases(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    return cast("ScopedQuerySet", queries.cases(scope, case_form(scope, query, at).filters()))


def _gifts(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    return cast("ScopedQuerySet", queries.gifts(scope, gift_form(scope, query, at).filters()))


def _case_words(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    return _said(case_form(scope, query, at))


def _gift_words(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    form = gift_form(scope, query, at)
    return [
        ("年份", f"{form.filters().year} 年"),
        *(one for one in _said(form) if one[0] != "年份"),
    ]


def _case_person(case: Hardship) -> Volunteer:
    return case.volunteer


def _gift_person(gift: Gift) -> Volunteer:
    return gift.hardship.volunteer


CASES = Register(
    key="hardship",
    title="困难志愿者名册",
    unit="人",
    page="hardship:desk_list",
    row_page="hardship:desk_detail",
    permission=Permission.HARDSHIP_SEE,
    export_permission=Permission.HARDSHIP_SEE,
    columns=_CASE_COLUMNS,
    found=_cases,
    said=_case_words,
    shown=_shown(_case_person),
    volunteer_id=lambda one: one.volunteer.pk,
)
GIFTS = Register(
    key="gifts",
    title="慰问记录",
    unit="次",
    page="hardship:desk_gifts",
    row_page="hardship:desk_detail",
    row_id=lambda gift: gift.hardship_id,
    permission=Permission.HARDSHIP_SEE,
    export_permission=Permission.HARDSHIP_SEE,
    columns=_GIFT_COLUMNS,
    found=_gifts,
    said=_gift_words,
    shown=_shown(_gift_person),
    volunteer_id=lambda one: one.volunteer.pk,
)
