"""Who runs on this machine."""

from __future__ import annotations

import subprocess


def _table() -> list[tuple[int, int]]:
    """Return (pid, parent) of every process that has not ended."""
    command = ["/bin/ps", "-eo", "pid=,ppid=,stat="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [(int(pid), int(parent)) for pid, parent, state in rows if not state.startswith("Z")]


def living(pids: list[int]) -> list[int]:
    """Return those of the processes that still run."""
    return sorted(set(pids) & {pid for pid, _ in _table()})


def below(pid: int) -> list[int]:
    """Return all processes that descend from one."""
    table = _table()
    found = [pid]
    for one in found:
        found += [child for child, parent in table if parent == one]
    return found[1:]
