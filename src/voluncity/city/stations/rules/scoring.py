"""What an inspection comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voluncity.city.stations.states import Verdict
from voluncity.kernel.refusals import Refusal


@dataclass(frozen=True)
class Mark:
    """One item as it was answered."""

    text: str
    weight: int
    is_must: bool
    needs_photo: bool
    verdict: str
    note: str
    has_photo: bool


@dataclass(frozen=True)
class Result:
    """The score in percent of what applies, and whether the station passed."""

    score: int
    is_passed: bool


def missing(mark: Mark) -> str:
    """Return what an answer still lacks, in words; empty when it is whole."""
    if not mark.verdict:
        return "还没有检查"
    if mark.verdict == Verdict.NOT_APPLICABLE and mark.is_must:
        return "必备项不能选“不适用”"
    if mark.verdict != Verdict.PASSED and not mark.note:
        return "请写明情况"
    if mark.verdict == Verdict.PASSED and mark.needs_photo and not mark.has_photo:
        return "请拍照"
    return ""


def result(marks: Sequence[Mark], *, pass_score: int) -> Result:
    """Return the score; a must-have that failed fails the whole station.

    :raises Refusal: when an answer is missing or nothing applies.
    """
    lacking = [(mark, words) for mark in marks if (words := missing(mark))]
    if lacking:
        mark, words = lacking[0]
        raise Refusal(
            f"还有 {len(lacking)} 项没有完成，如“{mark.text}”：{words}。",
            code="stations.unfinished",
        )
    asked = [mark for mark in marks if mark.verdict != Verdict.NOT_APPLICABLE]
    if not asked:
        raise Refusal("所有项目都不适用，不能得出结果，请核对。", code="stations.nothing_applies")
    reached = sum(mark.weight for mark in asked if mark.verdict == Verdict.PASSED)
    score = reached * 100 // sum(mark.weight for mark in asked)
    has_all = all(mark.verdict == Verdict.PASSED for mark in asked if mark.is_must)
    return Result(score, is_passed=has_all and score >= pass_score)
