"""What programs and all that they started have spent: memory and processor time (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Process(NamedTuple):
    """A line of the process table: who it is, and its own and its ended children's ticks."""

    pid: int
    parent: int
    group: int
    own_ticks: int
    children_ticks: int


def processes() -> Iterator[Process]:
    """Read the process table; where there is none, nothing is known."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
        except (OSError, ValueError):
            continue  # it ended in the meantime
        ticks = [int(field) for field in fields[11:15]]
        yield Process(pid, int(fields[1]), int(fields[2]), sum(ticks[:2]), sum(ticks[2:]))


def cpu_seconds(leader: int) -> float:
    """Return the processor time of a program, of its children and of its process group.

    PostgreSQL's children lead groups of their own and are known by their parent.
    """
    ticks = 0
    for one in processes():
        if one.pid == leader:
            ticks += one.own_ticks + one.children_ticks
        elif leader in (one.group, one.parent):
            ticks += one.own_ticks
    return ticks / TICKS


def memory_mb(group: int) -> float:
    """Return how much memory the processes of a group hold, what they share counted once."""
    return sum(_kilobytes(one.pid) for one in processes() if one.group == group) / 1000


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
