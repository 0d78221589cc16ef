"""How many stars an organization's numbers reach, and why not one more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voluncity.city.orgs.states import Kind
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

MOST_STARS = 5
REASON_MOST = 300
# Who is rated unless the office chooses otherwise: those that exist to serve (seed PY).
USUAL_KINDS = (Kind.REGISTERED, Kind.FILED, Kind.INTERNAL)
RATED_KINDS = (*USUAL_KINDS, Kind.UNIT, Kind.MODEL_UNIT, Kind.COMMUNITY)
FIRST_YEAR = 2010
STAR_WORDS = ("未评星", "一星级", "二星级", "三星级", "四星级", "五星级")


@dataclass(frozen=True)
class Measure:
    """One number that is asked, with its unit and where it comes from."""

    key: str
    label: str
    unit: str
    source: str
    is_minutes: bool = False

    def words(self, value: int) -> str:
        """Return a value with its unit."""
        return hours_text(value) if self.is_minutes else f"{value} {self.unit}"


MEASURES = (
    Measure(
        "members", "成员", "人", "成员名册：年末（本年为今天）在册人数，含下级组织，同一人只算一次"
    ),
    Measure("minutes", "全年服务时长", "分钟", "已入账的服务记录，按服务日期", is_minutes=True),
    Measure("projects", "开展活动的项目", "个", "当年有活动并产生入账时长的项目"),
    Measure("activities", "开展的活动", "场", "当年产生入账时长的活动"),
    Measure("trained", "培训", "人次", "培训登记，按培训日期"),
)
BY_KEY = {measure.key: measure for measure in MEASURES}
Figures = Mapping[str, int]


@dataclass(frozen=True)
class Rung:
    """What one star asks."""

    stars: int
    least: Figures


@dataclass(frozen=True)
class Reason:
    """One number against what the present and the next star ask of it."""

    label: str
    value: str
    source: str
    needed: str  # for the next star; empty where it is reached
    is_short: bool


def reached(ladder: Sequence[Rung], figures: Figures) -> int:
    """Return the highest star all of whose numbers are reached; every lower one must be, too."""
    stars = 0
    for rung in sorted(ladder, key=lambda rung: rung.stars):
        if any(figures[key] < least for key, least in rung.least.items()):
            break
        stars = rung.stars
    return stars


def reasons(ladder: Sequence[Rung], figures: Figures) -> list[Reason]:
    """Say for each number where it comes from, and what the next star would need."""
    stars = reached(ladder, figures)
    above = [rung for rung in ladder if rung.stars > stars]
    step = min(above, key=lambda rung: rung.stars) if above else None
    return [_reason(measure, figures[measure.key], step) for measure in MEASURES]


def _reason(measure: Measure, value: int, step: Rung | None) -> Reason:
    needed = step.least[measure.key] if step else 0
    is_short = value < needed
    return Reason(
        label=measure.label,
        value=measure.words(value),
        source=measure.source,
        needed=measure.words(needed) if is_short else "",
        is_short=is_short,
    )


def reason(value: str) -> str:
    """Return why a proposal is adjusted; it is shown with the result.

    :raises BadInput: when there is none, or it is too long.
    """
    words = clean(value, max_length=REASON_MOST, field="reason", multiline=True, label="理由")
    if not words:
        raise BadInput("请写明理由，它会和结果一起留存。", field="reason")
    return words


def stars(value: Any) -> int:
    """Return a number of stars, none to five.

    :raises BadInput: when it is another number.
    """
    if not isinstance(value, int) or not 0 <= value <= MOST_STARS:
        raise BadInput("请选择星级。", field="stars")
    return value
