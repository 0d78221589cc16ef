"""A file to read, wherever it lies: on the disk, or in memory for as long as it is needed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from voluncity.kernel.refusals import BadInput


@dataclass(frozen=True)
class Source:
    """A file under its name; `open` returns it from the beginning, each time anew."""

    name: str
    open: Callable[[], BinaryIO]


def on_disk(path: Path) -> Source:
    """Return a file on the disk.

    :raises BadInput: when it is opened and is not there.
    """

    def opened() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise BadInput(
                f"打不开文件“{path.name}”，请核对文件名和读取权限。", code="people.list_file"
            ) from error

    return Source(path.name, opened)


def uploaded(upload: UploadedFile[Any]) -> Source:
    """Return a file that was just sent; a large one lies on the disk until the answer is sent."""
    name = upload.name or ""
    if isinstance(upload, TemporaryUploadedFile):
        path = Path(upload.temporary_file_path())
        return Source(name, lambda: path.open("rb"))
    return in_memory(name, upload.read())


def size(source: Source) -> int:
    """Return how long a file is, in bytes."""
    with source.open() as file:
        return file.seek(0, os.SEEK_END)


def in_memory(name: str, content: bytes) -> Source:
    """Return a file whose content nobody else can read."""
    return Source(name, lambda: BytesIO(content))


def digest(source: Source) -> str:
    """Return by which the same file is recognized (SHA-256, hex).

    :raises BadInput: when there is no such file.
    """
    with source.open() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
