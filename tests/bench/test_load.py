"""The load generator asks each question once, counts every answer and ends in time."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import ClassVar

import pytest

from bench import load, plan
from bench.load import drive
from bench.plan import Request


class Answers(BaseHTTPRequestHandler):
    """A small server that notes what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = {"/full": 409, "/broken": 500}.get(self.path, 200)
        if self.path == "/silence":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        if self.path == "/bye":
            self.send_header("Connection", "close")
        self.send_header("Content-Length", "12")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write("名额已满".encode())

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(f"{self.path} {len(body)}")
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b"4\r\nwell\r\n", b"5\r\n done\r\n", b"0\r\n\r\n"):
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, *_arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server with room for every connection of a test."""

    request_queue_size = 64
    daemon_threads = True


@pytest.fixture
def port() -> Iterator[int]:
    Answers.asked.clear()
    with Server(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_every_request_is_sent_once_and_counted(port: int) -> None:
    requests = [Request(f"/{number}", label="page") for number in range(50)]
    run = drive(requests, port=port, connections=4)
    assert sorted(Answers.asked) == sorted(f"/{number}" for number in range(50))
    assert (run.requests, run.statuses, run.errors, run.is_whole) == (50, {"200": 50}, 0, True)
    assert run.times.p50 <= run.times.p95 <= run.times.p99 <= run.times.most
    assert (list(run.labels), run.reconnects) == (["page"], 0)


def test_more_connections_than_requests_are_closed(port: int) -> None:
    assert drive([Request("/")], port=port, connections=8).statuses == {"200": 1}


def test_answers_in_chunks_and_large_bodies_are_read(port: int) -> None:
    request = Request("/", method="POST", body="x" * 3_000_000, expect={200: "well done"})
    run = drive([request] * 3, port=port, connections=2)
    assert (Answers.asked, run.errors) == (["/ 3000000"] * 3, 0)


def test_answer_to_head_has_no_body(port: int) -> None:
    run = drive([Request("/", method="HEAD")] * 4, port=port, connections=1)
    assert (run.statuses, run.reconnects) == ({"200": 4}, 0)


def test_wrong_answers_are_told_apart(port: int) -> None:
    requests = [
        Request("/full", expect={200: "", 409: "名额已满"}),
        Request("/full", expect={409: "已经报名"}),
        Request("/full"),
        Request("/broken", expect={200: ""}),
    ]
    run = drive(requests, port=port, connections=1)
    assert run.statuses == {"409": 3, "500": 1}
    assert run.wrong == {"status 409": 1, "status 500": 1, "status 409 without “已经报名”": 1}


def test_connection_that_ends_is_made_anew(port: int) -> None:
    requests = [Request("/bye"), Request("/"), Request("/silence"), Request("/")]
    run = drive(requests, port=port, connections=1)
    assert (run.statuses, run.wrong, run.reconnects) == ({"200": 3}, {"closed": 1}, 2)


def test_plan_goes_round_until_the_time_is_up(port: int) -> None:
    began = monotonic()
    run = drive([Request("/")], port=port, connections=2, seconds=0.3)
    assert 0.3 <= monotonic() - began < 5
    assert run.requests > 2
    assert run.is_whole


def test_deadline_leaves_the_rest_of_the_plan(port: int) -> None:
    run = drive([Request("/")] * 100_000, port=port, connections=2, deadline=0.2)
    assert not run.is_whole
    assert run.requests < 100_000


def test_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        going = load.Load("127.0.0.1", deaf.getsockname()[1], timeout=0.3)
        shots = iter([load.Shot(Request("/"), "city")])
        run = going.go(shots, connections=1, deadline=0.1)
    assert (run.requests, run.wrong) == (0, {"timeout": 1})


def test_command_writes_the_figures(port: int, tmp_path: Path) -> None:
    question, answer = tmp_path / "plan.jsonl", tmp_path / "result.json"
    plan.write(question, [Request("/"), Request("/full", expect={409: ""})])
    assert load.main([str(question), "--port", str(port), "--out", str(answer)]) == 0
    assert json.loads(answer.read_text(encoding="utf-8"))["statuses"] == {"200": 1, "409": 1}


def test_command_says_what_went_wrong(
    port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = tmp_path / "plan.jsonl"
    plan.write(question, [Request("/broken")])
    assert load.main([str(question), "--port", str(port)]) == 1
    assert json.loads(capsys.readouterr().out)["wrong"] == {"status 500": 1}
    assert load.main([str(tmp_path / "none.jsonl")]) == 2
    question.write_text("nonsense")
    assert load.main([str(question)]) == 2
    assert "plan.jsonl, line 1" in capsys.readouterr().err
