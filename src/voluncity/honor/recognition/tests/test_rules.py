"""Ladders and the numbers on a certificate."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.honor.recognition.models import StarTier
from voluncity.honor.recognition.rules import (
    Rung,
    check_code,
    facts_digest,
    ladder,
    new_serial,
    next_rung,
    reached,
)
from voluncity.testing.make_people import NOON

KEY = b"k" * 32
OLD, NEW = date(2012, 10, 23), date(2027, 1, 1)
TIERS = [StarTier(valid_from=OLD, stars=n, minutes=n * 600) for n in (2, 1, 3)] + [
    StarTier(valid_from=NEW, stars=1, minutes=1200)
]


def test_the_ladder_of_a_day_is_the_newest_that_holds_lowest_rung_first() -> None:
    assert ladder(TIERS, on=date(2026, 12, 31)) == [Rung(1, 600), Rung(2, 1200), Rung(3, 1800)]
    assert ladder(TIERS, on=NEW) == [Rung(1, 1200)]
    assert ladder(TIERS, on=date(2000, 1, 1)) == []


@pytest.mark.parametrize(
    ("minutes", "stars", "coming"), [(599, [], 1), (600, [1], 2), (1800, [1, 2, 3], None)]
)
def test_a_star_begins_with_its_very_minute(
    minutes: int, stars: list[int], coming: int | None
) -> None:
    rungs = ladder(TIERS, on=OLD)
    ahead = next_rung(rungs, minutes)
    assert [rung.stars for rung in reached(rungs, minutes)] == stars
    assert (ahead.stars if ahead else None) == coming


def test_a_serial_names_the_day_in_the_city_and_cannot_be_guessed() -> None:
    serials = {new_serial(at=NOON) for _ in range(50)}
    assert len(serials) == 50
    assert {serial[:10] for serial in serials} == {"ZM20261124"}


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
def test_the_digest_does_not_depend_on_the_order_of_keys(facts: dict[str, int]) -> None:
    assert facts_digest(facts) == facts_digest(dict(reversed(facts.items())))


def test_the_check_code_depends_on_serial_facts_and_key() -> None:
    code = check_code("ZM1", "d1", key=KEY)
    others = {
        check_code("ZM2", "d1", key=KEY),
        check_code("ZM1", "d2", key=KEY),
        check_code("ZM1", "d1", key=b"x" * 32),
    }
    assert code not in others
    assert len(code) == 8
    assert code.isdigit()
