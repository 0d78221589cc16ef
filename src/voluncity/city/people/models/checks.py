"""Real-name checks: one by one, and many by an answer file of the authority."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.people.models.imports import ReportLine
from voluncity.city.people.models.volunteers import Volunteer
from voluncity.city.people.states import RejectReason


class IdentityBatch(models.Model):
    """One answer file of the authority, and what it decided; the file itself is not kept."""

    file_name = models.CharField("文件名", max_length=100)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    passed = models.PositiveIntegerField("通过", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    unchanged = models.PositiveIntegerField("没有改动", default=0)
    refused = models.PositiveIntegerField("未处理", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_answer_per_file", fields=["digest", "uploaded_by"]
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class IdentityLine(ReportLine):
    """What became of one row of an answer file."""

    batch = models.ForeignKey(
        IdentityBatch, on_delete=models.CASCADE, related_name="lines", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_one_answer_per_row", fields=["batch", "row"]),
        ]


class IdentityCheck(models.Model):
    """One real-name check of a volunteer, and who decided it."""

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="identity_checks"
    )
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=10, choices=[("staff", "人工"), ("gateway", "接口")])
    is_match = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=RejectReason.choices, blank=True)
    exported_at = models.DateTimeField(null=True, blank=True)  # last handed to the authority
    batch = models.ForeignKey(  # whose answer decided it
        IdentityBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="checks"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_one_open_identity_check",
                fields=["volunteer"],
                condition=Q(decided_at=None),
            ),
            models.CheckConstraint(
                name="people_decided_at_and_result_together",
                condition=Q(decided_at=None, is_match=None)
                | Q(decided_at__isnull=False, is_match__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(decided_at=None),
                name="people_checks_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.is_match}"
