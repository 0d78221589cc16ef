"""Recurring work on the jobs themselves."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

KEPT = timedelta(days=30)


def forget_old_jobs() -> None:
    """Delete jobs that ended a month ago and sessions that have run out."""
    at = now()
    DBTaskResult.objects.finished().filter(finished_at__lt=at - KEPT).delete()
    Session.objects.filter(expire_date__lt=at).delete()
