"""Whether an application is complete: each answer, the days, the sums; said at the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from voluncity.fund.calls.spec import Question, Section, Spec, Value, read
from voluncity.fund.calls.states import QuestionKind
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import BadInput

K = QuestionKind
ABOUT, BUDGET = "about", "budget"
NO_TIES, TIES = "没有", "有"
LINES_MOST = 60

# What every application says; the office's own sections follow.
ABOUT_SECTION = Section(
    ABOUT, "项目概况", "项目叫什么、做什么、什么时候做、需要多少钱。",
    (
        Question("title", K.LINE, "项目名称", most=60),
        Question("summary", K.TEXT, "项目简介", "要解决什么问题，怎么做。",
                 most=500),
        Question("served", K.TEXT, "受益人群和人数", "写明范围和大约人数，不要写个人姓名。",
                 most=300),
        Question("starts_on", K.DATE, "项目开始日期"),
        Question("ends_on", K.DATE, "项目结束日期"),
        Question("asked", K.AMOUNT, "申请金额（元）", "应与预算明细的合计相等。"),
        # 慈善法 40, 59: nobody who is close to those who decide or give is named as beneficiary.
        Question(
            "ties", K.CHOICE, "与基金会管理人员或捐赠人有无利害关系",
            "例如亲属、任职、投资关系。如实声明，有关系不一定不能申报。", options=(NO_TIES, TIES),
        ),
        Question("ties_what", K.TEXT, "利害关系说明", "选“有”的请写明。", is_required=False,
                 most=300),
    ),
)  # fmt: skip
BUDGET_SECTION = Section(BUDGET, "预算明细", "每一笔写清科目、用途和计算依据，合计应等于申请金额。")


def line_questions(number: int, kinds: Sequence[str]) -> tuple[Question, ...]:
    """Return what is asked about one line of the budget."""
    return (
        Question(f"b{number}_kind", K.CHOICE, "科目", options=tuple(kinds)),
        Question(f"b{number}_what", K.LINE, "用途", most=60),
        Question(f"b{number}_basis", K.LINE, "计算依据", "例如 20 人 × 50 元 × 4 次", most=120),
        Question(f"b{number}_fen", K.AMOUNT, "金额（元）"),
    )


@dataclass(frozen=True)
class Limits:
    """What a call says about money; `shares` holds the most percent of kinds that have one."""

    least_fen: int
    most_fen: int
    kinds: tuple[str, ...]
    shares: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """All that was written so far: the raw answers, the files of each question, the lines."""

    spec: Spec
    limits: Limits
    raw: Mapping[str, str]
    files: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[int, ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the pages of the application in their order."""
        return (ABOUT_SECTION, *self.spec.sections, BUDGET_SECTION)

    def questions_of(self, section: Section) -> tuple[Question, ...]:
        """Return what one page asks."""
        if section.key != BUDGET:
            return section.questions
        return tuple(q for n in self.lines for q in line_questions(n, self.limits.kinds))


@dataclass(frozen=True)
class Line:
    """One line of the budget that is complete; the sum in fen."""

    number: int
    kind: str
    what: str
    basis: str
    fen: int

    @property
    def text(self) -> str:
        """Return how much it costs."""
        return yuan_text(self.fen)


@dataclass
class Checkup:
    """What is wrong with a draft, by section and field; and its values where they are right."""

    problems: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    lines_fen: int = 0

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is wrong."""
        return not any(self.problems.values())

    @property
    def asked_fen(self) -> int | None:
        """Return the sum that is asked for, if it can be read."""
        asked = self.values.get("asked")
        return asked if isinstance(asked, int) else None


def check(draft: Draft) -> Checkup:
    """Return what is missing or wrong in a draft."""
    done = Checkup()
    for section in draft.sections:
        wrong = done.problems.setdefault(section.key, {})
        for question in draft.questions_of(section):
            try:
                done.values[question.key] = _value(draft, question)
            except BadInput as refusal:
                wrong[question.key] = refusal.sentence
    _check_about(draft, done, done.problems[ABOUT])
    _check_budget(draft, done, done.problems[BUDGET])
    return done


def _value(draft: Draft, question: Question) -> Value:
    if question.kind != K.FILE:
        return read(question, draft.raw.get(question.key, ""))
    number = draft.files.get(question.key, 0)
    if question.is_required and not number:
        raise BadInput(f"请上传“{question.label}”。", field=question.key)
    return number


def _check_about(draft: Draft, done: Checkup, wrong: dict[str, str]) -> None:
    starts, ends = done.values.get("starts_on"), done.values.get("ends_on")
    if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
        wrong["ends_on"] = "结束日期不能早于开始日期，请核对。"
    asked, limits = done.asked_fen, draft.limits
    if asked is not None and not limits.least_fen <= asked <= limits.most_fen:
        wrong["asked"] = (
            f"申请金额应在 {yuan_text(limits.least_fen)}到 {yuan_text(limits.most_fen)}之间，"
            "请核对。"
        )
    if done.values.get("ties") == TIES and not done.values.get("ties_what"):
        wrong["ties_what"] = "有利害关系的，请写明是什么关系。"


def _check_budget(draft: Draft, done: Checkup, wrong: dict[str, str]) -> None:
    done.lines = [line for n in draft.lines if (line := _line(n, done.values)) is not None]
    # What can be read counts, so that the page shows how much is still missing.
    read_fen = [done.values.get(f"b{n}_fen") for n in draft.lines]
    done.lines_fen = sum(fen for fen in read_fen if isinstance(fen, int))
    asked = done.asked_fen
    if not draft.lines:
        wrong[BUDGET] = "请至少填写一笔预算。"
    elif asked is None:
        wrong[BUDGET] = "请先在“项目概况”里填写申请金额，再核对预算合计。"
    elif done.lines_fen != asked:
        gap = asked - done.lines_fen
        word = "还差" if gap > 0 else "多出"
        wrong[BUDGET] = (
            f"预算合计 {yuan_text(done.lines_fen)}，申请金额 {yuan_text(asked)}，"
            f"{word} {yuan_text(abs(gap))}，请改成相等。"
        )
    else:
        _check_shares(draft, done, wrong)


def _check_shares(draft: Draft, done: Checkup, wrong: dict[str, str]) -> None:
    for kind, percent in draft.limits.shares.items():
        fen = sum(line.fen for line in done.lines if line.kind == kind)
        if fen * 100 > percent * (done.asked_fen or 0):
            wrong[BUDGET] = f"“{kind}”合计 {yuan_text(fen)}，最多占申请金额的 {percent}%，请调低。"


def _line(number: int, values: Mapping[str, Any]) -> Line | None:
    found = [values.get(f"b{number}_{part}") for part in ("kind", "what", "basis", "fen")]
    if any(one is None for one in found):
        return None
    kind, what, basis, fen = found
    return Line(number, kind, what, basis, fen)  # type: ignore[arg-type]
