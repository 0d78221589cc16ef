"""The figures of a run say what its requests took."""

from __future__ import annotations

import json

from bench.figures import Run, Times, rank

MS = 1_000_000


def test_a_share_is_the_smallest_time_that_it_does_not_exceed() -> None:
    ranked = list(range(1, 101))
    assert [rank(ranked, share) for share in (1, 50, 95, 99, 100)] == [1, 50, 95, 99, 100]
    assert [rank([7], share) for share in (1, 50, 99, 100)] == [7, 7, 7, 7]
    assert rank([1, 2, 3], 50) == 2
    assert rank([1, 2, 3], 99) == 3


def test_times_are_milliseconds_in_any_order() -> None:
    assert Times.of([4 * MS, 1 * MS, 3 * MS, 2 * MS]) == Times(2.5, 2.0, 4.0, 4.0, 4.0)
    assert Times.of([]) == Times()


def test_run_survives_its_way_through_json() -> None:
    run = Run(
        requests=200,
        seconds=2.0,
        times=Times(1, 2, 3, 4, 5),
        labels={"find": Times(1)},
        wrong={"status 500": 2, "timeout": 1},
        cpu_seconds=0.01,
    )
    values = json.loads(json.dumps(run.values()))
    assert (values["rate"], values["errors"], values["cpu_micros"]) == (100.0, 3, 50.0)
    assert Run.of(values) == run


def test_run_without_a_request_has_no_rate() -> None:
    assert (Run().rate, Run().cpu_micros, Run().values()["cpu_share"]) == (0.0, 0.0, 0.0)
