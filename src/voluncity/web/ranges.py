"""Send a part of a file, as players of videos ask for it (RFC 9110, 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})", re.ASCII)
_PIECE = 64 * 1024
PARTIAL, UNSATISFIABLE = 206, 416


def ranged(
    asked: str, opened: Callable[[], BinaryIO], *, size: int, content_type: str
) -> HttpResponseBase:
    """Answer with the range of bytes that a header asks for, or with the whole file."""
    match = _RANGE.fullmatch(asked.strip())
    if match is None:  # no range, or one that need not be understood
        whole = FileResponse(opened(), content_type=content_type)
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    if first > last:
        refused = StreamingHttpResponse(iter(()), status=UNSATISFIABLE)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    part = StreamingHttpResponse(
        _pieces(opened(), first, last), status=PARTIAL, content_type=content_type
    )
    part["Accept-Ranges"] = "bytes"
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    return part


def _pieces(stream: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        rest = last - first + 1
        while rest > 0 and (piece := stream.read(min(_PIECE, rest))):
            rest -= len(piece)
            yield piece
