"""Lists of volunteers that come in by file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from voluncity.city.people.models.accounts import User
from voluncity.city.people.states import BatchState


class ImportBatch(models.Model):
    """One list of volunteers that comes in by file: by whom, how far, with which result.

    The list itself is not kept. `position` counts the records that were read, with empty ones,
    so that the same file goes on there after an interruption.
    """

    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the file
    state = models.CharField(
        "状态", max_length=10, choices=BatchState.choices, default=BatchState.RUNNING
    )
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    position = models.PositiveIntegerField("已读行数", default=0)
    imported = models.PositiveIntegerField("已导入", default=0)
    known = models.PositiveIntegerField("已登记过", default=0)
    refused = models.PositiveIntegerField("未导入", default=0)
    report_path = models.CharField("结果文件", max_length=500)
    report_bytes = models.PositiveBigIntegerField(default=0)  # as much of it as is committed

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_batch_finished_with_a_time",
                condition=Q(state=BatchState.RUNNING, finished_at=None)
                | Q(state=BatchState.FINISHED, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="people_batch_results_within_position",
                condition=Q(
                    position__gte=models.F("imported") + models.F("known") + models.F("refused")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"
