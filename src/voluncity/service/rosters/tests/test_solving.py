"""The solver: never against a rule, never fewer places than possible; and saboteurs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from voluncity.service.rosters.rules import checking, explaining
from voluncity.service.rosters.rules.problem import NEVER, Moment, Problem, Seat
from voluncity.service.rosters.rules.solving import solve
from voluncity.service.rosters.tests.problems import MONDAY, best_by_hand, problems

quick = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


@quick
@given(problems())
def test_a_roster_never_breaks_a_rule(problem: Problem) -> None:
    solution = solve(problem, seconds=5)
    assert checking.faults(problem, solution.seats) == []


@quick
@given(problems())
def test_the_bound_is_never_above_the_roster_and_small_weeks_are_proven(problem: Problem) -> None:
    solution = solve(problem, seconds=5)
    assert solution.bound == solution.value


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problems())
def test_no_place_is_left_empty_that_could_be_filled(problem: Problem) -> None:
    if problem.free.sum() * problem.wanted.shape[0] > 18:
        problem = replace(problem, free=problem.free & (np.arange(problem.people) < 2)[:, None])
    assert len(solve(problem, seconds=5).seats) == best_by_hand(problem)


@quick
@given(problems())
def test_everybody_without_a_turn_and_every_empty_place_has_a_reason(problem: Problem) -> None:
    seats = solve(problem, seconds=5).seats
    known = explaining.Known(np.where(problem.free, 0, 1).astype(np.int8))
    out = explaining.left_out(problem, known, seats)
    assert set(out) == set(range(problem.people)) - {person for person, _, _ in seats}
    assert all(sentence.endswith("。") for sentence in out.values())
    holes = explaining.holes(problem, seats)
    assert sum(missing for _, _, missing, _ in holes) >= problem.wanted.sum() - len(seats)


def week(**changes: object) -> Problem:
    """Return two people, one post, morning and evening of one day."""
    moments = tuple(
        Moment(MONDAY + timedelta(hours=h), MONDAY + timedelta(hours=h + 1), 0) for h in (7, 17)
    )
    given: dict[str, object] = {
        "moments": moments,
        "wanted": np.array([[1, 1]]),
        "held": np.array([[0, 0]]),
        "free": np.ones((2, 2), dtype=np.bool_),
        "way": np.array([[5], [40]]),
        "most": np.array([3, 3]),
        "most_in_day": np.full((2, 7), 2),
        "load": np.array([0, 0]),
        "rest": timedelta(hours=8),
    }
    return Problem(**{**given, **changes})  # type: ignore[arg-type]


def test_the_load_is_shared_before_the_way_is_saved() -> None:
    assert {person for person, _, _ in solve(week(), seconds=5).seats} == {0, 1}


def test_who_had_fewer_turns_comes_first() -> None:
    one = week(wanted=np.array([[1, 0]]), load=np.array([4, 0]))
    assert solve(one, seconds=5).seats == ((1, 0, 0),)


def test_two_who_are_kept_apart_do_not_stand_together() -> None:
    one = week(wanted=np.array([[2, 0]]), apart=((0, 1),))
    assert len(solve(one, seconds=5).seats) == 1


def test_a_locked_seat_stays_even_where_nobody_would_be_put() -> None:
    one = week(free=np.zeros((2, 2), dtype=np.bool_), kept=((1, 0, 0),))
    assert solve(one, seconds=5).seats == ((1, 0, 0),)


def test_first_every_post_gets_one_then_somebody_gets_two() -> None:
    moments = week().moments[:1]
    one = Problem(
        moments=moments, wanted=np.array([[2], [1]]), held=np.array([[0], [0]]),
        free=np.ones((2, 1), dtype=np.bool_), way=np.array([[0, 50], [0, 50]]),
        most=np.array([1, 1]), most_in_day=np.ones((2, 7), dtype=np.int64),
        load=np.array([0, 0]), rest=timedelta(0),
    )  # fmt: skip
    assert {post for _, post, _ in solve(one, seconds=5).seats} == {0, 1}


# -- Saboteurs ---------------------------------------------------------------------------------


def sabotaged(problem: Problem, *without: str) -> Sequence[Seat]:
    """Return what the solver makes of a week when it does not know one of its rules."""
    changes: dict[str, object] = {
        "rest": {"rest": timedelta(hours=-100)},
        "days": {"most_in_day": np.full_like(problem.most_in_day, 9)},
        "caps": {"most": np.full_like(problem.most, 9)},
        "free": {"free": np.ones_like(problem.free)},
        "far": {"way": np.where(problem.way == NEVER, 0, problem.way)},
        "apart": {"apart": ()},
        "places": {"wanted": problem.wanted + 1},
    }
    blind = problem
    for rule in without:
        blind = replace(blind, **changes[rule])  # type: ignore[arg-type]
    return solve(blind, seconds=5).seats


@pytest.mark.parametrize(
    ("rule", "problem", "said"),
    [
        ("rest", week(free=np.array([[True, True], [False, False]]), rest=timedelta(hours=11)),
         "no rest"),
        ("days", week(free=np.array([[True, True], [False, False]]),
                      most_in_day=np.ones((2, 7), dtype=np.int64)), "on day"),
        ("caps", week(free=np.array([[True, True], [False, False]]), most=np.array([1, 1])),
         "too often"),
        ("free", week(free=np.zeros((2, 2), dtype=np.bool_)), "not free"),
        ("far", week(way=np.array([[NEVER], [NEVER]])), "too far"),
        ("apart", week(wanted=np.array([[2, 0]]), apart=((0, 1),)), "together"),
        ("places", week(), "overfilled"),
    ],
)  # fmt: skip
def test_a_solver_that_forgets_a_rule_is_caught(rule: str, problem: Problem, said: str) -> None:
    assert checking.faults(problem, solve(problem, seconds=5).seats) == []
    assert any(said in one for one in checking.faults(problem, sabotaged(problem, rule)))
