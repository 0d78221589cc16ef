"""Large files are sealed piece by piece and read from any place."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel import sealed_files
from voluncity.kernel.sealed_files import open_sealed, seal_pieces
from voluncity.kernel.sealing import Unsealable

NEW, OLD, OTHER = b"n" * 32, b"o" * 32, b"x" * 32
LIST = "import:1"
HEAD = 3 + 8 + 7


@pytest.fixture(autouse=True, scope="module")
def _small_pieces() -> object:
    whole, sealed_files.PIECE = sealed_files.PIECE, 16
    yield None
    sealed_files.PIECE = whole


def sealed_of(content: bytes, *, key: bytes = NEW, bound_to: str = LIST) -> bytes:
    return b"".join(seal_pieces(BytesIO(content), keys=[key], bound_to=bound_to))


def read_of(sealed: bytes, *, keys: tuple[bytes, ...] = (NEW,), bound_to: str = LIST) -> bytes:
    return open_sealed(BytesIO(sealed), keys=keys, bound_to=bound_to).read()


@given(st.binary(max_size=100))
def test_a_sealed_file_comes_back(content: bytes) -> None:
    assert read_of(sealed_of(content), keys=(OLD, NEW)) == content


@given(st.binary(max_size=100), st.integers(0, 120), st.integers(0, 50))
def test_it_is_read_from_any_place(content: bytes, start: int, length: int) -> None:
    opened = open_sealed(BytesIO(sealed_of(content)), keys=[NEW], bound_to=LIST)
    assert opened.seek(0, 2) == len(content)
    opened.seek(start)
    assert opened.read(length) == content[start : start + length]
    opened.seek(0)
    assert opened.read() == content


def test_it_belongs_to_one_thing_and_one_key() -> None:
    sealed = sealed_of(b"a list of people")
    assert b"list" not in sealed
    for content, keys, bound_to in (
        (sealed, (OTHER,), LIST),
        (sealed, (NEW,), "import:2"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), (NEW,), LIST),
        (b"not sealed at all", (NEW,), LIST),
        (b"", (NEW,), LIST),
    ):
        with pytest.raises(Unsealable):
            read_of(content, keys=keys, bound_to=bound_to)


def test_pieces_cannot_be_cut_off_swapped_or_said_twice() -> None:
    sealed = sealed_of(b"0123456789abcdef" * 3)
    head, pieces = sealed[:HEAD], [sealed[HEAD + at : HEAD + at + 32] for at in (0, 32, 64)]
    assert read_of(head + b"".join(pieces)) == b"0123456789abcdef" * 3
    first, second, third = pieces
    for wrong in (
        [first, second], [first], [], [second, first, third], [first, third],
        [first, second, second, third], [first, second, third[:-4]],
    ):  # fmt: skip
        with pytest.raises(Unsealable):
            read_of(head + b"".join(wrong))
