"""Files that are handed over by the test client."""

from __future__ import annotations

from typing import Any


def body_of(answer: Any) -> bytes:
    """Read an answer to its end, which puts its file away.

    Never close an answer by hand: on PostgreSQL that also closes the connection of the test's
    transaction, and the next question falls.
    """
    return b"".join(answer) if answer.streaming else bytes(answer.content)
