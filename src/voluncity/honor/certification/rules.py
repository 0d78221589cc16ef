"""Which grade somebody's numbers reach, why not one more, and who missed it narrowly."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from voluncity.city.regions.models import Level
from voluncity.honor.certification.models import WORDS_MOST, Grade, Ladder
from voluncity.honor.certification.states import NAMES, HonorKind, grade_name
from voluncity.kernel.clock import local_date
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

NEAR_PERCENT = 90  # who has so much of everything that is asked missed it narrowly
FIRST_DAY = date(2010, 1, 1)
LEAST_WORDS = 4
MOST_WORKDAYS = 60
SERIAL_LETTERS = {HonorKind.STARS: "XJ", HonorKind.MEDALS: "JZ"}
ABSENCE_MONTHS = 12

Values = Mapping[str, int]


@dataclass(frozen=True)
class Measure:
    """One number that a grade asks for, with its unit and where it comes from."""

    key: str
    label: str
    unit: str
    source: str

    @property
    def is_minutes(self) -> bool:
        """Return whether it is told in hours."""
        return self.unit == "小时"

    def told(self, value: int) -> str:
        """Return a value with its unit."""
        return hours_text(value) if self.is_minutes else f"{value} {self.unit}"


MEASURES = (
    Measure(
        "minutes", "累计时长", "小时", "时长台账：截至日以前已入账的全部时长，合并的登记合在一起"
    ),
    Measure("year_minutes", "当年时长", "小时", "截至日所在年度已入账的时长"),
    Measure("proven_percent", "信用时长占比", "%", "签到签退证明的时长占累计时长的比例，只舍不入"),
    Measure("category_minutes", "指定类别时长", "小时", "该类别项目的已入账服务记录"),
    Measure("months", "注册满", "个月", "第一次登记为志愿者到截至日的整月数"),
    Measure(
        "points",
        "累计获得积分",
        "分",
        "积分台账：截至日以前按规则获得的积分，用掉、过期的也算，转赠的不算",
    ),
    Measure("trainings", "有效培训", "项", "截至日以前通过、没有撤销的培训，同一课程算一项"),
    Measure("stars", "已认定星级", "星", "以前批次认定、没有撤销的最高星级"),
)
BY_KEY = {measure.key: measure for measure in MEASURES}


@dataclass(frozen=True)
class Rung:
    """What one grade asks, and up to which level it is certified."""

    grade: int
    level: str
    least: Values


@dataclass(frozen=True)
class Rule:
    """A whole ladder: its grades, and the quality that each of them asks."""

    kind: str
    rungs: tuple[Rung, ...]
    category_id: int | None = None
    clean_months: int = 0
    absences_most: int | None = None

    @property
    def asked(self) -> tuple[Measure, ...]:
        """Return the numbers that any grade asks for."""
        return tuple(m for m in MEASURES if any(rung.least[m.key] for rung in self.rungs))


@dataclass(frozen=True)
class Reason:
    """One number beside what a grade asks of it."""

    label: str
    value: str
    needed: str
    is_short: bool
    source: str


def rule_of(ladder: Ladder, grades: Iterable[Grade]) -> Rule:
    """Return a ladder as a rule."""
    rungs = [
        Rung(one.grade, one.level, {m.key: getattr(one, m.key) for m in MEASURES}) for one in grades
    ]
    return Rule(
        kind=ladder.kind,
        rungs=tuple(sorted(rungs, key=lambda rung: rung.grade)),
        category_id=ladder.category_id,
        clean_months=ladder.clean_months,
        absences_most=ladder.absences_most,
    )


def within(rule: Rule, level: str) -> tuple[Rung, ...]:
    """Return the grades that an office of a level may certify."""
    if level == Level.CITY:
        return rule.rungs
    return tuple(rung for rung in rule.rungs if rung.level == Level.COUNTY)


def reached(rule: Rule, values: Values, *, level: str) -> int:
    """Return the highest grade of a level all of whose numbers are reached, 0 for none."""
    if _blemishes(rule, values):
        return 0
    rungs = within(rule, level)
    return max((rung.grade for rung in rungs if not _short(rung, values)), default=0)


def meets(rule: Rule, grade: int, values: Values) -> bool:
    """Return whether somebody's numbers reach one grade."""
    rung = next(rung for rung in rule.rungs if rung.grade == grade)
    return not _short(rung, values) and not _blemishes(rule, values)


def narrowly(rule: Rule, values: Values, *, level: str) -> int:
    """Return the grade that somebody without any missed narrowly, 0 for none.

    Nine tenths of everything that the lowest open grade asks, or all of it but the quality.
    """
    rungs = [rung for rung in within(rule, level) if rung.grade > values["held"]]
    if _blemishes(rule, values):
        return max((rung.grade for rung in rungs if not _short(rung, values)), default=0)
    first = min(rungs, key=lambda rung: rung.grade, default=None)
    if first is None or any(
        values[m.key] * 100 < first.least[m.key] * NEAR_PERCENT for m in MEASURES
    ):
        return 0
    return first.grade


