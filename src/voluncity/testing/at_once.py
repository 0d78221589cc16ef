"""Let many do the same at the same moment, each with a connection of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from voluncity.kernel.refusals import Refusal


def at_once(act: Callable[[int], object], times: int) -> Counter[str]:
    """Run it in so many threads that start together; count "done", and each reason of a refusal."""
    start = Barrier(times)

    def hand(number: int) -> str:
        start.wait()
        try:
            act(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(hand, range(times)))
