"""Read HTTP/1.1 answers as their bytes come in, with as little work as an answer needs."""

from __future__ import annotations

import re
import zlib

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
GZIP = re.compile(rb"\r\ncontent-encoding:[ \t]*gzip", re.IGNORECASE)
STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})")
CHUNK_LINE = re.compile(rb"([0-9a-fA-F]{1,16})[^\r\n]*\r\n")
LONGEST_HEAD = 65_536
LONGEST_CHUNK_LINE = 1_024
WITHOUT_BODY = {204, 304}


class BadReply(ValueError):
    """What came is no answer in HTTP/1.1."""


class Reply:
    """One answer, fed with bytes until it is whole."""

    __slots__ = ("_at", "_chunks", "_end", "_is_bodiless", "data", "is_chunked", "status")

    def __init__(self, *, is_bodiless: bool = False) -> None:
        self.data = b""
        self.status = 0
        self.is_chunked = False
        self._is_bodiless = is_bodiless  # an answer to HEAD
        self._at = 0  # where the body, or the next chunk, begins
        self._end = -1  # where the body ends; -1: not known, or at the end of the connection
        self._chunks: list[bytes] = []

    def feed(self, data: bytes) -> bool:
        """Take more bytes and say whether the answer is whole.

        :raises BadReply: when this is no answer, or more than one.
        """
        self.data = self.data + data if self.data else data
        if not self.status and not self._read_head():
            return False
        if self.is_chunked:
            return self._read_chunks()
        if self._end < 0:
            return False
        if len(self.data) > self._end:
            raise BadReply("more came than one answer")
        return len(self.data) == self._end

    def end(self) -> bool:
        """Take the end of the connection and say whether it made the answer whole."""
        return self.status > 0 and not self.is_chunked and self._end < 0

    @property
    def keeps_open(self) -> bool:
        """Whether the server will read another request from this connection."""
        until = self.data.find(HEAD_END)
        return CLOSE.search(self.data, 0, until + 2) is None and not self.end()

    def text(self) -> str:
        """Return the whole answer, head and body, unpacked, for a look at its words."""
        head_end = self.data.find(HEAD_END) + len(HEAD_END)
        head = self.data[:head_end]
        body = b"".join(self._chunks) if self.is_chunked else self.data[head_end:]
        if GZIP.search(head):
            body = zlib.decompress(body, wbits=31)
        return (head + body).decode(errors="replace")

    def _read_head(self) -> bool:
        end = self.data.find(HEAD_END)
        if end < 0:
            if len(self.data) > LONGEST_HEAD:
                raise BadReply("the head does not end")
            return False
        found = STATUS_LINE.match(self.data)
        if found is None:
            raise BadReply(f"no status line: {self.data[:40]!r}")
        self.status = int(found[1])
        self._at = end + len(HEAD_END)
        if self._is_bodiless or self.status in WITHOUT_BODY:
            self._end = self._at
        elif length := LENGTH.search(self.data, 0, end):
            self._end = self._at + int(length[1])
        else:
            self.is_chunked = CHUNKED.search(self.data, 0, end) is not None
        return True

    def _read_chunks(self) -> bool:
        while True:
            line = CHUNK_LINE.match(self.data, self._at)
            if line is None:
                rest = self.data[self._at : self._at + LONGEST_CHUNK_LINE]
                if b"\r\n" in rest or len(rest) == LONGEST_CHUNK_LINE:
                    raise BadReply(f"no chunk: {rest[:40]!r}")
                return False
            size = int(line[1], 16)
            if size == 0:
                return self._read_trailer(line.end())
            end = line.end() + size
            if len(self.data) < end + 2:
                return False
            self._chunks.append(self.data[line.end() : end])
            self._at = end + 2

    def _read_trailer(self, at: int) -> bool:
        """Look for the empty line that ends a body in chunks."""
        if self.data.startswith(b"\r\n", at):
            end = at + 2
        else:
            end = self.data.find(HEAD_END, at) + len(HEAD_END)
            if end < len(HEAD_END):
                return False
        if len(self.data) > end:
            raise BadReply("more came than one answer")
        return True
