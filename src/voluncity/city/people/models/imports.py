"""Lists of volunteers that come in by file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from voluncity.city.files.models import StoredFile
from voluncity.city.people.models.accounts import User
from voluncity.city.people.states import (
    OPEN_BATCHES,
    BatchState,
    Channel,
    ImportMode,
    Origin,
)


class ImportBatch(models.Model):
    """One list of volunteers that comes in by file: by whom, how far, with which result.

    The list of a command is not kept; that of the desk is kept sealed until it is read.
    `position` counts the records that were read, with empty ones, so that the same file goes on
    there after an interruption.
    """

    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.COMMAND)
    mode = models.CharField(
        "方式", max_length=10, choices=ImportMode.choices, default=ImportMode.SKIP
    )
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
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
    report_path = models.CharField("结果文件", max_length=500, blank=True)
    report_bytes = models.PositiveBigIntegerField(default=0)  # as much of it as is committed

    # What follows is of the desk only.
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sheet = models.CharField("工作表", max_length=100, blank=True)
    rows = models.PositiveIntegerField("约有行数", default=0)  # as the file says; 0: it does not
    preview = models.JSONField(default=dict, blank=True)  # the first rows, masked
    region = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.PAPER)
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_signed = models.BooleanField(default=False)
    is_writing = models.BooleanField(default=False)  # all or nothing: the look at all is over
    turn = models.PositiveIntegerField(default=0)  # goes up whenever a worker takes it
    touched_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # why it cannot go on

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_batch_ended_with_a_time",
                condition=Q(state__in=OPEN_BATCHES, finished_at=None)
                | (~Q(state__in=OPEN_BATCHES) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_batch_results_within_position",
                condition=Q(
                    position__gte=models.F("imported") + models.F("known") + models.F("refused")
                ),
            ),
            models.CheckConstraint(
                name="people_batch_failed_with_a_reason",
                condition=~Q(state=BatchState.FAILED) | ~Q(problem=""),
            ),
            models.UniqueConstraint(
                name="people_one_command_import_of_a_file",
                fields=["digest", "started_by"],
                condition=Q(origin=Origin.COMMAND),
            ),
            models.UniqueConstraint(
                name="people_one_open_import_of_a_file",
                fields=["digest", "started_by"],
                condition=Q(origin=Origin.DESK, state__in=OPEN_BATCHES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class ReportLine(models.Model):
    """What became of one row of a file; name and number are masked."""

    row = models.PositiveIntegerField("行号")
    outcome = models.CharField("结果", max_length=10)
    number = models.CharField("志愿者编号", max_length=14, blank=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    id_number = models.CharField("证件号码", max_length=60, blank=True)
    words = models.TextField("说明", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.row} {self.outcome}"

    def cells(self) -> tuple[str, ...]:
        """Return the line as the report has it."""
        return (
            str(self.row), self.outcome, self.number, self.name, self.id_number, self.words,
        )  # fmt: skip


class ImportLine(ReportLine):
    """What became of one row of a list at the desk."""

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="lines", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_one_line_per_row", fields=["batch", "row"]),
        ]
