"""Evidence of what was done: pictures and papers, and activities of the service wing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.reports.models.reports import OfReport, Report
from voluncity.fund.reports.states import EvidenceKind
from voluncity.service.archives.states import Faces

USER = settings.AUTH_USER_MODEL


class Evidence(models.Model):
    """One picture, written anew without place and EXIF, or one paper; what was handed in is kept.

    Of a picture it is said whom it shows: nobody's face is shown to the public against their will.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=8, choices=EvidenceKind.choices)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64)
    caption = models.CharField("说明", max_length=60)
    faces = models.CharField("人物", max_length=8, choices=Faces.choices, blank=True)
    consent_note = models.CharField("同意情况", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("顺序")
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = OfReport.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="reports_evidence_once",
                fields=["report", "digest"],
                condition=Q(removed_at=None),
            ),
            models.CheckConstraint(
                name="reports_picture_says_whom_it_shows",
                condition=Q(kind=EvidenceKind.PICTURE, small__isnull=False) & ~Q(faces="")
                | Q(kind=EvidenceKind.PAPER, small=None, faces=""),
            ),
            models.CheckConstraint(
                name="reports_consent_is_told",
                condition=~Q(faces=Faces.CONSENT) | ~Q(consent_note=""),
            ),
            models.CheckConstraint(name="reports_evidence_has_a_caption", condition=~Q(caption="")),
        ]

    def __str__(self) -> str:
        return self.caption

    @property
    def is_picture(self) -> bool:
        """Return whether it can be looked at on the page."""
        return self.kind == EvidenceKind.PICTURE


class Linked(models.Model):
    """One activity that a report tells of; an activity is told of once, for one funding.

    Its figures are read where they arise; they are written here when the report is accepted.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="linked")
    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="funded_report"
    )
    added_at = models.DateTimeField("关联时间")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sessions = models.PositiveIntegerField("场次", null=True, blank=True)
    volunteers = models.PositiveIntegerField("志愿者人数", null=True, blank=True)
    proven_minutes = models.PositiveIntegerField("信用时长（分钟）", null=True, blank=True)
    entered_minutes = models.PositiveIntegerField("荣誉时长（分钟）", null=True, blank=True)
    served = models.PositiveIntegerField("服务人次", null=True, blank=True)
    # [[name, unit, number], …] in the order of the catalog.
    outcomes = models.JSONField(default=list)
    frozen_at = models.DateTimeField("定格时间", null=True, blank=True)

    objects = OfReport.as_manager()

    class Meta:
        ordering = ["activity__starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reports_frozen_wholly_or_not_at_all",
                condition=Q(
                    frozen_at=None, sessions=None, volunteers=None, proven_minutes=None,
                    entered_minutes=None, served=None,
                )
                | Q(
                    frozen_at__isnull=False, sessions__isnull=False, volunteers__isnull=False,
                    proven_minutes__isnull=False, entered_minutes__isnull=False,
                    served__isnull=False,
                ),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.report_id} {self.activity_id}"
