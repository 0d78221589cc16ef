"""Is everything that the city runs on well?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from voluncity.city.jobs import queries as jobs
from voluncity.city.journal.models import Cursor

# Below this, uploads and the database's own log are about to fail.
LEAST_FREE_BYTES = 200 * 1024 * 1024


def report(*, at: datetime) -> dict[str, Any]:
    """Return each check with its finding, and `ok` when all are well."""
    checks = {
        "database": _guarded(_database),
        "migrations": _guarded(_migrations),
        "worker": _guarded(lambda: _worker(at)),
        "disk": _disk(),
    }
    return {"ok": all(check["ok"] for check in checks.values()), "checks": checks}


def _guarded(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return check()
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        answer = cursor.fetchone()
    return {"ok": answer == (1,), "kind": connection.vendor}


def _migrations() -> dict[str, Any]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": not missing, "missing": len(missing)}


def _worker(at: datetime) -> dict[str, Any]:
    last = jobs.last_sign_of_life()
    failing = [turn.work for turn in jobs.failing_work()]
    failing += Cursor.objects.exclude(failed_at=None).values_list("reader", flat=True)
    return {
        "ok": jobs.worker_is_alive(at=at),
        "last_seen": last.isoformat() if last else None,
        "failing": failing,
    }


def _disk() -> dict[str, Any]:
    place = Path(settings.VOLUNCITY_FILES)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return {"ok": free >= LEAST_FREE_BYTES, "free_mb": free // (1024 * 1024)}
