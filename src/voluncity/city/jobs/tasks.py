"""Recurring work on the jobs themselves."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

KEPT = timedelta(days=30)


def forget_old_jobs() -> None:
    """Delete jobs that ended a month ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=now() - KEPT).delete()