def _short(rung: Rung, values: Values) -> bool:
    return any(values[key] < least for key, least in rung.least.items())


def _blemishes(rule: Rule, values: Values) -> list[Reason]:
    return [one for one in _quality(rule, values) if one.is_short]


def explained(rule: Rule, grade: int, values: Values) -> list[Reason]:
    """Say for each number that the ladder asks what somebody has and what the grade asks."""
    rung = next((rung for rung in rule.rungs if rung.grade == grade), rule.rungs[-1])
    numbers = [
        Reason(
            m.label, m.told(values[m.key]), m.told(rung.least[m.key]),
            values[m.key] < rung.least[m.key], m.source,
        )
        for m in rule.asked
    ]  # fmt: skip
    return [*numbers, *_quality(rule, values)]


def _quality(rule: Rule, values: Values) -> list[Reason]:
    found = []
    if rule.clean_months:
        found.append(
            Reason(
                f"近 {rule.clean_months} 个月的处理和在办核查",
                f"{values['cases']} 件",
                "0 件",
                values["cases"] > 0,
                "时长核查：认定有问题的，和还没有办完的",
            )
        )
    if rule.absences_most is not None:
        found.append(
            Reason(
                f"近 {ABSENCE_MONTHS} 个月无故缺席",
                f"{values['absences']} 次",
                f"最多 {rule.absences_most} 次",
                values["absences"] > rule.absences_most,
                "已确认、没有撤销的缺席",
            )
        )
    return found


def missing(rule: Rule, grade: int, values: Values) -> str:
    """Return in words what somebody lacks for a grade."""
    short = [one for one in explained(rule, grade, values) if one.is_short]
    return "；".join(f"{one.label} {one.value}（要求 {one.needed}）" for one in short)


def checked_rungs(kind: str, rungs: Sequence[Rung]) -> None:
    """Refuse a ladder that is not whole, asks no hours, or asks less above than below.

    :raises BadInput: at the field.
    """
    if [rung.grade for rung in rungs] != list(range(1, len(NAMES[kind]) + 1)):
        raise BadInput("每个等次都要填写。", field="valid_from")
    for rung in rungs:
        name = grade_name(kind, rung.grade)
        if not rung.least["minutes"] and not rung.least["year_minutes"]:
            raise BadInput(f"{name}要有累计时长或当年时长的要求。", field=f"minutes_{rung.grade}")
        if rung.least["proven_percent"] > 100:  # noqa: PLR2004 -- per cent
            raise BadInput("占比不能超过 100%。", field=f"proven_percent_{rung.grade}")
    for lower, upper in itertools.pairwise(rungs):
        _refuse_less(kind, lower, upper)


def _refuse_less(kind: str, lower: Rung, upper: Rung) -> None:
    for m in MEASURES:
        if upper.least[m.key] < lower.least[m.key]:
            raise BadInput(
                f"{grade_name(kind, upper.grade)}的“{m.label}”不能低于"
                f"{grade_name(kind, lower.grade)}。",
                field=f"{m.key}_{upper.grade}",
            )
    if lower.least["minutes"] == upper.least["minutes"] and lower.least == upper.least:
        raise BadInput(
            f"{grade_name(kind, upper.grade)}的要求和{grade_name(kind, lower.grade)}一样，请区分。",
            field=f"minutes_{upper.grade}",
        )
    if lower.level == Level.CITY and upper.level != Level.CITY:
        raise BadInput("等次越高，认定层级不能越低。", field=f"level_{upper.grade}")


def said(value: str, *, label: str, field: str = "reason") -> str:
    """Return words that stay with the decision.

    :raises BadInput: when there are too few or too many.
    """
    text = words(value, field, label, WORDS_MOST, long=True)
    if len(text) < LEAST_WORDS:
        raise BadInput(f"请把{label}写清楚，至少 {LEAST_WORDS} 个字。", field=field)
    return text


def months_between(first: date, last: date) -> int:
    """Return how many whole months lie between two days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(0, months - (last.day < first.day))


def months_back(day: date, months: int) -> date:
    """Return the first day of the month so many months before a day's."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def new_serial(kind: str, *, at: datetime) -> str:
    """Return a certificate number: kind, day and eight random digits, so none can be guessed."""
    return f"{SERIAL_LETTERS[HonorKind(kind)]}{local_date(at):%Y%m%d}{secrets.randbelow(10**8):08d}"


def fresh_serials(kind: str, number: int, *, at: datetime) -> list[str]:
    """Return so many different numbers."""
    made: dict[str, None] = {}
    while len(made) < number:
        made[new_serial(kind, at=at)] = None
    return list(made)
