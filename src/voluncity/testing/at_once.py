"""Let many do something at the same moment, each with a connection of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from django.db import connection

from voluncity.kernel.refusals import Refusal


def together(*steps: Callable[[], object]) -> Counter[str]:
    """Run steps in threads that start together; count "done", and each reason of a refusal.

    As many run at once as the pool has connections.
    """
    start = Barrier(len(steps))

    def run(step: Callable[[], object]) -> str:
        try:
            start.wait(timeout=20)
            step()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return Counter(pool.map(run, steps))


def at_once(act: Callable[[int], object], times: int) -> Counter[str]:
    """Run one step in so many threads that start together; each gets its number."""
    return together(*(partial(act, number) for number in range(times)))
