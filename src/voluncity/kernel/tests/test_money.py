"""Sums are read as people write them and kept in whole fen."""

from __future__ import annotations

import pytest

from voluncity.kernel.money import parse_yuan, yuan_text
from voluncity.kernel.refusals import BadInput


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        ("200", 20_000),
        ("２００元", 20_000),
        ("1,200.5", 120_050),
        ("￥ 0.01", 1),
        ("1000000", 100_000_000),
    ],
)
def test_a_sum_is_read_exactly(raw: str, fen: int) -> None:
    assert parse_yuan(raw, field="value", most_yuan=1_000_000) == fen


@pytest.mark.parametrize(
    "raw", ["", "0", "-5", "1.234", "两百", "1e3", "😀", "1000000.01", "9" * 40, "\x00"]
)
def test_what_is_no_sum_is_refused_at_its_field(raw: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_yuan(raw, field="value", most_yuan=1_000_000)
    assert refusal.value.field == "value"


@pytest.mark.parametrize(
    ("fen", "words"), [(20_000, "200 元"), (120_050, "1,200.50 元"), (1, "0.01 元")]
)
def test_a_sum_is_shown_in_yuan(fen: int, words: str) -> None:
    assert yuan_text(fen) == words
