"""Let somebody else be faster, at the worst moment, in one thread and every time the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def rival_before(write: str, rival: Callable[[], object]) -> Iterator[None]:
    """Run `rival` wholly just before the first statement that begins with `write`.

    What the code read before that moment is then out of date, as it may be in real life.
    """
    ran = False

    def interrupt(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal ran
        if not ran and sql.startswith(write):
            ran = True
            rival()
        return execute(sql, *rest)

    with connection.execute_wrapper(interrupt):
        yield
    assert ran, f"nothing began with {write!r}"
