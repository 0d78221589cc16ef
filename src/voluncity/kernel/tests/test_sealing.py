"""Personal numbers at rest: readable with the key and in their own row only."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.sealing import (
    Unsealable,
    blind_index,
    key_id,
    seal,
    unseal,
)

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
ROW = "volunteer:140100000001"
NUMBER = "14010619900501002X"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_was_sealed_comes_back(plain: str) -> None:
    assert unseal(seal(plain, keys=[NEW], bound_to=ROW), keys=[NEW], bound_to=ROW) == plain


def test_nothing_of_the_number_can_be_read() -> None:
    sealed = seal(NUMBER, keys=[NEW], bound_to=ROW)
    assert NUMBER not in sealed
    assert NUMBER.encode() not in base64.urlsafe_b64decode(sealed.rpartition(".")[2])


def test_the_same_number_looks_different_each_time() -> None:
    assert len({seal(NUMBER, keys=[NEW], bound_to=ROW) for _ in range(20)}) == 20


@pytest.mark.parametrize(("keys", "row"), [([OTHER], ROW), ([], ROW), ([NEW], "volunteer:2")])
def test_another_key_or_another_row_opens_nothing(keys: list[bytes], row: str) -> None:
    sealed = seal(NUMBER, keys=[NEW], bound_to=ROW)
    with pytest.raises(Unsealable):
        unseal(sealed, keys=keys, bound_to=row)


def test_two_rows_that_were_swapped_are_noticed() -> None:
    mine = seal("1", keys=[NEW], bound_to="volunteer:1")
    with pytest.raises(Unsealable, match="another row"):
        unseal(mine, keys=[NEW], bound_to="volunteer:2")


def test_keys_are_rotated_without_losing_the_old_numbers() -> None:
    old = seal(NUMBER, keys=[OLD], bound_to=ROW)
    new = seal(NUMBER, keys=[NEW, OLD], bound_to=ROW)
    assert (old.split(".")[1], new.split(".")[1]) == (key_id(OLD), key_id(NEW))
    for sealed in (old, new):
        assert unseal(sealed, keys=[NEW, OLD], bound_to=ROW) == NUMBER
    with pytest.raises(Unsealable, match="no key"):
        unseal(old, keys=[NEW], bound_to=ROW)


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_one_changed_character_is_noticed(place: int) -> None:
    sealed = seal(NUMBER, keys=[NEW], bound_to=ROW)
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
    with pytest.raises(Unsealable):
        unseal(changed, keys=[NEW], bound_to=ROW)


@pytest.mark.parametrize(
    "text", ["", "a1", "a1..", "x.y.z", "a1.{}.", "a1.{}.@@@@", "a1.{}.中文", "b2.{}.AAAA"]
)
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(Unsealable):
        unseal(text.format(key_id(NEW)), keys=[NEW], bound_to=ROW)


def test_something_added_is_noticed() -> None:
    sealed = seal(NUMBER, keys=[NEW], bound_to=ROW)
    for odd in (sealed + "!", sealed + "\n", sealed + "AAAA"):
        with pytest.raises(Unsealable):
            unseal(odd, keys=[NEW], bound_to=ROW)


def test_a_blind_index_finds_equal_numbers_and_tells_nothing() -> None:
    index = blind_index(NUMBER, key=NEW, purpose="id")
    assert index == blind_index(NUMBER, key=NEW, purpose="id")
    others = {
        blind_index(NUMBER, key=OTHER, purpose="id"),
        blind_index(NUMBER, key=NEW, purpose="phone"),
        blind_index("140106199005010038", key=NEW, purpose="id"),
    }
    assert len(others | {index}) == 4
    assert len(index) == 64
