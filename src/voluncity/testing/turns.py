"""Which tests run where and in what order: two workers finish together, two databases share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # no types

# Tests of one file share what they build (a city, a browser), so a file stays with one worker …
# except where each test stands for itself and takes its time.
APART = ("tests/house/test_run.py", "tests/journeys/test_access_matrix.py")
# The last file to be begun decides how long one worker waits for the other. The first one builds
# the demo city, for which the second one would only wait if it needed it as well.
LONGEST = (
    "tests/browser/test_desks.py",
    "tests/journeys/test_scope_matrix.py",
    "tests/browser/test_pages.py",
    "tests/browser/",
    "tests/house/test_migrate.py",
    "tests/house/test_run.py",
    "tests/journeys/test_access_matrix.py",
    "tests/house/",
    "src/voluncity/doors/portal/tests/",
    "src/voluncity/city/people/tests/test_hostile_lists.py",
    "src/voluncity/web/tests/test_scripts.py",
    "src/voluncity/service/signups/tests/test_invariants.py",
    "src/voluncity/service/hours/tests/test_books.py",
    "tests/",
)
ON_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
NO_DATABASE = "touches no database"
# Two processes, a worker and a browser at one database: each database has its own way of waiting.
# Whatever else is seen in a browser looks the same on both: PostgreSQL serves the real cities.
SERVED_BY_BOTH = ("tests/browser/test_walk.py", "tests/browser/test_offline.py")
ONE_BROWSER = "is seen in the browser on PostgreSQL"


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # no types
    """Gives each worker the next whole file, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else file


def longest_first(items: list[pytest.Item]) -> None:
    """Bring what takes long to the front; the rest keeps its order."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    found = (number for number, start in enumerate(LONGEST) if nodeid.startswith(start))
    return next(found, len(LONGEST))


def once(items: Sequence[pytest.Item]) -> dict[pytest.Item, str]:
    """Return the tests that a second database cannot change, each with the reason."""
    reasons = {item: _reason(item) for item in items}
    return {item: reason for item, reason in reasons.items() if reason}


def in_one_browser(items: Sequence[pytest.Item]) -> dict[pytest.Item, str]:
    """Return the tests in a browser that one database is enough for, each with the reason."""
    seen = (item for item in items if item.get_closest_marker("browser"))
    return {item: ONE_BROWSER for item in seen if not item.nodeid.startswith(SERVED_BY_BOTH)}


def _reason(item: pytest.Item) -> str:
    mark = item.get_closest_marker("once")
    if mark is not None:
        return str(mark.args[0])
    return "" if _needs_database(item) else NO_DATABASE


def _needs_database(item: pytest.Item) -> bool:
    """Say whether a test may ask a database; pytest-django lets no other test reach one."""
    from django.test import SimpleTestCase  # readable only after pytest-django's set-up

    if any(item.get_closest_marker(name) for name in ("django_db", "postgres", "browser")):
        return True
    kind = getattr(item, "cls", None)
    if kind is not None and issubclass(kind, SimpleTestCase):
        return True
    return bool(ON_A_DATABASE & set(getattr(item, "fixturenames", ())))


def counted(reasons: dict[pytest.Item, str]) -> dict[str, int]:
    """Return how many tests there are for each reason."""
    return dict(Counter(reasons.values()))
