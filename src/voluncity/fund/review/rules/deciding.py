"""What a decision may say: the sum, the purses that it comes out of, the approved budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voluncity.fund.review.states import Outcome
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

TERMS_MOST, REASON_MOST, LETTER_MOST = 1000, 500, 1000
WHAT_MOST = 60
LINES_MOST = 60
# The letter says what the office says; nothing that only somebody's files know.
LETTER_SHARE = {
    Outcome.AWARDED: "贵组织申报的项目经专家评审、领导小组会议决定予以资助，请按通知签订协议。",
    Outcome.REFUSED: (
        "贵组织申报的项目经专家评审、领导小组会议研究，本次未获资助。感谢参与，欢迎继续申报。"
    ),
}


@dataclass(frozen=True)
class SourcePlan:
    """How much comes out of one purse (none: unbound money), in fen."""

    purpose_id: int | None
    fen: int


@dataclass(frozen=True)
class LinePlan:
    """One line of the approved budget, in fen; `number` is its place in the form."""

    kind: str
    what: str
    fen: int
    number: int = 0


@dataclass(frozen=True)
class Bounds:
    """What a decision must keep to: what was asked, what the call says, what purses hold."""

    asked_fen: int
    most_fen: int
    kinds: tuple[str, ...]
    shares: Mapping[str, int]
    purpose_id: int | None  # of the call; none: any
    purses: Mapping[int | None, tuple[str, int]]  # purse: its name, what is free there


@dataclass(frozen=True)
class DecisionPlan:
    """What a meeting decided, as somebody enters it."""

    outcome: str
    reason: str
    awarded_fen: int = 0
    serves_id: int | None = None
    sources: Sequence[SourcePlan] = ()
    lines: Sequence[LinePlan] = ()
    terms: str = ""
    letter: str = ""

    def checked(self, bounds: Bounds) -> DecisionPlan:
        """Return the plan as it is kept.

        :raises BadInput: at the field that is wrong.
        """
        if self.outcome not in Outcome.values:
            raise BadInput("请选择会议的结果。", field="outcome")
        outcome = Outcome(self.outcome)
        reason = words(self.reason, "reason", "理由", REASON_MOST, long=True)
        letter = words(
            self.letter, "letter", "答复函正文", LETTER_MOST, long=True, wanted=False
        ) or LETTER_SHARE[outcome]  # fmt: skip
        if outcome == Outcome.REFUSED:
            return DecisionPlan(outcome, reason, letter=letter)
        terms = words(self.terms, "terms", "资助条件", TERMS_MOST, long=True, wanted=False)
        _refuse_sum(self.awarded_fen, bounds)
        _refuse_sources(self, bounds)
        return DecisionPlan(
            outcome, reason, self.awarded_fen, self.serves_id, tuple(self.sources),
            _lines(self, bounds), terms, letter,
        )  # fmt: skip


def _refuse_sum(fen: int, bounds: Bounds) -> None:
    if fen <= 0:
        raise BadInput("批准立项的，请填写批准金额。", field="awarded")
    if fen > bounds.asked_fen:
        raise BadInput(
            f"批准金额不能超过申请金额 {yuan_text(bounds.asked_fen)}，请核对。", field="awarded"
        )
    if fen > bounds.most_fen:
        raise BadInput(
            f"申报通知规定每项最高 {yuan_text(bounds.most_fen)}，请核对。", field="awarded"
        )


def _refuse_sources(plan: DecisionPlan, bounds: Bounds) -> None:
    if bounds.purpose_id is not None and plan.serves_id != bounds.purpose_id:
        raise BadInput("申报通知限定了资助方向，请选择同一个方向。", field="serves")
    seen: set[int | None] = set()
    for number, source in enumerate(plan.sources, start=1):
        field = f"source-{source.purpose_id or 0}"
        if source.purpose_id not in bounds.purses or source.purpose_id in seen or source.fen <= 0:
            raise BadInput(f"第 {number} 笔资金来源不对，请重新选择。", field=field)
        seen.add(source.purpose_id)
        name, free = bounds.purses[source.purpose_id]
        if source.purpose_id is not None and source.purpose_id != plan.serves_id:
            raise BadInput(f"“{name}”的捐赠只能用于{name}，不能用在这个方向。", field=field)
        if source.fen > free:
            raise BadInput(
                f"“{name}”可用 {yuan_text(max(free, 0))}（已减去登记未生效的决定），不够这一笔。",
                field=field,
            )
    together = sum(one.fen for one in plan.sources)
    if together != plan.awarded_fen:
        raise BadInput(
            f"资金来源合计 {yuan_text(together)}，批准金额 {yuan_text(plan.awarded_fen)}，"
            "请改成相等。",
            field="awarded",
        )


def _lines(plan: DecisionPlan, bounds: Bounds) -> tuple[LinePlan, ...]:
    if not 0 < len(plan.lines) <= LINES_MOST:
        raise BadInput(f"请填写批准的预算，1 到 {LINES_MOST} 笔。", field="awarded")
    kept: list[LinePlan] = []
    for place, line in enumerate(plan.lines, start=1):
        number = line.number or place
        if line.kind not in bounds.kinds:
            raise BadInput("请选择申报通知里的科目。", field=f"b{number}_kind")
        if line.fen <= 0:
            raise BadInput("请填写金额。", field=f"b{number}_fen")
        what = words(line.what, f"b{number}_what", "用途", WHAT_MOST)
        kept.append(LinePlan(line.kind, what, line.fen))
    together = sum(one.fen for one in kept)
    if together != plan.awarded_fen:
        raise BadInput(
            f"批准的预算合计 {yuan_text(together)}，批准金额 {yuan_text(plan.awarded_fen)}，"
            "请改成相等。",
            field="awarded",
        )
    _refuse_shares(kept, bounds, plan.awarded_fen)
    return tuple(kept)


def _refuse_shares(lines: Sequence[LinePlan], bounds: Bounds, awarded_fen: int) -> None:
    for kind, percent in bounds.shares.items():
        fen = sum(line.fen for line in lines if line.kind == kind)
        if fen * 100 > percent * awarded_fen:
            raise BadInput(
                f"“{kind}”合计 {yuan_text(fen)}，最多占批准金额的 {percent}%，请调低。",
                field="awarded",
            )
