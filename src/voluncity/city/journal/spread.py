"""Prove the parts of a long chain in several processes: hashing keeps one core busy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import django
from django.db import connection
from django.utils.module_loading import import_string

Span = tuple[int, int]

# Named, not imported: a new process meets this module before its apps are loaded.
WALK = "voluncity.city.journal.sealed.faults_between"
ALONE, MOST_PROCESSES = 1, 4
MOST_FAULTS = 100_000  # of one part; the rest is as wrong


def faults_in(spans: Sequence[Span]) -> Iterator[str]:
    """Name what does not fit in all parts of the chain, in their order."""
    processes = min(len(spans), os.cpu_count() or 1, MOST_PROCESSES)
    if processes <= ALONE or not others_can_look():
        for span in spans:
            yield from import_string(WALK)(*span)
        return
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),  # a fork would share this process's connection
        initializer=_connect,
        initargs=(connection.settings_dict["NAME"],),
    )
    try:
        for faults in pool.map(_faults_of, spans):
            yield from faults
    finally:
        pool.shutdown(cancel_futures=True)


def others_can_look() -> bool:
    """Return whether another connection sees the same rows: not what is uncommitted or in memory.

    Only then may work be spread over processes or threads.
    """
    in_memory = getattr(connection, "is_in_memory_db", lambda: False)()
    return not (connection.in_atomic_block or in_memory)


def _connect(database: str) -> None:
    django.setup()
    connection.settings_dict["NAME"] = database


def _faults_of(span: Span) -> list[str]:
    return list(islice(import_string(WALK)(*span), MOST_FAULTS))
