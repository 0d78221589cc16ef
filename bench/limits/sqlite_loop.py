"""Sign-ups with nothing but the sqlite3 module, in one process or more at once."""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
import time
from pathlib import Path

TABLES = ("projects_shift", "signups_agenda", "signups_signup", "journal_entry")
NOW = "2026-03-05 01:00:00"
PLACE = "UPDATE projects_shift SET taken = taken + 1 WHERE id = ? AND taken < capacity"
TURN = "UPDATE signups_agenda SET version = version + 1 WHERE volunteer_id = ?"
SIGNUP = (
    "INSERT INTO signups_signup (shift_id, volunteer_id, state, signed_up_at, signed_up_by_id, "
    "risks_read_at, cancel_reason) VALUES (?, ?, 'placed', ?, ?, ?, '')"
)
ENTRY = (
    "INSERT INTO journal_entry (at, actor_id, verb, subject_type, subject_id, data) "
    "VALUES (?, ?, 'signups.sign_up', 'signup', ?, ?)"
)


def main(arguments: list[str]) -> int:
    """Run the loops and print the transactions per second as pgbench does."""
    city, work, processes, shifts, transactions = arguments
    path = Path(work)
    _make(city.removeprefix("sqlite://"), path, shifts=int(shifts), people=int(transactions))
    each = int(transactions) // int(processes)
    start = multiprocessing.Barrier(int(processes) + 1)
    loops = [
        multiprocessing.Process(target=_loop, args=(work, number * each, each, int(shifts), start))
        for number in range(int(processes))
    ]
    for loop in loops:
        loop.start()
    start.wait()
    began = time.perf_counter()
    for loop in loops:
        loop.join()
    took = time.perf_counter() - began
    _remove(path)
    if any(loop.exitcode for loop in loops):
        return 1
    sys.stdout.write(f"tps = {each * len(loops) / took:.1f}\n")
    return 0


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=20, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _make(city: str, path: Path, *, shifts: int, people: int) -> None:
    """Make the four tables with their indexes; without the city's triggers and foreign keys."""
    _remove(path)
    with _open(str(path)) as connection:
        connection.execute("ATTACH ? AS city", [city])
        kept = connection.execute(
            "SELECT sql FROM city.sqlite_master WHERE tbl_name IN (?, ?, ?, ?) AND sql IS NOT NULL "
            "AND type IN ('table', 'index') ORDER BY type DESC",
            TABLES,
        ).fetchall()
        for (sql,) in kept:
            connection.execute(sql)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO projects_shift "
            "(id, activity_id, name, starts_at, ends_at, capacity, taken) "
            "VALUES (?, 1, '岗', ?, '2026-03-05 03:00:00', 1000000, 0)",
            [(number + 1, NOW) for number in range(shifts)],
        )
        connection.executemany(
            "INSERT INTO signups_agenda (volunteer_id, version) VALUES (?, 0)",
            [(number,) for number in range(people)],
        )
        connection.execute("COMMIT")
    connection.close()


def _loop(path: str, first: int, count: int, shifts: int, start: object) -> None:
    connection = _open(path)
    start.wait()  # type: ignore[attr-defined]
    for who in range(first, first + count):
        shift = 1 + who % shifts
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(TURN, [who])
        connection.execute(PLACE, [shift])
        made = connection.execute(SIGNUP, [shift, who, NOW, who, NOW]).lastrowid
        data = f'{{"shift": {shift}, "activity": 1, "volunteer": {who}}}'
        connection.execute(ENTRY, [NOW, who, made, data])
        connection.execute("COMMIT")
    connection.close()


def _remove(path: Path) -> None:
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
