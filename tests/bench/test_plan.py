"""A plan is read as it was written, and what cannot be sent is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import plan
from bench.plan import BadPlan, Request

SIGN_UP = Request(
    "/shifts/7/sign-up",
    method="POST",
    headers={"Cookie": "sessionid=abc"},
    body="remark=志愿",
    label="sign up",
    expect={302: "", 409: "名额已满"},
)


def test_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    assert plan.write(path, [SIGN_UP, Request("/find/")]) == 2
    assert list(plan.read(path)) == [SIGN_UP, Request("/find/")]


def test_empty_plan_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    assert plan.write(path, []) == 0
    assert list(plan.read(path)) == []


def test_request_is_sent_with_the_length_of_its_bytes() -> None:
    assert (
        SIGN_UP.wire("127.0.0.1:8000")
        == (
            "POST /shifts/7/sign-up HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nCookie: sessionid=abc\r\n"
            "Content-Length: 13\r\n\r\nremark=志愿"
        ).encode()
    )
    assert Request("/").wire("city") == b"GET / HTTP/1.1\r\nHost: city\r\n\r\n"
    empty_post = Request("/", method="POST", headers={"Host": "other"})
    assert empty_post.wire("city") == b"POST / HTTP/1.1\r\nHost: other\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "line",
    [
        "GET /",
        "[]",
        "{}",
        '{"path": "find"}',
        '{"path": "/a b"}',
        '{"path": 5}',
        '{"path": "/", "method": "BREW"}',
        '{"path": "/", "speed": 1}',
        '{"path": "/", "headers": {"A": "b\\r\\nC: d"}}',
        '{"path": "/", "headers": {"A": 1}}',
        '{"path": "/", "headers": []}',
        '{"path": "/", "expect": {"ok": ""}}',
        '{"path": "/", "expect": [200]}',
    ],
)
def test_line_that_cannot_be_sent_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    path.write_text(f'{{"path": "/"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(BadPlan, match=r"plan\.jsonl, line 3: "):
        list(plan.read(path))
