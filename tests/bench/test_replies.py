"""An answer is whole exactly when its last byte came, however its bytes were cut."""

from __future__ import annotations

import gzip

import pytest

from bench.replies import BadReply, Reply

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\xe5\xbf\x97\xe6\x84\xbf"
CHUNKS = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b"3;name=value\r\n\xe5\xbf\x97\r\n3\r\n\xe6\x84\xbf\r\n0\r\n\r\n"
)
TRAILER = CHUNKS[:-2] + b"Expires: never\r\n\r\n"


@pytest.mark.parametrize("answer", [PLAIN, CHUNKS, TRAILER])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_answer_is_whole_with_its_last_byte(answer: bytes, size: int) -> None:
    reply = Reply()
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    assert [reply.feed(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert (reply.status, reply.keeps_open) == (200, True)
    assert reply.text().endswith("\r\n\r\n志愿")


def test_packed_answer_is_read_unpacked() -> None:
    body = gzip.compress("志愿之城".encode())
    reply = Reply()
    head = b"HTTP/1.1 409 Conflict\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
    assert reply.feed(head % len(body) + body)
    assert reply.text().endswith("志愿之城")


def test_answers_without_a_body_end_with_their_head() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n"
    assert Reply(is_bodiless=True).feed(head)
    assert Reply().feed(b"HTTP/1.1 304 Not Modified\r\n\r\n")


def test_answer_without_a_length_ends_with_the_connection() -> None:
    reply = Reply()
    assert not reply.feed(b"HTTP/1.0 200 OK\r\n\r\nall")
    assert reply.end()
    assert not reply.keeps_open


@pytest.mark.parametrize("answer", [b"", PLAIN[:-1], CHUNKS[:-1]])
def test_connection_that_ends_early_leaves_no_answer(answer: bytes) -> None:
    reply = Reply()
    assert not reply.feed(answer)
    assert not reply.end()


def test_connection_that_the_server_closes_is_not_used_again() -> None:
    reply = Reply()
    assert reply.feed(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert not reply.keeps_open


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        PLAIN + b"x",
        CHUNKS + b"HTTP",
        b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 2000,
    ],
)
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(BadReply):
        Reply().feed(answer)
