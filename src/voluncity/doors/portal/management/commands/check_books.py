"""`voluncity check-books`: prove the journal's chain, all balances, and what slices add.

Exit codes: 0 everything agrees, 1 faults were found (each is one line on standard output),
2 it could not be checked.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from voluncity.city.journal import queries as journal

FAULTY, UNCHECKED = 1, 2
AT_ONCE = 2
MOST = 100_000


class Command(BaseCommand):
    """Recompute everything that can be recomputed and name what does not agree."""

    help = "核对操作日志的哈希链、每个台账账户的余额，以及时长、报名等记录；指出被改动的行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--limit", type=_limit, default=20, help="每项核对最多列出多少处（默认 20）"
        )

    def handle(self, **options: Any) -> None:
        """Run all checks; progress goes to standard error.

        :raises SystemExit: with 1 when something does not agree.
        :raises CommandError: when a check could not run.
        """
        checks: list[str] = settings.VOLUNCITY_CHECKS
        faults: list[str] = []
        run = partial(_run, limit=options["limit"])
        for number, (path, (found, seconds)) in enumerate(
            zip(checks, _side_by_side(run, checks), strict=True), start=1
        ):
            words = f"{len(found)} 处不符" if found else "无误"
            self.stderr.write(f"[{number}/{len(checks)}] {path} … {words}（{seconds:.1f} 秒）")
            faults += found
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise SystemExit(FAULTY)
        self.stdout.write("账目与日志核对无误。")


Found = tuple[list[str], float]


def _side_by_side(run: Callable[[str], Found], checks: list[str]) -> Iterator[Found]:
    """Run the checks of long books on two connections, those of short ones in turn.

    SQLite uses one core for each connection, and the chain is hashed outside the database.
    """
    if not journal.can_be_proven_side_by_side():
        yield from map(run, checks)
        return

    def alone(path: str) -> Found:
        try:
            return run(path)
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(alone, checks)


def _run(path: str, *, limit: int) -> Found:
    """Return what a check found, and how many seconds it took.

    :raises CommandError: when it could not look.
    """
    started = time.monotonic()
    try:
        found: list[str] = import_string(path)(limit=limit)
    except (DatabaseError, ImportError) as error:
        raise CommandError(f"无法核对 {path}：{error}", returncode=UNCHECKED) from error
    return found, time.monotonic() - started


def _limit(value: str) -> int:
    """Return how many faults are wanted.

    :raises ArgumentTypeError: when it is no number from 1 on.
    """
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST):
        raise ArgumentTypeError(f"应为 1 到 {MOST} 的整数")
    return int(value)
