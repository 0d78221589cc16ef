"""What a closing report asks, and whether it is complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voluncity.fund.closings.rules.money import Row
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

LONG_MOST, SHORT_MOST, REMARK_MOST, FILES_MOST = 2000, 500, 500, 20


@dataclass(frozen=True)
class Field:
    """One thing that is asked."""

    key: str
    label: str
    hint: str = ""
    most: int = LONG_MOST
    is_wanted: bool = True


ABOUT = (
    Field("summary", "总体完成情况", "对照申报时的目标，说说做成了什么、没做成什么。"),
    Field("served", "服务对象的变化", "服务了哪些人，给他们带来了什么变化，有什么反馈。"),
    Field("reflection", "经验和不足", "哪些做法值得推广，哪些地方做得不好、以后怎么改。"),
    Field(
        "after", "后续安排", "项目结束以后，队伍、设备和服务怎样延续。",
        most=SHORT_MOST, is_wanted=False,
    ),
)  # fmt: skip
ACCOUNTS, FILES = "accounts", "files"  # parts at which the office may remark, too


@dataclass(frozen=True)
class Reached:
    """One milestone with what the records say about it."""

    number: int
    title: str
    proof: str
    due_on: str
    accepted_on: str  # "" when it was not accepted


def fields(
    milestones: Sequence[Reached], rows: Sequence[Row], *, most_percent: int
) -> tuple[Field, ...]:
    """Return everything that is asked: words, each milestone, each line that deviates."""
    results = tuple(
        Field(
            result_key(one.number), f"里程碑 {one.number}：{one.title}",
            f"计划 {one.due_on} 完成，验收方式：{one.proof}。"
            + (f"已于 {one.accepted_on} 验收。" if one.accepted_on else "没有验收，请说明原因。"),
            most=SHORT_MOST,
        )
        for one in milestones
    )  # fmt: skip
    reasons = tuple(
        Field(
            reason_key(row.key), f"偏差说明：{row.kind} · {row.what}",
            f"预算 {row.budget_text}，认可支出 {row.spent_text}，{row.difference_text}，"
            f"超过 {most_percent}% 需要说明原因。",
            most=SHORT_MOST,
        )
        for row in rows
        if row.must_explain(most_percent)
    )  # fmt: skip
    return (ABOUT[0], *results, *ABOUT[1:], *reasons)


def result_key(number: int) -> str:
    """Return under which key the result of a milestone stands."""
    return f"result{number}"


def reason_key(line: int) -> str:
    """Return under which key the reason of a deviation stands."""
    return f"why{line}"


def written(said: Mapping[str, str], asked: Sequence[Field]) -> dict[str, str]:
    """Return what somebody wrote, as it is kept; a draft may have gaps.

    :raises BadInput: at the field that is too long.
    """
    return {
        one.key: clean(
            said.get(one.key, ""), max_length=one.most, field=one.key, multiline=True,
            label=one.label,
        )
        for one in asked
    }  # fmt: skip


def missing(content: Mapping[str, str], asked: Sequence[Field]) -> list[Field]:
    """Return what is asked and not answered yet."""
    return [one for one in asked if one.is_wanted and not content.get(one.key)]


def refuse_gaps(content: Mapping[str, str], asked: Sequence[Field]) -> None:
    """Let nothing be handed in that has gaps.

    :raises BadInput: at the first of them.
    """
    gaps = missing(content, asked)
    if gaps:
        names = "、".join(one.label for one in gaps[:3])
        more = "等" if len(gaps) > 3 else ""  # noqa: PLR2004 -- three are named
        raise BadInput(
            f"还有 {len(gaps)} 项没有填写：{names}{more}，请补充以后再提交。",
            code="closings.incomplete",
            field=gaps[0].key,
        )
