"""Bring blocks of generated rows into tables: COPY on PostgreSQL, large batches on SQLite.

Generators run in processes of their own (`stream`), beside the database, and hand over what the
database takes without another look: text for COPY, tuples for SQLite. Instants are text in UTC.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from django.db import OperationalError, connection

from voluncity.doors.portal.scale.service import Block

CACHE = -400_000  # KiB
Make = Callable[..., Iterator[Block]]
Ready = tuple[str, tuple[str, ...], int, Any]  # table, columns, how many rows, text or tuples


def as_text(rows: Sequence[Sequence[object]]) -> bytes:
    """Return rows for COPY; nothing generated here holds a tab, a break or a backslash."""
    return "".join(["\t".join(map(str, row)) + "\n" for row in rows]).encode()


def load(block: Ready) -> int:
    """Write one block; return how many rows it had."""
    table, columns, count, rows = block
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if isinstance(rows, bytes):
            statement = f"COPY {table} ({names}) FROM STDIN WITH (NULL 'None')"
            with cursor.copy(statement) as copy:
                copy.write(rows)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 -- names of our own tables
    return count


@contextmanager
def swift() -> Iterator[None]:
    """Let SQLite write gigabytes in one transaction: a large cache, and no write-ahead log.

    Random indexes (hashes, blind indexes) stay in memory. Every page that left the cache would be
    sought through the whole log again; with a rollback journal new pages go where they belong,
    and a killed build is rolled back just as safely. Somebody else who has the file open keeps
    it in its mode, and only time is lost.
    """
    if connection.vendor != "sqlite":
        yield
        return
    usual = _pragma("cache_size")
    _pragma(f"cache_size = {CACHE}")
    _keep_journal("DELETE")
    try:
        yield
    finally:
        _pragma(f"cache_size = {usual}")
        _keep_journal("WAL")


def _keep_journal(mode: str) -> None:
    if not connection.in_atomic_block:
        with contextlib.suppress(OperationalError):
            _pragma(f"journal_mode = {mode}")


def _pragma(text: str) -> int:
    """Set or ask; a statement that was not read to its end would forbid a savepoint."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {text}")
        rows = cursor.fetchall()
    return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0


def ready(block: Block, *, for_copy: bool) -> Ready:
    """Return a block as the database takes it."""
    table, columns, rows = block
    is_message = table == "head"
    return table, columns, len(rows), as_text(rows) if for_copy and not is_message else rows


def stream(make: Make, *arguments: Any, apart: bool) -> Iterator[Ready]:
    """Yield the blocks of a generator, which runs in a process of its own.

    Without `apart` it runs here: for small cities and in tests.
    """
    for_copy = connection.vendor == "postgresql"
    if not apart:
        for block in make(*arguments):
            yield ready(block, for_copy=for_copy)
        return
    context = multiprocessing.get_context("spawn")  # a fork would share the database's socket
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(there, make, arguments, for_copy), daemon=True)
    process.start()
    there.close()
    try:
        while received := _received(here):
            yield received
        process.join()
    finally:
        process.terminate()


def _send(end: Connection, make: Make, arguments: tuple[Any, ...], for_copy: bool) -> None:  # noqa: FBT001 -- runs in another process
    for block in make(*arguments):
        end.send(ready(block, for_copy=for_copy))
    end.send(None)
    end.close()


def _received(end: Any) -> Ready | None:
    try:
        block: Ready | None = end.recv()
    except EOFError as error:
        raise RuntimeError("The process that makes rows has ended early.") from error
    return block
