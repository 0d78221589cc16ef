"""The people on the lists of policies, as a list of the desk: what the insurer gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people import queries as people
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.honor.insurance.models import Insured
from voluncity.honor.insurance.states import Answer
from voluncity.kernel.masks import mask_id, mask_name, mask_phone
from voluncity.kernel.text import clean, number_in

STANDINGS = (
    ("ready", "投保的人"),
    ("asked", "待答复"),
    ("declined", "不参加"),
    ("out", "不列入"),
    ("late", "开始后加入"),
)
_WANTED = {
    "ready": Q(is_left_out=False) & ~Q(answer__in=[Answer.ASKED, Answer.DECLINED]),
    "asked": Q(is_left_out=False, answer=Answer.ASKED),
    "declined": Q(is_left_out=False, answer=Answer.DECLINED),
    "out": Q(is_left_out=True),
    "late": Q(is_late=True),
}


@dataclass(frozen=True)
class Listed:
    """A row with what may be shown of it."""

    row: Insured
    id_number: str
    phone: str
    is_minor: bool

    @property
    def name(self) -> str:
        """Return the name; a minor's is masked."""
        name = self.row.volunteer.name
        return mask_name(name) if self.is_minor else name

    @property
    def standing(self) -> str:
        """Return whether and why the person is insured."""
        if self.row.is_left_out:
            return "不列入"
        if self.row.answer:
            return str(self.row.get_answer_display())
        return "开始后加入" if self.row.is_late else "开始时在名单"


def ids_asked(query: Query) -> dict[str, int]:
    """Return which policy, list or activity is asked for; anything else is left out."""
    numbers = {
        name: number_in(value)
        for name, value in query
        if name in {"policy", "enrollment", "activity"}
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    del at
    asked, said = ids_asked(query), dict(query)
    found = Insured.objects.in_scope(scope)
    for name, lookup in (
        ("policy", "policy"), ("enrollment", "enrollment"), ("activity", "cover__activity"),
    ):  # fmt: skip
        if name in asked:
            found = found.filter(**{lookup: asked[name]})
    if said.get("standing") in _WANTED:
        found = found.filter(_WANTED[said["standing"]])
    if words := clean(said.get("q", ""))[:30]:
        found = found.filter(Q(volunteer__name=words) | Q(volunteer__number=words))
    rows = found.select_related(
        "volunteer__region", "policy", "enrollment", "cover__activity"
    ).order_by("-policy", "is_late", "-stars", "pk")
    return cast("ScopedQuerySet", rows)


def _said(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    del scope, at
    said = dict(query)
    labels = dict(STANDINGS)
    parts = [(name, f"编号 {pk}") for name, pk in ids_asked(query).items()]
    names = {"policy": "保单", "enrollment": "投保名单", "activity": "活动"}
    words = [(names[name], text) for name, text in parts]
    if said.get("standing") in labels:
        words.append(("名单状态", labels[said["standing"]]))
    if said.get("q"):
        words.append(("姓名或编号", said["q"]))
    return words


def _shown(rows: Sequence[Insured], today: date) -> Iterable[Listed]:
    adult = people.adult_age(on=today)

    def drawn() -> Iterator[Listed]:
        for row in rows:
            one = row.volunteer
            is_minor = people.age(one, today) < adult
            yield Listed(row, people.id_number_of(one), people.phone_of(one), is_minor)

    return drawn()


def _why(one: Listed) -> str:
    row = one.row
    if row.cover is not None:
        return row.cover.activity.name
    return f"{row.stars} 星" if row.stars else "手工加入"


INSURED = Register(
    key="insured",
    title="被保险人名单",
    unit="人",
    page="insurance:desk_people",
    permission=Permission.INSURANCE_SEE,
    export_permission=Permission.INSURANCE_SEE,
    columns=(
        Column("name", "姓名", lambda one: one.name, full=lambda one: one.row.volunteer.name,
               width=12),
        Column("number", "志愿者编号", lambda one: one.row.volunteer.number, width=16),
        Column("id_type", "证件类型", lambda one: one.row.volunteer.get_id_type_display(),
               width=16),
        Column("id_number", "证件号码", lambda one: mask_id(one.id_number),
               full=lambda one: one.id_number, width=22),
        Column("sex", "性别", lambda one: one.row.volunteer.get_sex_display(), width=6,
               is_shown=False),
        Column("born_on", "出生日期", lambda one: str(one.row.volunteer.born_on.year),
               full=lambda one: str(one.row.volunteer.born_on), width=12, is_shown=False),
        Column("phone", "手机号", lambda one: mask_phone(one.phone), full=lambda one: one.phone),
        Column("region", "社区（村）", lambda one: one.row.volunteer.region.name, width=18,
               is_shown=False),
        Column("why", "依据", _why, width=24),
        Column("policy", "保险", lambda one: str(one.row.policy), width=28, is_shown=False),
        Column("standing", "名单状态", lambda one: one.standing),
        Column("reason", "说明", lambda one: one.row.reason, width=24, is_shown=False),
    ),
    found=_found,
    said=_said,
    shown=_shown,
    volunteer_id=lambda one: one.row.volunteer_id,
)  # fmt: skip
