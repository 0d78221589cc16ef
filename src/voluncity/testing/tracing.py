"""Where coverage rests: in walks that pass the same lines again, and in programs that tests start.

Following every line makes Python two to three times as slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import coverage

# Without this variable a program that is started is not followed (`patch` in pyproject.toml).
UNTRACED = {"COVERAGE_PROCESS_CONFIG": ""}


@contextmanager
def resting() -> Iterator[None]:
    """Follow no lines for a while; where none are followed, change nothing."""
    tracer = coverage.Coverage.current()
    if tracer is None:
        yield
        return
    tracer.stop()
    try:
        yield
    finally:
        tracer.start()
