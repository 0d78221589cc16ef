"""Check chunks in processes beside the one that reads and writes.

A process has one pipe. When its parent is killed the pipe ends, and so does the process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from multiprocessing.connection import Connection
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

from voluncity.city.people.lists.checking import Checker, Chunk, Result
from voluncity.city.people.lists.ground import Ground
from voluncity.kernel.refusals import Refusal

T = TypeVar("T")
MOST_PROCESSES = 4
_PATIENCE_SECONDS = 0.1


def checked(
    chunks: Iterator[Chunk], ground: Ground, *, processes: int | None = None
) -> Iterator[tuple[Chunk, Result]]:
    """Check the chunks and return each with what became of it, in their order.

    Every process works on one chunk while the one before is written: few are in memory at once.
    `processes` is how many: as many as there are cores unless said; with 0, and for a single
    chunk, this process does it itself.

    :raises Refusal: when a process ended before its work.
    """
    count = min(os.cpu_count() or 1, MOST_PROCESSES) if processes is None else processes
    waiting = deque(islice(chunks, 2) if count else ())
    if len(waiting) < 2:  # noqa: PLR2004 -- one chunk, or none
        checker = Checker(ground)
        for chunk in chain(waiting, chunks):
            yield chunk, checker.check(chunk)
        return
    with _helpers(ground, count) as pipes:
        busy: deque[tuple[Connection, Chunk]] = deque()
        for pipe in pipes:
            _give_next(pipe, busy, waiting, chunks)
        while busy:
            pipe, chunk = busy.popleft()
            result = _received(pipe)
            _give_next(pipe, busy, waiting, chunks)
            yield chunk, result


def _give_next(
    pipe: Connection,
    busy: deque[tuple[Connection, Chunk]],
    waiting: deque[Chunk],
    chunks: Iterator[Chunk],
) -> None:
    chunk = waiting.popleft() if waiting else next(chunks, None)
    if chunk is not None:
        pipe.send(chunk)
        busy.append((pipe, chunk))


def _received(pipe: Connection) -> Result:
    try:
        result: Result = pipe.recv()
    except EOFError as error:
        raise Refusal("检查名单的进程意外结束，请再运行一次，会从断开的地方接着导入。") from error
    return result


@contextmanager
def _helpers(ground: Ground, count: int) -> Iterator[list[Connection]]:
    """Start the processes, and end them whatever happens."""
    # Spawned, not forked: a copy of open database connections would share their sockets.
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    started = []
    try:
        for _ in range(count):
            mine, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, ground), daemon=True)
            process.start()
            theirs.close()
            pipes.append(mine)
            started.append(process)
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in started:
            process.join(timeout=10)
            process.kill()
            process.join()


def work(pipe: Connection, ground: Ground) -> None:
    """Check what comes through the pipe until it ends.

    A signal to stop goes to a whole group of processes; the parent decides, and ends the pipe.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    checker = Checker(ground)
    while True:
        try:
            chunk: Chunk = pipe.recv()
            pipe.send(checker.check(chunk))
        except (EOFError, BrokenPipeError):
            return


class _Reading(Thread, Generic[T]):
    """Reads on while the database works, at most so many items ahead."""

    def __init__(self, items: Iterator[T], most: int) -> None:
        super().__init__(name="list-reader", daemon=True)
        self._items = items
        self.ready: Queue[tuple[T | None, BaseException | None]] = Queue(maxsize=most)
        self.stopped = Event()

    def run(self) -> None:
        """Read until the end, an error, or until nobody waits any more."""
        error: BaseException | None = None
        try:
            for item in self._items:
                self._put((item, None))
                if self.stopped.is_set():
                    return
        except BaseException as raised:  # noqa: BLE001 -- raised again where it is waited for
            error = raised
        self._put((None, error))

    def _put(self, entry: tuple[T | None, BaseException | None]) -> None:
        while not self.stopped.is_set():
            with suppress(Full):
                self.ready.put(entry, timeout=_PATIENCE_SECONDS)
                return


def ahead(items: Iterator[T], *, most: int) -> Iterator[T]:
    """Return the items, read by a thread; an error comes out in the place where it happened."""
    reading = _Reading(items, most)
    reading.start()
    try:
        while True:
            item, error = reading.ready.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        reading.stopped.set()
        reading.join()
