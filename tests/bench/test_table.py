"""The table says what was measured, how near the limit it came, and whether it suffices."""

from __future__ import annotations

import pytest

from bench.figures import Run, Times
from bench.table import Line, Target, line_of, markdown, number, replaced, text

FAST = Run(
    requests=2000,
    seconds=2.0,
    connections=64,
    times=Times(20, 18.26, 40, 120.4, 130),
    cpu_seconds=0.1,
)
TARGET = Target(at_least=800, p99_at_most=200, ratio_at_least=0.4)


def test_line_holds_rate_times_limit_and_ratio() -> None:
    line = line_of("W1 rush", FAST, limit=2000.0, limit_name="hot row", target=TARGET)
    assert line.cells() == (
        "W1 rush, 64 connections", "1,000/s", "18.3", "40", "120", "0", "2,000/s hot row", "0.50",
        "≥ 800/s, p99 ≤ 200 ms, ratio ≥ 0.4 ✓",
    )  # fmt: skip
    assert line.notes == [
        "2,000 answers in 2.0 s; the generator used 50 µs of CPU for each, 5% of a core"
    ]


def test_line_tells_what_each_answer_cost_the_others() -> None:
    run = Run(requests=1000, seconds=2.0, spent={"server": 1.5, "worker": 0.25, "database": 0.5})
    assert line_of("W1", run).notes[1:] == [
        "CPU for each answer in ms: server 1.50, worker 0.25, database 0.50"
    ]


def test_duration_is_nearer_the_limit_the_shorter_it_is() -> None:
    line = Line("W5", 50.0, unit="s", limit=25.0, limit_name="COPY", target=Target(at_most=60))
    assert line.ratio == 0.5
    assert line.cells()[1::5] == ("50 s", "25 s COPY")
    assert line.cells()[-1] == "≤ 60 s ✓"


@pytest.mark.parametrize(
    "target",
    [
        Target(at_least=1001),
        Target(at_most=999),
        Target(p99_at_most=100),
        Target(ratio_at_least=0.51),
        Target(mb_at_most=400),
    ],
)
def test_what_misses_one_thing_is_not_met(target: Target) -> None:
    line = line_of("W1", FAST, limit=2000.0, target=target)
    line.megabytes = 401
    assert not line.is_met
    assert line.cells()[-1].endswith("✗")


def test_errors_are_never_met() -> None:
    assert Line("W1", 10.0, target=Target(at_least=1)).is_met
    assert not Line("W1", 10.0, errors=1, target=Target(at_least=1)).is_met


def test_wrong_and_missing_answers_are_told() -> None:
    run = Run(requests=1, seconds=1.0, connections=1, wrong={"timeout": 3}, is_whole=False)
    line = line_of("W2", run)
    assert (line.workload, line.errors) == ("W2, 1 connection", 4)
    assert line.notes[1:] == ["wrong: 3 × timeout", "the deadline came before the end of the plan"]


def test_without_limit_or_target_the_cells_are_empty() -> None:
    assert Line("W9", 0.0).cells() == ("W9", "0/s", "", "", "", "0", "", "", "–")


def test_numbers_have_the_digits_that_mean_something() -> None:
    assert [number(value) for value in (0.1234, 5.678, 12.34, 123.4, 1234567.8, 7.0)] == [
        "0.12", "5.68", "12.3", "123", "1,234,568", "7",
    ]  # fmt: skip


def test_columns_stand_under_each_other_for_wide_letters_too() -> None:
    lines = [Line("上报 report", 5.0), Line("W1", 1000.0, notes=["busy"])]
    head, rule, first, second, *rest = text(lines).splitlines()
    assert head.startswith("workload")
    assert set(rule) == {"─", " "}
    # Two letters that are two columns wide each.
    assert first.index("5/s") + 2 == second.index("1,000/s")
    assert rest == ["", "  W1: busy"]


def test_document_gets_the_table_between_its_markers() -> None:
    old = "a\n<!-- table sqlite -->\nold\n<!-- /table sqlite -->\nb\n<!-- table postgres -->\n"
    table = markdown([Line("W1|x", 5.0, notes=["one", "two"])], heading="When")
    new = replaced(old, "table sqlite", table)
    assert new == (
        "a\n<!-- table sqlite -->\nWhen\n\n"
        "| workload | measured | p50 ms | p95 ms | p99 ms | errors | limit | ratio | target |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| W1/x | 5/s |  |  |  | 0 |  |  | – |\n"
        "\n- W1|x: one; two\n"
        "<!-- /table sqlite -->\nb\n<!-- table postgres -->\n"
    )
    assert replaced(new, "table sqlite", table) == new
    with pytest.raises(ValueError, match="no markers"):
        replaced(old, "table postgres", table)
