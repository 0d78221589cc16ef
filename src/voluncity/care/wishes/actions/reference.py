"""Keep the kinds of wishes with their values, and the themes of festivals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.care.wishes import rules
from voluncity.care.wishes.models import Theme, WishKind
from voluncity.care.wishes.states import Drawing, Tone
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean

_KINDS = Path(__file__).parent.parent / "data" / "kinds.json"


@dataclass(frozen=True)
class ThemePlan:
    """What a theme looks like, and when wishes may be gathered under it."""

    title: str
    drawing: str
    starts_on: date
    ends_on: date
    words: str = ""
    tone: str = Tone.BRAND


@transaction.atomic
def load_kinds() -> None:
    """Add the kinds of the data file that the city does not have yet; harmless to repeat."""
    rows: list[tuple[str, str, str, int, int]] = json.loads(_KINDS.read_text(encoding="utf-8"))
    for position, (key, name, icon, worth, most) in enumerate(rows):
        WishKind.objects.get_or_create(
            key=key,
            defaults={
                "name": name, "icon": icon, "position": position,
                "worth_minutes": worth, "most_minutes": most,
            },
        )  # fmt: skip


@transaction.atomic
def add_kind(*, name: str, worth: int, most: int, by: User, at: datetime) -> WishKind:
    """Add a kind of wish at the end of the list.

    :raises BadInput: when the name is missing, too long or taken, or the values are not right.
    """
    label = clean(name, max_length=rules.KIND_NAME_MOST, field="name", label="类型名称")
    if not label:
        raise BadInput("请填写类型名称。", field="name")
    _check_values(worth, most)
    last = WishKind.objects.aggregate(last=Max("position"))["last"] or 0
    kind = WishKind(
        key=f"k{token_hex(4)}", name=label, position=last + 1,
        worth_minutes=worth, most_minutes=most,
    )  # fmt: skip
    try:
        with transaction.atomic():
            kind.save(force_insert=True)
    except IntegrityError:
        raise BadInput("已经有这个类型，请换个名称。", field="name") from None
    record("wishes.add_kind", ("wishkind", None), by=by, at=at, worth=worth, most=most)
    return kind


@transaction.atomic
def value_kind(*, key: str, worth: int, most: int, by: User, at: datetime) -> None:
    """Say anew what a kind of wish is worth; wishes that were valued keep their value.

    :raises BadInput: when the values are not right.
    """
    _check_values(worth, most)
    WishKind.objects.filter(pk=key).update(worth_minutes=worth, most_minutes=most)
    record("wishes.value_kind", ("wishkind", None), by=by, at=at, worth=worth, most=most)


def _check_values(worth: int, most: int) -> None:
    if not 1 <= worth <= most:
        raise BadInput("建议时长应不超过最多时长，请重新填写。", field="worth")


@transaction.atomic
def end_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind no more; wishes of it keep it.

    :raises WrongState: when it is ended already, or is the last one.
    """
    if not WishKind.objects.filter(ended_at=None).exclude(pk=key).exists():
        raise WrongState("至少要保留一个类型，请先添加新的类型。", code="wishes.last_kind")
    _turn(key, {"ended_at": None}, at)
    record("wishes.end_kind", ("wishkind", None), by=by, at=at)


@transaction.atomic
def reopen_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind again.

    :raises WrongState: when it is offered already.
    """
    _turn(key, {"ended_at__isnull": False}, None)
    record("wishes.reopen_kind", ("wishkind", None), by=by, at=at)


def _turn(key: str, now_is: dict[str, object], ended_at: datetime | None) -> None:
    if not WishKind.objects.filter(pk=key, **now_is).update(ended_at=ended_at):
        raise WrongState("这个类型刚刚改过，请刷新页面。", code="wishes.kind_changed")


@transaction.atomic
def add_theme(*, plan: ThemePlan, by: User, at: datetime) -> Theme:
    """Gather wishes under a festival from one day to another.

    :raises BadInput: when the title is taken, or the days are out of order.
    """
    theme = Theme(**_checked(plan))
    try:
        with transaction.atomic():
            theme.save(force_insert=True)
    except IntegrityError:
        raise BadInput("已经有这个名称的主题，请加上年份。", field="title") from None
    record("wishes.add_theme", theme, by=by, at=at)
    return theme


@transaction.atomic
def change_theme(*, theme: Theme, plan: ThemePlan, by: User, at: datetime) -> Theme:
    """Change a theme; wishes stay under it.

    :raises BadInput: when the title is taken, or the days are out of order.
    """
    try:
        with transaction.atomic():
            Theme.objects.filter(pk=theme.pk).update(**_checked(plan))
    except IntegrityError:
        raise BadInput("已经有这个名称的主题，请加上年份。", field="title") from None
    record("wishes.change_theme", theme, by=by, at=at)
    theme.refresh_from_db()
    return theme


def _checked(plan: ThemePlan) -> dict[str, object]:
    title = clean(plan.title, max_length=rules.THEME_MOST, field="title", label="名称")
    if not title:
        raise BadInput("请填写主题名称。", field="title")
    if plan.ends_on < plan.starts_on:
        raise BadInput("结束日期不能早于开始日期。", field="ends_on")
    return {
        "title": title,
        "words": clean(plan.words, max_length=60, field="words", label="一句话"),
        "tone": Tone(plan.tone),
        "drawing": Drawing(plan.drawing),
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
    }
