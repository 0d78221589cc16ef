"""Bytes on the disk under random names; S3-compatible storage would replace this file only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def write(key: str, content: bytes) -> None:
    """Write the content wholly or not at all."""
    write_pieces(key, [content])


def write_pieces(key: str, content: Iterable[bytes]) -> tuple[int, str]:
    """Write the pieces wholly or not at all: a draft, forced to the disk, then renamed.

    Returns how many bytes they have together, and their SHA-256 (hex).
    """
    length, digest = 0, hashlib.sha256()
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    try:
        with draft.open("xb") as stream:
            for piece in content:
                stream.write(piece)
                digest.update(piece)
                length += len(piece)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(path)
    except BaseException:  # also when the pieces cannot be read to their end
        draft.unlink(missing_ok=True)
        raise
    _force_folder(path.parent)
    return length, digest.hexdigest()


def open_stored(key: str) -> BinaryIO:
    """Open what was written.

    :raises FileNotFoundError: when there is nothing under this name.
    """
    return _path(key).open("rb")


def remove(key: str) -> None:
    """Remove a file, if it is there."""
    _path(key).unlink(missing_ok=True)


def keys_older_than(instant: float) -> Iterator[str]:
    """Return the names of files and drafts written before an instant (seconds since 1970)."""
    for path in Path(settings.VOLUNCITY_FILES).glob("??/*"):
        with suppress(FileNotFoundError):  # somebody else may be sweeping
            if path.stat().st_mtime < instant:
                yield path.name


def _path(key: str) -> Path:
    return Path(settings.VOLUNCITY_FILES) / key[:2] / key


def _force_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
