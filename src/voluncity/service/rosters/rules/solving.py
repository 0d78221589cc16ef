"""The best roster of a week, by an exact solver, with the proof of how good any could be.

The week is a linear program: nearly an assignment with limits, so that its optimum mostly is a
roster already (docs/decisions/0017). Only where it is not, whole numbers are asked for; the
linear optimum stays the bound against which the gap is shown.
"""

from __future__ import annotations

import math
import time as clock
from collections import defaultdict
from dataclasses import dataclass

import highspy
import numpy as np

from voluncity.service.rosters.rules.problem import (
    FIRST_PLACE,
    FURTHER_PLACE,
    NEVER,
    PER_LOAD,
    Ints,
    Problem,
    Seat,
    without_kept,
)

_WHOLE = 1e-6
# Less than this is not worth waiting for in a large week: no place more could be filled, only
# some hundred meters of everybody's way saved together.
_WORTH_WAITING = FURTHER_PLACE // 10
_LARGE = 20_000  # possible seats


@dataclass(frozen=True)
class Solution:
    """A roster: who sits where (the locked ones too), its cost, and the least cost possible."""

    seats: tuple[Seat, ...]
    value: int
    bound: int
    seconds: float

    @property
    def gap(self) -> float:
        """Return by what part the roster may be worse than the best; 0 is proven best."""
        return (self.value - self.bound) / max(1, abs(self.bound))


def solve(problem: Problem, *, seconds: float) -> Solution:
    """Return the best roster that is found in the time, and the proven bound."""
    start = clock.perf_counter()
    rest = without_kept(problem)
    model = _Model(rest)
    if not len(model.seats):
        return Solution(problem.kept, 0, 0, clock.perf_counter() - start)
    chosen, value, bound = model.solved(seconds)
    seats = tuple((int(v), int(p), int(t)) for v, p, t in model.seats[chosen])
    return Solution((*problem.kept, *seats), value, bound, clock.perf_counter() - start)


def cost(problem: Problem, seats: Ints) -> int:
    """Return what a roster costs: the ways, the loads, less the places that are filled."""
    total = int(problem.way[seats[:, 0], seats[:, 1]].sum())
    turns: Ints = np.bincount(seats[:, 0], minlength=problem.people)
    for person, count in enumerate(turns):
        total += sum(_load_cost(problem, person, more) for more in range(count))
    filled: dict[tuple[int, int], int] = defaultdict(int)
    for _, post, moment in seats:
        is_first = problem.held[post, moment] + filled[post, moment] == 0
        total -= FIRST_PLACE if is_first else FURTHER_PLACE
        filled[post, moment] += 1
    return total


def _load_cost(problem: Problem, person: int, more: int) -> int:
    return PER_LOAD * (int(problem.load[person]) + more)


