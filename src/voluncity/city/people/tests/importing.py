"""Import small lists and read what became of them."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from voluncity.city.people import actions
from voluncity.city.people.lists import reports
from voluncity.city.people.models import (
    ImportBatch,
    User,
)
from voluncity.city.people.states import ImportMode
from voluncity.testing.make_lists import make_answers
from voluncity.testing.make_people import (
    NOON,
)

TOMORROW = NOON + timedelta(days=1)
MANY = ["王芳", "李强", "赵敏", "周涛", "陈静", "刘洋", "孙丽"]


def bring_in(path: Path, by: User, **more: Any) -> ImportBatch:
    """Import a list in chunks of three."""
    usual: dict[str, Any] = {
        "at": NOON,
        "tell": lambda _counts: None,
        "chunk_records": 3,
        "processes": 0,
    }
    return actions.import_volunteers(
        path=path, report_path=path.with_suffix(".result.csv"), by=by, **(usual | more)
    )


def uploaded(name: str, content: bytes, by: User) -> ImportBatch:
    """Upload a list at the desk."""
    return actions.upload_list(source=actions.in_memory(name, content), by=by, at=NOON)


def run(batch: ImportBatch, *, mode: str, by: User, **more: Any) -> ImportBatch:
    """Start a list at the desk and let a worker read it."""
    choices = actions.Choices(mode=mode, **more)
    actions.start_import(batch=batch, choices=choices, by=by, at=NOON)
    return worked(batch)


def worked(batch: ImportBatch, *, at: datetime = NOON, chunk_records: int = 3) -> ImportBatch:
    """Let a worker read a list that waits, in chunks of three."""
    actions.run_import(
        batch_id=batch.pk, clock=lambda: at, chunk_records=chunk_records, processes=0
    )
    return ImportBatch.objects.get(pk=batch.pk)


def checked(name: str, content: bytes, by: User) -> ImportBatch:
    """Upload a list and check it only."""
    return run(uploaded(name, content, by), mode=ImportMode.TRIAL, by=by)


def brought_in(name: str, content: bytes, by: User, **more: Any) -> ImportBatch:
    """Upload a list and import who is right."""
    return run(uploaded(name, content, by), mode=ImportMode.SKIP, by=by, **more)


def report_of(path: Path) -> list[list[str]]:
    """Return the lines of the report without its header."""
    with path.with_suffix(".result.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == list(reports.HEADER)
    return lines


def words_of(path: Path) -> list[tuple[str, str, str]]:
    """Return row, outcome and words of each line."""
    return [(row, outcome, words) for row, outcome, _, _, _, words in report_of(path)]


def people(*names: str) -> list[dict[str, str]]:
    return [make_answers(name) for name in names]
