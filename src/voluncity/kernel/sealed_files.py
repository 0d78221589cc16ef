"""Encrypt a large file piece by piece, and read it from any place, one piece in memory.

Each piece is sealed with AES-256-GCM under a nonce of a random part, the piece's number and
whether it is the last: pieces cannot be swapped, left out, or cut off at the end unnoticed
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag

from voluncity.kernel.sealing import Unsealable, cipher_of, key_id

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 256 * 1024
_MARK = b"s1."  # AES-256-GCM in pieces; another construction can live beside it
_RANDOM, _GCM_TAG = 7, 16
_HEAD = len(_MARK) + 8 + _RANDOM


def seal_pieces(plain: BinaryIO, *, keys: Sequence[bytes], bound_to: str) -> Iterator[bytes]:
    """Return the content of a file encrypted with the newest key, a piece at a time."""
    cipher, start, bound = cipher_of(keys[0]), os.urandom(_RANDOM), bound_to.encode()
    yield _MARK + key_id(keys[0]).encode() + start
    for number, (piece, is_last) in enumerate(_with_end(plain)):
        yield cipher.encrypt(_nonce(start, number, is_last=is_last), piece, bound)


def open_sealed(sealed: BinaryIO, *, keys: Sequence[bytes], bound_to: str) -> BinaryIO:
    """Return the plain content of what `seal_pieces` made, to be read from any place.

    :raises Unsealable: when no key fits; while reading, when it was changed, cut off or belongs
        to something else.
    """
    return io.BufferedReader(_Opened(sealed, keys=keys, bound_to=bound_to), PIECE)


def _with_end(plain: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Return the pieces and whether each is the last; an empty file has one, empty."""
    piece = plain.read(PIECE)
    while following := plain.read(PIECE):
        yield piece, False
        piece = following
    yield piece, True


def _nonce(start: bytes, number: int, *, is_last: bool) -> bytes:
    return start + number.to_bytes(4, "big") + bytes([is_last])


class _Opened(io.RawIOBase):
    """The plain content; the piece that was read last is kept."""

    def __init__(self, sealed: BinaryIO, *, keys: Sequence[bytes], bound_to: str) -> None:
        head = sealed.read(_HEAD)
        name, self._start = head[len(_MARK) : -_RANDOM], head[-_RANDOM:]
        key = next((key for key in keys if key_id(key).encode() == name), None)
        if not head.startswith(_MARK) or key is None:
            raise Unsealable("no key for this file")
        self._sealed, self._cipher, self._bound = sealed, cipher_of(key), bound_to.encode()
        body = sealed.seek(0, os.SEEK_END) - _HEAD
        self._last = max(-(-body // (PIECE + _GCM_TAG)) - 1, 0)
        self._length = body - (self._last + 1) * _GCM_TAG
        self._place = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        from_where = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._length}
        self._place = max(from_where[whence] + offset, 0)
        return self._place

    def readinto(self, buffer: WriteableBuffer) -> int:
        number, within = divmod(self._place, PIECE)
        if number > self._last:
            return 0
        view = memoryview(buffer)
        some = self._opened(number)[within : within + len(view)]
        view[: len(some)] = some
        self._place += len(some)
        return len(some)

    def close(self) -> None:
        self._sealed.close()
        super().close()

    def _opened(self, number: int) -> bytes:
        if number != self._number:
            self._sealed.seek(_HEAD + number * (PIECE + _GCM_TAG))
            body = self._sealed.read(PIECE + _GCM_TAG)
            nonce = _nonce(self._start, number, is_last=number == self._last)
            try:
                self._piece = self._cipher.decrypt(nonce, body, self._bound)
            except (InvalidTag, ValueError) as error:
                raise Unsealable("changed, cut off, or bound to something else") from error
            self._number = number
        return self._piece
