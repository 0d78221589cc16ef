"""Is the worker alive?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django_tasks_db.models import DBTaskResult

from voluncity.city.jobs.models import Turn

# The shortest recurring work comes every few seconds; other work may delay it.
SILENCE = timedelta(minutes=2)


def last_sign_of_life() -> datetime | None:
    """Return when a worker last took a turn, or None if none ever did."""
    last: datetime | None = Turn.objects.aggregate(last=Max("taken_at"))["last"]
    return last


def worker_is_alive(*, at: datetime) -> bool:
    """Return whether a worker took a turn in the last two minutes."""
    last = last_sign_of_life()
    return last is not None and last > at - SILENCE


def failing_work() -> list[Turn]:
    """Return the recurring work whose last run failed."""
    return list(Turn.objects.filter(failed_at__isnull=False).order_by("work"))


def waiting_arguments(task_path: str) -> list[list[Any]]:
    """Return the arguments of the jobs of one task that no worker has taken yet."""
    waiting = DBTaskResult.objects.ready().filter(task_path=task_path)
    return [job["args"] for job in waiting.values_list("args_kwargs", flat=True)]
