"""What is measured, in the order of STACK.md §9."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.city import City
from bench.table import Line
from bench.workloads import books, pages, people, rush

Workload = Callable[[City], Iterator[Line]]

# In this order: those that only read come before those that leave many rows behind.
WORKLOADS: dict[str, Workload] = {
    "w3": pages.w3,
    "w4": pages.w4,
    "w8": pages.w8,
    "w1": rush.w1,
    "w1b": rush.w1b,
    "w2": rush.w2,
    "w6": books.w6,
    "w7": books.w7,
    "w5": people.w5,
}
# After these the books are checked.
WRITING = {"w1", "w1b", "w2", "w5", "w6"}
