"""Count what a page asks of the database."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_for(browser: Client, page: str) -> int:
    """Return how many queries one view of a page makes, as it is the second time."""
    browser.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(page).status_code == 200
    return len(asked)


def queries_at_first(browser: Client, page: str, query: dict[str, Any] | None = None) -> int:
    """Return how many queries one view of a page makes, as it is now."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(page, query).status_code == 200
    return len(asked)
