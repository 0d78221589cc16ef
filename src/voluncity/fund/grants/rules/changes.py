"""Change requests: what may be otherwise, what stays, and how two versions differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from voluncity.fund.governance.rules import day
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.plans import LINES_MOST, MILESTONES_MOST, MilestonePlan
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words


@dataclass(frozen=True)
class Line:
    """A line of the budget; a new one has no place yet (0)."""

    place: int
    kind: str
    what: str
    fen: int

    @property
    def label(self) -> str:
        """Return what it is called."""
        return f"{self.kind} · {self.what}"


@dataclass(frozen=True)
class Planned:
    """A milestone that is not reached; a new one has no number yet (0)."""

    number: int
    title: str
    proof: str
    due_on: date

    @property
    def text(self) -> str:
        """Return it in words."""
        return f"{self.title}（{self.due_on:%Y-%m-%d} 前；{self.proof}）"


@dataclass(frozen=True)
class Version:
    """Everything that a change may touch; what is accepted is not in it."""

    lead: str
    starts_on: date
    ends_on: date
    lines: tuple[Line, ...]
    milestones: tuple[Planned, ...]


class Difference(NamedTuple):
    """One thing that is to be otherwise."""

    label: str
    before: str
    after: str


def version(funding: Any, lines: Sequence[Any], planned: Sequence[Any]) -> Version:
    """Return a version from the records."""
    return Version(
        funding.lead, funding.starts_on, funding.ends_on,
        tuple(Line(one.place, one.kind, one.what, one.fen) for one in lines),
        tuple(Planned(one.number, one.title, one.proof, one.due_on) for one in planned),
    )  # fmt: skip


def moved(one: Version, days: int) -> Version:
    """Return a version whose end and milestones come so many days later."""
    more = timedelta(days=days)
    steps = tuple(replace(step, due_on=step.due_on + more) for step in one.milestones)
    return replace(one, ends_on=one.ends_on + more, milestones=steps)


def stored(one: Version) -> dict[str, Any]:
    """Return a version as it is kept."""
    kept = asdict(one)
    kept["starts_on"], kept["ends_on"] = one.starts_on.isoformat(), one.ends_on.isoformat()
    kept["lines"] = [asdict(line) for line in one.lines]
    kept["milestones"] = [
        asdict(step) | {"due_on": step.due_on.isoformat()} for step in one.milestones
    ]
    return kept


def read(kept: Mapping[str, Any]) -> Version:
    """Return a version from what was kept."""
    return Version(
        kept["lead"], date.fromisoformat(kept["starts_on"]), date.fromisoformat(kept["ends_on"]),
        tuple(Line(**line) for line in kept["lines"]),
        tuple(
            Planned(**(step | {"due_on": date.fromisoformat(step["due_on"])}))
            for step in kept["milestones"]
        ),
    )  # fmt: skip


def checked(
    before: Version,
    after: Version,
    *,
    kinds: Sequence[str],
    shares: Mapping[str, int],
    today: date,
    accepted: Sequence[date] = (),
    accepted_titles: Sequence[str] = (),
) -> Version:
    """Return what is asked for, as it is stored.

    The sum stays; no line and no milestone vanishes; `accepted` are the days of what is reached.
    :raises BadInput: at the field that is wrong, or when nothing is to be otherwise.
    """
    starts, ends = day(after.starts_on, "starts_on"), day(after.ends_on, "ends_on")
    if ends < starts:
        raise BadInput("结束日期不能早于开始日期。", field="ends_on")
    refuse_days_gone(before, after, today)
    if any(not starts <= one <= ends for one in accepted):
        raise BadInput("已验收的里程碑要在项目时间内，请核对日期。", field="ends_on")
    fine = Version(
        plans.lead_name(after.lead) if after.lead != before.lead else before.lead, starts, ends,
        _lines(before, after.lines, kinds, shares),
        _milestones(before, after, starts, ends, accepted_titles),
    )  # fmt: skip
    if fine == before:
        raise BadInput("和现在的内容完全一样，没有需要变更的地方。")
    return fine


def refuse_days_gone(before: Version, after: Version, today: date) -> None:
    """Let a project that began keep its first day, and none end in the past.

    What was done and spent so far stays within its days.
    :raises BadInput: when it would not.
    """
    if after.starts_on != before.starts_on and before.starts_on <= today:
        raise BadInput("项目已经开始，开始日期不能再改。", field="starts_on")
    if after.ends_on != before.ends_on and after.ends_on < today:
        raise BadInput("新的结束日期不能早于今天。", field="ends_on")


def _lines(
    before: Version, lines: Sequence[Line], kinds: Sequence[str], shares: Mapping[str, int]
) -> tuple[Line, ...]:
    field, total = "lines", sum(line.fen for line in before.lines)
    if len(lines) > LINES_MOST:
        raise BadInput(f"预算最多 {LINES_MOST} 行。", field=field)
    old = {line.place: line for line in before.lines}
    if set(old) - {line.place for line in lines}:
        raise BadInput("已批准的预算不能删行；不再使用的一行请把金额改为 0。", field=field)
    fine = []
    for line in lines:
        known = old.get(line.place)
        if known is None and line.kind not in kinds:
            raise BadInput("请选择列出的预算科目。", field=field)
        if known is None and line.fen <= 0:
            raise BadInput("新增的预算行金额应大于 0。", field=field)
        said = words(line.what, field, "用途", plans.WHAT_MOST)
        fine.append(Line(line.place, known.kind if known else line.kind, said, line.fen))
    given = sum(line.fen for line in fine)
    if given != total:
        raise BadInput(
            f"调整以后预算合计 {yuan_text(given)}，应等于批准的 {yuan_text(total)}，总额不能变。",
            field=field,
        )
    _refuse_too_much(fine, shares, total)
    return tuple(fine)


def _refuse_too_much(lines: Sequence[Line], shares: Mapping[str, int], total: int) -> None:
    """Hold the share of each kind that the call allows.

    :raises BadInput: when one is more.
    """
    for kind, percent in shares.items():
        fen = sum(line.fen for line in lines if line.kind == kind)
        if fen * 100 > total * percent:
            raise BadInput(
                f"“{kind}”合计 {yuan_text(fen)}，超过了申报通知规定的 {percent}%。", field="lines"
            )


def _milestones(
    before: Version, after: Version, starts: date, ends: date, accepted_titles: Sequence[str]
) -> tuple[Planned, ...]:
    field = "milestones"
    kept = {one.number for one in before.milestones}
    if kept - {one.number for one in after.milestones}:
        raise BadInput("已签约的里程碑不能删除，可以修改内容或日期。", field=field)
    if len(after.milestones) + len(accepted_titles) > MILESTONES_MOST:
        raise BadInput(f"里程碑最多 {MILESTONES_MOST} 个。", field=field)
    fine = []
    for one in after.milestones:
        said = plans.milestone(MilestonePlan(one.title, one.proof, one.due_on), starts, ends, field)
        fine.append(Planned(one.number, said.title, said.proof, said.due_on))
    titles = [one.title for one in fine] + list(accepted_titles)
    if len(set(titles)) < len(titles):
        raise BadInput("有两个里程碑的名称一样，请改成不同的名称。", field=field)
    return tuple(fine)


def differences(before: Version, after: Version) -> list[Difference]:
    """Return everything that is otherwise, as people read it."""
    found = [
        Difference(label, old, new)
        for label, old, new in (
            ("项目负责人", before.lead or "未填写", after.lead),
            ("开始日期", f"{before.starts_on:%Y-%m-%d}", f"{after.starts_on:%Y-%m-%d}"),
            ("结束日期", f"{before.ends_on:%Y-%m-%d}", f"{after.ends_on:%Y-%m-%d}"),
        )
        if old != new
    ]
    old_lines = {one.place: one for one in before.lines}
    for line in after.lines:
        known = old_lines.get(line.place)
        if known != line:
            old = f"{known.what}，{yuan_text(known.fen)}" if known else "没有这一行"
            found.append(
                Difference(f"预算：{line.kind}", old, f"{line.what}，{yuan_text(line.fen)}")
            )
    old_steps = {one.number: one for one in before.milestones}
    for step in after.milestones:
        planned = old_steps.get(step.number)
        if planned != step:
            label = f"里程碑 {step.number}" if step.number else "新增里程碑"
            found.append(Difference(label, planned.text if planned else "没有", step.text))
    return found
