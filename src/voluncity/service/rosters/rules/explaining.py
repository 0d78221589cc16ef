"""Say in words who got no turn and why, and which places stay empty and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from voluncity.service.rosters.rules.problem import NEVER, Problem, Seat


class Why(IntEnum):
    """Why somebody cannot come at one moment."""

    MAY = 0
    NOT_FREE = 1
    AWAY = 2
    BUSY = 3
    CONDITION = 4


@dataclass(frozen=True)
class Known:
    """What was found out about people besides the numbers: why not, and the sentence of a rule."""

    why: npt.NDArray[np.int8]
    sentences: Mapping[int, str] = field(default_factory=dict)


def left_out(problem: Problem, known: Known, seats: Sequence[Seat]) -> dict[int, str]:
    """Return for each person without a seat the reason, in a sentence."""
    seated = {person for person, _, _ in seats}
    return {
        person: _why_nobody(problem, known, person)
        for person in range(problem.people)
        if person not in seated
    }


def _why_nobody(problem: Problem, known: Known, person: int) -> str:
    why = set(known.why[person].tolist())
    if not problem.free[person].any():
        return _not_free(known, why, person)
    if problem.most[person] <= 0:
        return "这一周的次数已经排满。"
    if (problem.way[person] == NEVER).all():
        return "没有离家近的岗位，或岗位都填了“不去”。"
    reach = problem.way[person] != NEVER
    if not (problem.wanted > 0)[np.ix_(reach, problem.free[person])].any():
        return "能来的时间和附近的岗位上，名额已经有人。"
    return "附近的岗位已由更近或最近排得更少的人承担，下次优先。"


def _not_free(known: Known, why: set[int], person: int) -> str:
    if Why.CONDITION in why:
        return known.sentences.get(person, "不符合项目的报名条件。")
    if Why.BUSY in why:
        return "能来的时间都与本人已报名的班次冲突，或离得太近，不够休息。"
    if Why.AWAY in why:
        return "这些天本人填了“不能来”。"
    return "填写的空闲时间里没有班次。"


def holes(problem: Problem, seats: Sequence[Seat]) -> list[tuple[int, int, int, str]]:
    """Return the places that stay empty: post, time, how many, and the reason."""
    filled = np.zeros_like(problem.wanted)
    for _, post, time in seats:
        filled[post, time] += 1
    missing = problem.wanted - filled
    return [
        (int(post), int(time), int(missing[post, time]), _why_empty(problem, post, time))
        for post, time in np.argwhere(missing > 0)
    ]


def _why_empty(problem: Problem, post: int, time: int) -> str:
    free = problem.free[:, time]
    if not free.any():
        return "这个时间没有人能来：没填有空，不符合条件，或已有别的安排。"
    near = free & (problem.way[:, post] != NEVER)
    count = int(near.sum())
    if not count:
        return f"这个时间有空的 {int(free.sum())} 人都离得太远或不去这个岗位。"
    return f"能来的 {count} 人已排在别的岗位，或已到次数上限、需要休息、不能同岗。"
