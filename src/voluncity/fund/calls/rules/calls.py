"""A call: its window, who may apply, and how much for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from voluncity.city.orgs.rules import OPEN_KINDS
from voluncity.fund.governance.rules import day
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

TITLE_MOST, INTRO_MOST, CONTACT_MOST, REASON_MOST, REMARK_MOST = 60, 5000, 100, 300, 500
KIND_NAME_MOST, KIND_HINT_MOST, LINE_KINDS_MOST = 20, 60, 20
MOST_EACH, YEARS_MOST, STARS_MOST, WINDOW_DAYS = 20, 50, 5, 366
NAME_MOST = 60
LAST_MINUTE = time(23, 59)
# Merchants give; they are not supported (MISSION B1, G3).
KINDS_THAT_APPLY = tuple(kind for kind in OPEN_KINDS if kind != "merchant")


@dataclass(frozen=True)
class KindPlan:
    """One kind of budget line; `most_percent` of the asked sum, where it is limited."""

    name: str
    hint: str = ""
    most_percent: int | None = None
    # 慈善法 61: the cost of managing is limited, help for those served and volunteers is not.
    is_management: bool = False


@dataclass(frozen=True)
class CallPlan:
    """What the office says about a call; sums in fen, days of the city."""

    title: str
    intro: str
    opens_on: date
    closes_on: date
    least_fen: int
    most_fen: int
    closes_time: time = LAST_MINUTE
    purpose_id: int | None = None
    resolution_id: int | None = None
    contact: str = ""
    kinds: tuple[str, ...] = ()
    region_ids: tuple[int, ...] = ()
    least_years: int = 0
    least_stars: int = 0
    most_each: int = 1
    line_kinds: tuple[KindPlan, ...] = ()

    def checked(self) -> CallPlan:
        """Return the plan with clean words.

        :raises BadInput: at the field that is wrong.
        """
        days = (day(self.closes_on, "closes_on") - day(self.opens_on, "opens_on")).days
        if not 0 <= days <= WINDOW_DAYS:
            raise BadInput("截止日期应在开始日期之后、一年以内，请核对。", field="closes_on")
        if not 0 < self.least_fen <= self.most_fen:
            raise BadInput("最高金额不能低于最低金额，请核对。", field="most")
        if wrong := set(self.kinds) - {str(kind) for kind in KINDS_THAT_APPLY}:
            raise BadInput(f"没有这种组织类型：{'、'.join(sorted(wrong))[:40]}。", field="kinds")
        _bounded(self.least_years, 0, YEARS_MOST, "least_years")
        _bounded(self.least_stars, 0, STARS_MOST, "least_stars")
        _bounded(self.most_each, 1, MOST_EACH, "most_each")
        return replace(
            self,
            title=words(self.title, "title", "通知标题", TITLE_MOST),
            intro=words(self.intro, "intro", "申报说明", INTRO_MOST, long=True),
            contact=words(self.contact, "contact", "联系方式", CONTACT_MOST, wanted=False),
            line_kinds=_line_kinds(self.line_kinds),
        )

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Return when the call opens, and the first instant at which it is over.

        The minute that is named still counts.
        """
        opens = datetime.combine(self.opens_on, time(), CITY_TZ)
        last = datetime.combine(self.closes_on, self.closes_time.replace(second=0), CITY_TZ)
        return opens, last + timedelta(minutes=1)


def near_instant(end: datetime, *, at: datetime, field: str) -> datetime:
    """Return an end that lies ahead by a year at most: it is never brought forward again.

    :raises BadInput: when the year is a slip of the pen.
    """
    if end - at > timedelta(days=WINDOW_DAYS + 1):
        raise BadInput("最多到一年以后，请核对年份。", field=field)
    return end


def _bounded(number: int, least: int, most: int, field: str) -> None:
    if not least <= number <= most:
        raise BadInput(f"请填写 {least} 到 {most} 的整数。", field=field)


def _line_kinds(kinds: Sequence[KindPlan]) -> tuple[KindPlan, ...]:
    if not 1 <= len(kinds) <= LINE_KINDS_MOST:
        raise BadInput(f"请填写 1 到 {LINE_KINDS_MOST} 个预算科目。", field="line_kinds")
    fine = tuple(
        replace(
            one,
            name=words(one.name, "line_kinds", "预算科目", KIND_NAME_MOST),
            hint=words(one.hint, "line_kinds", "科目说明", KIND_HINT_MOST, wanted=False),
        )
        for one in kinds
    )
    if len({one.name for one in fine}) < len(fine):
        raise BadInput("有两个预算科目的名称一样，请改成不同的名称。", field="line_kinds")
    for one in fine:
        if one.most_percent is not None:
            _bounded(one.most_percent, 1, 100, "line_kinds")
    return fine


def parse_line_kinds(text: str) -> tuple[KindPlan, ...]:
    """Return the kinds that the office typed, one a line: “名称 | 最高占比 | 说明”.

    A name that ends in “（管理费）” is the cost of managing.

    :raises BadInput: when a share is no number of percent.
    """
    return tuple(_line_kind(line) for line in text.splitlines() if line.strip())


def _line_kind(line: str) -> KindPlan:
    name, share, hint, *_ = [*(part.strip() for part in line.replace("｜", "|").split("|")), "", ""]
    plain = share.removesuffix("%").removesuffix("％").strip()
    if plain and not (plain.isascii() and plain.isdecimal() and len(plain) <= 3):  # noqa: PLR2004
        raise BadInput(
            f"“{name[:KIND_NAME_MOST]}”的最高占比请写成 30% 这样，不限的留空。", field="line_kinds"
        )
    mark = "（管理费）"
    return KindPlan(
        name.removesuffix(mark), hint, int(plain) if plain else None,
        is_management=name.endswith(mark),
    )  # fmt: skip


def line_kinds_text(kinds: Sequence[Any]) -> str:
    """Return kinds as the office types them."""
    return "\n".join(
        " | ".join((
            f"{one.name}（管理费）" if one.is_management else one.name,
            "" if one.most_percent is None else f"{one.most_percent}%",
            one.hint,
        )).rstrip(" |")
        for one in kinds
    )  # fmt: skip


@dataclass(frozen=True)
class Applicant:
    """What the conditions ask about an organization."""

    kind: str
    region_path: str
    since: datetime
    stars: int
    is_active: bool


@dataclass(frozen=True)
class Condition:
    """One condition of a call in words, and whether somebody meets it."""

    sentence: str
    is_met: bool


def years_before(today: date, years: int) -> date:
    """Return the same day so many years earlier; the leap day's is the day before."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def conditions(
    call: Any, regions: Sequence[Any], one: Applicant, *, at: datetime
) -> list[Condition]:
    """Return every condition of a call with whether this organization meets it."""
    found = [Condition("组织状态正常", one.is_active)]
    if call.kinds:
        found.append(Condition(f"组织类型：{call.kinds_text}", one.kind in call.kinds))
    if regions:
        names = "、".join(region.name for region in regions)
        is_within = any(one.region_path.startswith(region.path) for region in regions)
        found.append(Condition(f"所在地：{names}", is_within))
    if call.least_years:
        latest = years_before(local_date(at), call.least_years)
        found.append(Condition(f"成立满 {call.least_years} 年", local_date(one.since) <= latest))
    if call.least_stars:
        found.append(
            Condition(f"组织星级 {call.least_stars} 星以上", one.stars >= call.least_stars)
        )
    return found
