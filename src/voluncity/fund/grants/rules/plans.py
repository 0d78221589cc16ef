"""What is said about milestones, supports and steps: checked at the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from voluncity.fund.governance.rules import day
from voluncity.fund.grants.states import SUPPORTS, FundingKind
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import person_name, words

TITLE_MOST, PROOF_MOST, WORDS_MOST, TERMS_MOST = 40, 200, 500, 1000
NAME_MOST, RECIPIENT_MOST, WHAT_MOST, KIND_MOST = 60, 60, 60, 20
MILESTONES_MOST, LINES_MOST = 12, 20
SUPPORT_KINDS = ("物资", "场地和设备", "志愿者补贴和保险", "培训和宣传", "其他")


@dataclass(frozen=True)
class MilestonePlan:
    """What is to be reached, how that is shown, by which day."""

    title: str
    proof: str
    due_on: date


@dataclass(frozen=True)
class LinePlan:
    """One line of money."""

    kind: str
    what: str
    fen: int


@dataclass(frozen=True)
class SupportPlan:
    """A support for a station, a team or a county, decided by a resolution."""

    kind: str
    title: str
    resolution_id: int
    starts_on: date
    ends_on: date
    lines: tuple[LinePlan, ...]
    sources: tuple[tuple[int | None, int], ...]  # (purpose or none, fen)
    serves_id: int | None = None
    organization_id: int | None = None
    station_id: int | None = None
    region_id: int | None = None
    recipient: str = ""
    terms: str = ""

    @property
    def fen(self) -> int:
        """Return how much it is."""
        return sum(line.fen for line in self.lines)


def said(text: str, label: str, field: str = "words") -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    return words(text, field, label, WORDS_MOST, long=True)


def lead_name(name: str) -> str:
    """Return who is responsible.

    :raises BadInput: when it is no name.
    """
    return person_name(name, "lead")


def milestone(plan: MilestonePlan, starts_on: date, ends_on: date, field: str) -> MilestonePlan:
    """Return one milestone as it is stored.

    :raises BadInput: when a part is missing or its day lies outside of the project.
    """
    if not starts_on <= day(plan.due_on, field) <= ends_on:
        raise BadInput(f"里程碑的完成日期应在项目时间内（{starts_on} 至 {ends_on}）。", field=field)
    return MilestonePlan(
        words(plan.title, field, "里程碑名称", TITLE_MOST),
        words(plan.proof, field, "验收方式", PROOF_MOST),
        plan.due_on,
    )


def milestones(
    plans: Sequence[MilestonePlan], starts_on: date, ends_on: date
) -> list[MilestonePlan]:
    """Return the milestones of a project in the order of their days.

    :raises BadInput: when there is none, too many, two of a name, or one is wrong.
    """
    field = "milestones"
    if not 1 <= len(plans) <= MILESTONES_MOST:
        raise BadInput(f"请填写 1 到 {MILESTONES_MOST} 个里程碑。", field=field)
    fine = [milestone(one, starts_on, ends_on, field) for one in plans]
    if len({one.title for one in fine}) < len(fine):
        raise BadInput("有两个里程碑的名称一样，请改成不同的名称。", field=field)
    return sorted(fine, key=lambda one: one.due_on)


def line(plan: LinePlan, field: str = "lines") -> LinePlan:
    """Return one line of money as it is stored.

    :raises BadInput: when a part is missing.
    """
    if plan.fen <= 0:
        raise BadInput("每一行预算的金额都应大于 0。", field=field)
    return LinePlan(
        words(plan.kind, field, "预算科目", KIND_MOST),
        words(plan.what, field, "用途", WHAT_MOST),
        plan.fen,
    )


def support(plan: SupportPlan) -> SupportPlan:
    """Return a support as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.kind not in SUPPORTS:
        raise BadInput("请选择支持的类别。", field="kind")
    if day(plan.ends_on, "ends_on") < day(plan.starts_on, "starts_on"):
        raise BadInput("结束日期不能早于开始日期。", field="ends_on")
    if not 1 <= len(plan.lines) <= LINES_MOST:
        raise BadInput(f"请填写 1 到 {LINES_MOST} 行预算。", field="lines")
    given = sum(fen for _, fen in plan.sources)
    if given != plan.fen:
        raise BadInput(
            f"预算合计 {yuan_text(plan.fen)}，资金来源合计 {yuan_text(given)}，两边要相等。",
            field="sources",
        )
    is_county = plan.kind == FundingKind.COUNTY
    return replace(
        plan,
        title=words(plan.title, "title", "支持事项", NAME_MOST),
        lines=tuple(line(one) for one in plan.lines),
        recipient=words(plan.recipient, "recipient", "受资助方", RECIPIENT_MOST, wanted=is_county),
        terms=words(plan.terms, "terms", "支持条件", TERMS_MOST, wanted=False, long=True),
    )
