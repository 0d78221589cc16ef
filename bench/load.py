"""Send a plan over many connections, each with one request at a time, and time every answer.

    python -m bench.load plan.jsonl --port 8000 --connections 64 --out result.json
    python -m bench.load plan.jsonl --port 8000 --connections 16 --seconds 10

Standard library only, one process, one thread: its own work must stay small beside the server's,
and the result says how large it was.
"""

from __future__ import annotations

import argparse
import errno
import gc
import json
import selectors
import socket
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import plan
from bench.figures import Run, Times
from bench.replies import BadReply, Reply

AT_ONCE = 65_536  # larger ones are mapped and unmapped by the system each time
LOOK_SECONDS = 0.25


class Shot:
    """A request made ready: what is sent, and what must come back."""

    __slots__ = ("expect", "is_bodiless", "label", "wire")

    def __init__(self, request: plan.Request, host: str) -> None:
        self.wire = request.wire(host)
        self.label = request.label
        self.expect = dict(request.expect)
        self.is_bodiless = request.method == "HEAD"

    def is_right(self, status: int) -> bool:
        """Say whether the status alone is right."""
        return status in self.expect if self.expect else 200 <= status < 400


class Connection:
    """One connection to the server and the request that is under way on it."""

    __slots__ = ("began", "left", "reply", "shot", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.shot: Shot | None = None
        self.reply = Reply()
        self.left = b""  # what the socket has not yet taken of a large request
        self.began = 0


class Load:
    """Drive one server with one plan."""

    def __init__(self, host: str, port: int, *, timeout: float = 20.0) -> None:
        self.address = (host, port)
        self.timeout_ns = int(timeout * 1e9)
        self.run = Run()
        self._selector = selectors.DefaultSelector()
        self._open: set[Connection] = set()
        self._shots: Iterator[Shot] = iter(())
        self._until = 0.0
        self._took: list[int] = []
        self._labels: defaultdict[str, list[int]] = defaultdict(list)
        self._statuses: Counter[int] = Counter()
        self._wrong: Counter[str] = Counter()
        self._to_read: list[tuple[str, Reply]] = []

    def go(self, shots: Iterator[Shot], *, connections: int, deadline: float) -> Run:
        """Send everything, at most until `deadline` seconds are over; return what it came to."""
        self._shots = shots
        lines = [self._connect() for _ in range(connections)]
        gc.collect()
        gc.disable()
        self.run.connections = connections
        began, cpu = time.perf_counter(), time.process_time()
        self._until = began + deadline
        for line in lines:
            self._next(line)
        self._serve()
        self.run.seconds = time.perf_counter() - began
        self.run.cpu_seconds = round(time.process_time() - cpu, 4)
        gc.enable()
        return self._sum_up()

    def _connect(self) -> Connection:
        sock = socket.create_connection(self.address, timeout=self.timeout_ns / 1e9)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(0)
        line = Connection(sock)
        self._selector.register(sock, selectors.EVENT_READ, line)
        self._open.add(line)
        return line

    def _serve(self) -> None:
        """Read what comes until nothing is under way; end what takes too long."""
        look = time.perf_counter() + LOOK_SECONDS
        while self._open:
            for key, events in self._selector.select(LOOK_SECONDS):
                if events & selectors.EVENT_WRITE:
                    self._send(key.data)
                if events & selectors.EVENT_READ and key.data in self._open:
                    self._receive(key.data)
            if (now := time.perf_counter()) > look:
                look = now + LOOK_SECONDS
                self._end_the_late(now)

    def _next(self, line: Connection) -> None:
        """Send the next request on this connection, or close it where none is left."""
        shot = None if self._is_over() else next(self._shots, None)
        if shot is None:
            self._close(line)
            return
        line.shot, line.left = shot, shot.wire
        line.reply = Reply(is_bodiless=shot.is_bodiless)
        line.began = time.perf_counter_ns()
        self._send(line)

    def _is_over(self) -> bool:
        if time.perf_counter() < self._until:
            return False
        self.run.is_whole = False
        return True

    def _send(self, line: Connection) -> None:
        waited = len(line.left) < len(line.shot.wire) if line.shot else False
        try:
            sent = line.sock.send(line.left)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._fail(line, _name(error))
            return
        line.left = line.left[sent:]
        if line.left:
            self._selector.modify(line.sock, selectors.EVENT_READ | selectors.EVENT_WRITE, line)
        elif waited or sent == 0:
            self._selector.modify(line.sock, selectors.EVENT_READ, line)

    def _receive(self, line: Connection) -> None:
        try:
            data = line.sock.recv(AT_ONCE)
            is_whole = line.reply.feed(data) if data else line.reply.end()
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(line, _name(error))
            return
        except BadReply as error:
            self._fail(line, str(error))
            return
        if is_whole:
            self._count(line)
        elif not data:
            self._fail(line, "closed")

    def _count(self, line: Connection) -> None:
        """Note a whole answer and go on."""
        took = time.perf_counter_ns() - line.began
        reply, shot = line.reply, line.shot
        if shot is None:
            self._fail(line, "an answer to nothing")
            return
        self._took.append(took)
        self._labels[shot.label].append(took)
        self._statuses[reply.status] += 1
        self.run.received_bytes += len(reply.data)
        if not shot.is_right(reply.status):
            self._wrong[f"status {reply.status}"] += 1
        elif words := shot.expect.get(reply.status):
            self._to_read.append((words, reply))  # read after the run, in nobody's time
        if reply.keeps_open:
            self._next(line)
        else:
            self._renew(line)

    def _fail(self, line: Connection, why: str) -> None:
        self._wrong[why] += 1
        self._renew(line)

    def _renew(self, line: Connection) -> None:
        """Take a new connection in place of this one."""
        self._close(line)
        if self._is_over():
            return
        self.run.reconnects += 1
        try:
            self._next(self._connect())
        except OSError as error:
            self._wrong[f"no connection: {_name(error)}"] += 1

    def _close(self, line: Connection) -> None:
        self._open.discard(line)
        self._selector.unregister(line.sock)
        line.sock.close()

    def _end_the_late(self, now: float) -> None:
        oldest = time.perf_counter_ns() - self.timeout_ns
        for line in [line for line in self._open if line.began < oldest]:
            self._fail(line, "timeout")
        if now > self._until + self.timeout_ns / 1e9:
            for line in list(self._open):
                self._wrong["timeout"] += 1
                self._close(line)

    def _sum_up(self) -> Run:
        run = self.run
        for words, reply in self._to_read:
            if words not in reply.text():
                self._wrong[f"status {reply.status} without “{words}”"] += 1
        run.requests = len(self._took)
        run.times = Times.of(self._took)
        run.statuses = {str(status): count for status, count in sorted(self._statuses.items())}
        run.labels = {name: Times.of(took) for name, took in self._labels.items() if name}
        run.wrong = dict(self._wrong)
        self._selector.close()
        return run


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


def _round_and_round(shots: Sequence[Shot]) -> Iterator[Shot]:
    while shots:
        yield from shots


def drive(
    requests: Sequence[plan.Request],
    *,
    port: int,
    connections: int,
    host: str = plan.HOST,
    seconds: float = 0.0,
    deadline: float = 60.0,
) -> Run:
    """Send the requests once each, or again and again for `seconds`."""
    shots = [Shot(request, f"{host}:{port}") for request in requests]
    endless = _round_and_round(shots) if seconds else iter(shots)
    run = Load(host, port).go(endless, connections=connections, deadline=seconds or deadline)
    run.is_whole = run.is_whole or bool(seconds)
    return run


def main(arguments: list[str] | None = None) -> int:
    """Drive a server with a plan and write down what it came to; 1 when answers were wrong."""
    options = _options(arguments)
    try:
        requests = list(plan.read(options.plan))
        run = drive(
            requests,
            port=options.port,
            connections=options.connections,
            host=options.host,
            seconds=options.seconds,
            deadline=options.deadline,
        )
    except (plan.BadPlan, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = json.dumps(run.values(), ensure_ascii=False, indent=2)
    if options.out:
        options.out.write_text(f"{text}\n", encoding="utf-8")
    else:
        sys.stdout.write(f"{text}\n")
    return 1 if run.errors or not run.is_whole else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("plan", type=Path, help="a file with one request a line (bench/plan.py)")
    parser.add_argument("--host", default=plan.HOST)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=0.0, help="go round the plan that long")
    parser.add_argument("--deadline", type=float, default=60.0, help="give up after these seconds")
    parser.add_argument("--out", type=Path, help="write JSON there; default: standard output")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
