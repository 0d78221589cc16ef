"""What is old is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

from voluncity.city.jobs import tasks


def _job(status: str, days_ago: int | None) -> DBTaskResult[..., None]:
    ended = None if days_ago is None else now() - timedelta(days=days_ago)
    return DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="voluncity.city.jobs.tasks.forget_old_jobs",
        status=status,
        finished_at=ended,
        run_after=now(),
    )


@pytest.mark.django_db
def test_only_jobs_that_ended_a_month_ago_are_forgotten() -> None:
    _job("SUCCESSFUL", 31)
    _job("FAILED", 31)
    kept = [_job("SUCCESSFUL", 29), _job("READY", None), _job("RUNNING", None)]

    tasks.forget_old_jobs()

    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {job.pk for job in kept}
