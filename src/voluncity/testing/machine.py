"""Find on this machine what some tests need: a Chromium, a PostgreSQL database."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium, or None; VOLUNCITY_CHROMIUM names one elsewhere."""
    named = os.environ.get("VOLUNCITY_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def database_kind() -> str:
    """Return "postgres" or "sqlite", as DATABASE_URL says."""
    return "postgres" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


def lacks(marks: set[str]) -> str:
    """Return why a test with these marks cannot run here, or an empty string."""
    if "browser" in marks and chromium() is None:
        return "no Chromium found: install Debian's `chromium` or set VOLUNCITY_CHROMIUM"
    if "postgres" in marks and database_kind() != "postgres":
        return "needs PostgreSQL: run `python3 run.py test`, or set DATABASE_URL"
    return ""


def do_without(reason: str) -> NoReturn:
    """Skip a test for what this machine lacks; where CI is set, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
