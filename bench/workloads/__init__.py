"""What is measured, in the order of STACK.md §9."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.city import City
from bench.table import Line
from bench.workloads.books import w6, w7
from bench.workloads.certifying import w12
from bench.workloads.pages import w3, w4, w8
from bench.workloads.people import w5
from bench.workloads.register import w9
from bench.workloads.rewards import w11, w11b
from bench.workloads.rosters import w10
from bench.workloads.rush import w1, w1b, w2

Workload = Callable[[City], Iterator[Line]]

# In this order: those that only read come before those that leave many rows behind.
WORKLOADS: dict[str, Workload] = {
    "w3": w3,
    "w4": w4,
    "w8": w8,
    "w9": w9,
    "w10": w10,
    "w1": w1,
    "w1b": w1b,
    "w2": w2,
    "w11": w11,
    "w11b": w11b,
    "w12": w12,
    "w6": w6,
    "w7": w7,
    "w5": w5,
}
# After these the books are checked.
WRITING = {"w1", "w1b", "w2", "w5", "w6", "w11", "w11b", "w12"}
