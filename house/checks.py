"""Every check of the code: all of them run, and everything that fails is shown at the end."""

from __future__ import annotations

import base64
import secrets
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from house import environment
from house.paths import BIN, PYTHON, ROOT, VOLUNCITY
from house.words import Stop, complain, say

AT_ONCE = 2


class Check(NamedTuple):
    """A program that ends with 0 when all is well."""

    name: str
    command: Sequence[str]
    cure: str = ""


def _tool(name: str, *options: str) -> list[str]:
    return [str(BIN / name), *options]


def _voluncity(*options: str) -> list[str]:
    return [str(VOLUNCITY), *options]


# The slow ones first, so that they overlap with the rest.
CHECKS = (
    Check("types", _tool("mypy")),
    Check(
        "rows",
        [str(PYTHON), "run.py", "rows", "--check"],
        "run `python3 run.py rows` and commit docs/mission.md",
    ),
    Check("lint", _tool("ruff", "check", "--quiet", "."), "try `python3 run.py fmt`"),
    Check("format", _tool("ruff", "format", "--check", "."), "run `python3 run.py fmt`"),
    Check("templates", _tool("djlint", "src", "--lint", "--quiet")),
    Check("spelling", _tool("typos")),
    Check("imports", _tool("lint-imports", "--no-logo")),
    Check("dependencies", _tool("deptry", ".")),
    Check(
        "migrations",
        _voluncity("manage", "makemigrations", "--check", "--dry-run"),
        "run `voluncity manage makemigrations` and commit what it writes",
    ),
    Check("deployment", _voluncity("manage", "check", "--deploy", "--fail-level", "WARNING")),
    Check(
        "access",
        _voluncity("manage", "access_matrix", "--check"),
        "run `python3 run.py city manage access_matrix` and commit docs/access.md",
    ),
    Check("manners", [str(PYTHON), "-m", "house.manners"]),
)


def check(names: Sequence[str]) -> int:
    """Run the named checks, or all; return the exit code.

    :raises Stop: when there is no check of that name.
    """
    if unknown := set(names) - {one.name for one in CHECKS}:
        known = ", ".join(one.name for one in CHECKS)
        raise Stop(f"No check is called {', '.join(sorted(unknown))}. There are: {known}", 2)
    chosen = [one for one in CHECKS if not names or one.name in names]
    with tempfile.TemporaryDirectory(prefix="voluncity-check-") as folder:
        env = production_variables(folder)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            failures = [one for one in pool.map(lambda one: _run(one, env), chosen) if one]
    for failure in failures:
        complain(failure)
    say("", f"{len(chosen) - len(failures)} checks passed, {len(failures)} failed")
    return 1 if failures else 0


def _run(one: Check, env: dict[str, str]) -> str:
    """Run one check and return what it complains about, or an empty string."""
    started = time.monotonic()
    done = subprocess.run(
        one.command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - started
    say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {one.name:<14}{seconds:5.1f} s")
    if done.returncode == 0:
        return ""
    cure = f"\n→ {one.cure}" if one.cure else ""
    return f"\n── {one.name} {'─' * 60}\n{done.stdout}{done.stderr}{cure}"


def production_variables(folder: str) -> dict[str, str]:
    """Return an environment like a city's, with an empty database in `folder`."""
    env = environment.variables(
        DATABASE_URL=f"sqlite://{folder}/db.sqlite3",
        VOLUNCITY_SECRET_KEY=secrets.token_urlsafe(48),
        VOLUNCITY_DATA_KEYS=base64.b64encode(secrets.token_bytes(32)).decode(),
        VOLUNCITY_INDEX_KEY=secrets.token_urlsafe(48),
        VOLUNCITY_HOSTS="volunteer.example.org",
        VOLUNCITY_PUBLIC_URL="https://volunteer.example.org",
    )
    for name in ("VOLUNCITY_DEMO", "VOLUNCITY_PLAIN_STATIC", "VOLUNCITY_DEBUG"):
        env.pop(name, None)
    return env