class _Model:
    """The linear program; its columns are seats, then turns of a person, then filled places."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.seats = _possible(problem)
        self.rows: list[tuple[float, float]] = []
        self.starts: list[int] = []
        self.index: list[Ints] = []
        self.values: list[Ints] = []
        if len(self.seats):
            self._loads()
            self._places()
            self._write_rows()

    def _loads(self) -> None:
        """Make one column for each turn a person may have, each dearer than the one before."""
        people = np.unique(self.seats[:, 0])
        counts = np.minimum(self.problem.most[people], len(self.problem.moments))
        self.turn_of = np.repeat(people, counts)
        self.turn_cost = np.array(
            [
                _load_cost(self.problem, int(person), more)
                for person, count in zip(people, counts, strict=True)
                for more in range(int(count))
            ],
            dtype=np.int64,
        )

    def _places(self) -> None:
        """Make one column for the first place of a post at a time, and one for the others."""
        keys = np.unique(self.seats[:, 1:], axis=0)
        places, gains, most = [], [], []
        for post, moment in keys:
            wanted = int(self.problem.wanted[post, moment])
            first = 1 if self.problem.held[post, moment] == 0 else 0
            for number, gain in ((first, FIRST_PLACE), (wanted - first, FURTHER_PLACE)):
                if number > 0:
                    places.append((post, moment))
                    gains.append(gain)
                    most.append(number)
        self.place_of = np.array(places, dtype=np.int64)
        self.place_gain = np.array(gains, dtype=np.int64)
        self.place_most = np.array(most, dtype=np.int64)

    def _write_rows(self) -> None:
        times = len(self.problem.moments)
        first_turn = len(self.seats)
        first_place = first_turn + len(self.turn_of)
        at_place = self.seats[:, 1] * times + self.seats[:, 2]
        self._balance(
            at_place, self.place_of[:, 0] * times + self.place_of[:, 1], first=first_place
        )
        self._balance(self.seats[:, 0], self.turn_of, first=first_turn)
        for group, most in self._at_once():
            self._at_most(group, most)
        self._keep_apart(at_place)

    def _balance(self, of_seat: Ints, of_column: Ints, *, first: int) -> None:
        """Say that the seats of a key are as many as the columns of that key count."""
        keys = np.concatenate([of_seat, of_column])
        columns = np.concatenate([np.arange(len(of_seat)), first + np.arange(len(of_column))])
        values = np.concatenate([np.ones(len(of_seat)), -np.ones(len(of_column))])
        order = np.argsort(keys, kind="stable")
        cuts = np.flatnonzero(np.diff(keys[order])) + 1
        parts = np.split(columns[order], cuts)
        for part, value in zip(parts, np.split(values[order], cuts), strict=True):
            self._row(part, value, 0.0, 0.0)

    def _at_once(self) -> list[tuple[list[int], Ints]]:
        """Return groups of times of which a person serves so many; smaller ones are left out."""
        clashes = self.problem.clashing()
        groups: list[tuple[set[int], Ints]] = []
        ones = np.ones(self.problem.people, dtype=np.int64)
        for moment in range(len(clashes)):
            later = {
                other for other in range(len(clashes)) if clashes[moment, other] and other >= moment
            }
            # Sorted by start: those that reach back to this one clash with one another only
            # where each two do; the others get their own pair.
            core = {one for one in later if all(clashes[one, two] for two in later)}
            groups.append((core, ones))
            groups += [({moment, one}, ones) for one in later - core]
        for day in {one.day for one in self.problem.moments}:
            own = {place for place, one in enumerate(self.problem.moments) if one.day == day}
            groups.append((own, self.problem.most_in_day[:, day]))
        return [
            (sorted(group), most)
            for place, (group, most) in enumerate(groups)
            if not any(
                (group < wider or (group == wider and place > other))
                and bool((limit <= most).all())
                for other, (wider, limit) in enumerate(groups)
                if other != place
            )
        ]

    def _at_most(self, group: list[int], most: Ints) -> None:
        inside = np.flatnonzero(np.isin(self.seats[:, 2], group))
        if not len(inside):
            return
        people = self.seats[inside, 0]
        cuts = np.flatnonzero(np.diff(people)) + 1
        for part in np.split(inside, cuts):
            limit = float(most[self.seats[part[0], 0]])
            if len(part) > limit:
                self._row(part, np.ones(len(part)), -math.inf, limit)

    def _keep_apart(self, at_place: Ints) -> None:
        for one, two in self.problem.apart:
            mine = {int(at_place[c]): c for c in np.flatnonzero(self.seats[:, 0] == one)}
            for column in np.flatnonzero(self.seats[:, 0] == two):
                other = mine.get(int(at_place[column]))
                if other is not None:
                    self._row(np.array([other, column]), np.ones(2), -math.inf, 1.0)

    def _row(self, columns: Ints, values: object, lower: float, upper: float) -> None:
        self.rows.append((lower, upper))
        self.index.append(columns)
        self.values.append(values)  # type: ignore[arg-type]

    def solved(self, seconds: float) -> tuple[Ints, int, int]:
        """Return the chosen columns, their cost and the bound."""
        start = clock.perf_counter()
        solver = self._solver(seconds)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # Out of time: nothing is proven but that every place can cost no less than this.
            return self._ready(self._rounded(np.zeros(len(self.seats))), self._least())
        bound = math.ceil(solver.getInfo().objective_function_value - _WHOLE * 10)
        shares = np.array(solver.getSolution().col_value)[: len(self.seats)]
        best = self._rounded(shares)
        left = seconds - (clock.perf_counter() - start)
        worth = _WORTH_WAITING if len(self.seats) > _LARGE else 0
        if self._cost(best) - bound > worth and left > 0:
            best, bound = self._whole(solver, best, bound, left)
        return self._ready(best, bound)

    def _solver(self, seconds: float) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)  # noqa: FBT003 -- HiGHS' own signature
        solver.setOptionValue("time_limit", float(seconds))
        solver.setOptionValue("threads", 1)
        solver.passModel(self._program())
        return solver

    def _program(self) -> highspy.HighsLp:
        program = highspy.HighsLp()
        costs = np.concatenate(
            [self.problem.way[self.seats[:, 0], self.seats[:, 1]], self.turn_cost, -self.place_gain]
        ).astype(float)
        upper = np.concatenate(
            [np.ones(len(self.seats)), np.ones(len(self.turn_of)), self.place_most]
        ).astype(float)
        program.num_col_, program.num_row_ = len(costs), len(self.rows)
        program.col_cost_, program.col_upper_ = costs, upper
        program.col_lower_ = np.zeros(len(costs))
        program.row_lower_ = np.array([lower for lower, _ in self.rows])
        program.row_upper_ = np.array([upper for _, upper in self.rows])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lengths = [0, *(len(part) for part in self.index)]
        program.a_matrix_.start_ = np.cumsum(lengths)
        program.a_matrix_.index_ = np.concatenate(self.index)
        program.a_matrix_.value_ = np.concatenate(self.values).astype(float)
        return program

    def _whole(
        self, solver: highspy.Highs, best: Ints, bound: int, seconds: float
    ) -> tuple[Ints, int]:
        """Ask for whole numbers; keep what is better, and the bound that is proven."""
        program = self._program()
        program.integrality_ = [highspy.HighsVarType.kInteger] * len(self.seats) + [
            highspy.HighsVarType.kContinuous
        ] * (len(self.turn_of) + len(self.place_of))
        solver.passModel(program)
        solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
        solver.run()
        info = solver.getInfo()
        if math.isfinite(info.mip_dual_bound):
            bound = max(bound, math.ceil(info.mip_dual_bound - _WHOLE * 10))
        found = np.array(solver.getSolution().col_value)
        if len(found):
            other = np.flatnonzero(found[: len(self.seats)] > 0.5)  # noqa: PLR2004 -- zero or one
            if self._is_right(other) and self._cost(other) < self._cost(best):
                best = other
        return best, bound

    def _rounded(self, shares: object) -> Ints:
        """Return a roster near to shares of seats: the largest share first, where it still fits."""
        weights = np.asarray(shares, dtype=float)
        order = np.lexsort((self._ways(), -weights))
        taker = _Taker(self.problem)
        return np.array([c for c in order if taker.take(*self.seats[c])], dtype=np.int64)

    def _ways(self) -> Ints:
        return self.problem.way[self.seats[:, 0], self.seats[:, 1]]

    def _is_right(self, chosen: Ints) -> bool:
        taker = _Taker(self.problem)
        return all(taker.take(*self.seats[column]) for column in chosen)

    def _cost(self, chosen: Ints) -> int:
        return cost(self.problem, self.seats[chosen])

    def _least(self) -> int:
        return int(-(self.place_gain * self.place_most).sum())

    def _ready(self, chosen: Ints, bound: int) -> tuple[Ints, int, int]:
        return chosen, self._cost(chosen), bound


class _Taker:
    """Take seats one by one, each only if everything taken before allows it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.clashes = problem.clashing()
        self.left = problem.wanted.copy()
        self.turns = problem.most.copy()
        self.days = problem.most_in_day.copy()
        self.free = problem.free.copy()
        self.there = {key: set(who) for key, who in problem.taken_by.items()}
        self.apart: dict[int, set[int]] = defaultdict(set)
        for one, two in problem.apart:
            self.apart[one].add(two)
            self.apart[two].add(one)

    def take(self, person: int, post: int, moment: int) -> bool:
        """Take a seat; return whether it was possible."""
        day = self.problem.moments[moment].day
        there = self.there.setdefault((post, moment), set())
        if (
            self.left[post, moment] <= 0
            or self.turns[person] <= 0
            or self.days[person, day] <= 0
            or not self.free[person, moment]
            or self.apart[person] & there
        ):
            return False
        self.left[post, moment] -= 1
        self.turns[person] -= 1
        self.days[person, day] -= 1
        self.free[person] &= ~self.clashes[moment]
        there.add(person)
        return True


def _possible(problem: Problem) -> Ints:
    """Return every seat that nothing forbids, person by person, as rows of an array."""
    found = []
    open_places = problem.wanted > 0
    apart = {person for pair in problem.apart for person in pair}
    for person in range(problem.people):
        if problem.most[person] <= 0:
            continue
        sent = problem.way[person] != NEVER
        days = problem.most_in_day[person] > 0
        free = problem.free[person] & np.array([days[one.day] for one in problem.moments], bool)
        posts, moments = np.nonzero(open_places & sent[:, None] & free[None, :])
        if person in apart:
            keep = [
                not _meets(problem, person, int(post), int(moment))
                for post, moment in zip(posts, moments, strict=True)
            ]
            posts, moments = posts[keep], moments[keep]
        if len(posts):
            found.append(np.column_stack([np.full(len(posts), person), posts, moments]))
    return np.concatenate(found) if found else np.empty((0, 3), dtype=np.int64)


def _meets(problem: Problem, person: int, post: int, moment: int) -> bool:
    there = problem.taken_by.get((post, moment), frozenset())
    return any(
        (one == person and two in there) or (two == person and one in there)
        for one, two in problem.apart
    )
