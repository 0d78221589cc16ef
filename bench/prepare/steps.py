"""What each workload needs beforehand, and what must be so afterward."""

from __future__ import annotations

from collections.abc import Callable

from bench.prepare import boards, books, certifying, pages, register, rest, rewards, rush

Step = Callable[..., dict[str, int]]

STEPS: dict[str, Step] = {
    "rush": rush.rush,
    "rush_after": rush.rush_after,
    "spread": rush.spread,
    "spread_after": rush.spread_after,
    "door": rush.door,
    "door_open": rush.door_open,
    "door_after": rush.door_after,
    "find": pages.find,
    "honor": pages.honor,
    "boards": boards.boards,
    "desk": pages.desk,
    "register": register.register,
    "hours": books.hours,
    "hours_after": books.hours_after,
    "imported": books.imported,
    "list_csv": books.list_csv,
    "list_xlsx": books.list_xlsx,
    "rewards": rewards.rewards,
    "rewards_after": rewards.rewards_after,
    "rewards_spread": rewards.rewards_spread,
    "candidates": certifying.candidates,
    "rest": rest.rest,
}
