"""Run a program of the benchmark to its end, in bounded time, and note what it took."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.spent import memory_mb
from house.processes import Family
from house.words import Stop

LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Done:
    """A program that ended: what it took."""

    code: int
    seconds: float
    peak_mb: float
    said: str


def run(
    family: Family, command: Sequence[str], env: dict[str, str], log: Path, *, seconds: float
) -> Done:
    """Run a program and note how long it took and how much memory its processes held at once.

    :raises Stop: when it takes longer than `seconds`.
    """
    began = time.perf_counter()
    child = family.start(command, env, into=log)
    peak, look = 0.0, 0.0
    while child.poll() is None:
        family.heed()
        now = time.perf_counter() - began
        if now > look:
            peak, look = max(peak, memory_mb(child.pid)), now + LOOK_SECONDS
        if now > seconds:
            raise Stop(f"`{' '.join(command[:4])} …` took longer than {seconds:.0f} s.")
        time.sleep(0.01)
    took = time.perf_counter() - began
    family.end(child)
    return Done(child.returncode, took, peak, log.read_text(encoding="utf-8", errors="replace"))
