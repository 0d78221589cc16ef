"""What the fake payment service remembers: its keys, orders and refunds, in a file of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_TABLES = """
CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, private TEXT, public TEXT);
CREATE TABLE IF NOT EXISTS trades (
    trade_no TEXT PRIMARY KEY, prepay_id TEXT UNIQUE, total INTEGER, paid INTEGER, words TEXT,
    state TEXT, paid_no TEXT, paid_at TEXT, day TEXT, notify_url TEXT);
CREATE TABLE IF NOT EXISTS refunds (
    number TEXT PRIMARY KEY, trade_no TEXT, amount INTEGER, state TEXT, paid_no TEXT, day TEXT);
"""


class Store:
    """A small database; several processes may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self.opened() as books:
            books.executescript(_TABLES)
            for name in ("merchant", "platform"):
                if not books.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone():
                    books.execute("INSERT OR IGNORE INTO keys VALUES (?, ?, ?)", (name, *_pair()))

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Open the books for one piece of work, which is kept when it ends well."""
        with closing(sqlite3.connect(self._path, timeout=20)) as books, books:
            books.row_factory = sqlite3.Row
            yield books

    def one(self, question: str, *given: Any) -> dict[str, Any] | None:
        """Return one row."""
        with self.opened() as books:
            row = books.execute(question, given).fetchone()
        return dict(row) if row else None

    def many(self, question: str, *given: Any) -> list[dict[str, Any]]:
        """Return rows."""
        with self.opened() as books:
            return [dict(row) for row in books.execute(question, given)]

    def write(self, statement: str, *given: Any) -> int:
        """Change rows; return how many."""
        with self.opened() as books:
            return books.execute(statement, given).rowcount


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()
