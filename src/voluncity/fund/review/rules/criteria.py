"""What experts score by: criteria with weights in percent, kept as data, version by version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits, words

TITLE_MOST, HINT_MOST, REASON_MOST = 30, 200, 300
CRITERIA_MOST = 10
WHOLE = 100  # the weights together, in percent
EXPERTS_MOST = 9
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Criterion:
    """One thing that is scored from 0 to 100; its weight is a percentage."""

    key: str
    title: str
    hint: str
    weight: int


# What a new review starts from; the office changes it (RULES.md §2: a fund sets its own criteria).
USUAL = (
    Criterion("c1", "需求和意义", "要解决的问题是否真实、紧迫，受益人群是否清楚。", 25),
    Criterion("c2", "方案可行", "做法、人员、进度是否具体，做得成。", 30),
    Criterion("c3", "预算合理", "每一笔是否必要，计算依据是否清楚。", 25),
    Criterion("c4", "组织能力", "以往项目、志愿者队伍和管理情况。", 20),
)


@dataclass(frozen=True)
class ReviewPlan:
    """What the office says about a review: title, hint and weight of each criterion."""

    criteria: Sequence[tuple[str, str, int]]
    experts_each: int
    due_at: datetime

    def checked(self, *, at: datetime) -> tuple[Criterion, ...]:
        """Return the criteria as they are kept.

        :raises BadInput: at the field that is wrong.
        """
        if not 1 <= self.experts_each <= EXPERTS_MOST:
            raise BadInput(f"每项申报请安排 1 到 {EXPERTS_MOST} 位专家。", field="experts_each")
        refuse_far(self.due_at, at=at)
        return _criteria(self.criteria)


def refuse_far(due_at: datetime, *, at: datetime) -> None:
    """Let an end of scoring lie ahead, by a year at most.

    :raises BadInput: when it is over, or its year is a slip of the pen.
    """
    if due_at <= at:
        raise BadInput("评分截止时间应晚于现在，请核对。", field="due_at")
    if due_at - at > FARTHEST:
        raise BadInput("评分截止最多到一年以后，请核对年份。", field="due_at")


def _criteria(said: Sequence[tuple[str, str, int]]) -> tuple[Criterion, ...]:
    if not 0 < len(said) <= CRITERIA_MOST:
        raise BadInput(f"请填写 1 到 {CRITERIA_MOST} 项评分标准。", field="criteria")
    found: list[Criterion] = []
    for number, (title, hint, weight) in enumerate(said, start=1):
        name = words(title, "criteria", f"第 {number} 项标准", TITLE_MOST)
        told = words(hint, "criteria", f"第 {number} 项的说明", HINT_MOST, wanted=False)
        if name in {one.title for one in found}:
            raise BadInput(f"“{name}”写了两次，请合并。", field="criteria")
        if not 1 <= weight <= WHOLE:
            raise BadInput(f"“{name}”的权重请填写 1 到 100 的整数。", field="criteria")
        found.append(Criterion(f"c{number}", name, told, weight))
    together = sum(one.weight for one in found)
    if together != WHOLE:
        raise BadInput(f"各项权重合计应为 100，现在是 {together}，请调整。", field="criteria")
    return tuple(found)


def parse_criteria(text: str) -> tuple[tuple[str, str, int], ...]:
    """Return title, hint and weight of each line: “需求和意义 | 25 | 要解决的问题是否真实”.

    :raises BadInput: when a line has no weight.
    """
    found = []
    for number, line in enumerate((one.strip() for one in text.splitlines()), start=1):
        if not line:
            continue
        title, _, rest = line.replace("｜", "|").partition("|")
        weight, _, hint = rest.partition("|")
        digits = half_width_digits(weight).strip().removesuffix("%").removesuffix("％").strip()
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3):  # noqa: PLR2004
            raise BadInput(f"第 {number} 行请写明权重，例如：需求和意义 | 25。", field="criteria")
        found.append((title.strip(), hint.strip(), int(digits)))
    return tuple(found)


def criteria_text(criteria: Sequence[Criterion]) -> str:
    """Return criteria as the office types them."""
    return "\n".join(
        f"{one.title} | {one.weight}" + (f" | {one.hint}" if one.hint else "") for one in criteria
    )


def content_of(criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    """Return criteria as data."""
    return [asdict(one) for one in criteria]


def criteria_of(content: Sequence[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """Return criteria from data."""
    return tuple(Criterion(one["key"], one["title"], one["hint"], one["weight"]) for one in content)


def said(text: str, label: str, *, field: str = "words", most: int = REASON_MOST) -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    return words(text, field, label, most, long=True)
