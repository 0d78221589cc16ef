"""The archive of a closing: one PDF and one ZIP for each side, made by a worker."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.jobs.models import Leased
from voluncity.fund.closings.models.closings import Closing, OfClosing
from voluncity.fund.closings.states import ArchiveState, Side

A = ArchiveState


class Archive(Leased):
    """All papers of a closing for one side; a later one when an addendum was written."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="archives")
    side = models.CharField("给谁", max_length=6, choices=Side.choices)
    number = models.PositiveSmallIntegerField("第几份")
    state = models.CharField(max_length=8, choices=A.choices, default=A.WAITING)
    asked_at = models.DateTimeField("开始生成时间")
    # Who asked; the files are kept in their name.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    papers = models.PositiveIntegerField("文件数", default=0)
    made_at = models.DateTimeField("生成时间", null=True, blank=True)
    pdf = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="closings_one_archive_of_a_number", fields=["closing", "side", "number"]
            ),
            models.UniqueConstraint(
                name="closings_one_archive_at_a_time",
                fields=["closing", "side"],
                condition=Q(state=A.WAITING),
            ),
            models.CheckConstraint(
                name="closings_a_ready_archive_has_its_files",
                condition=Q(
                    state=A.READY, pdf__isnull=False, file__isnull=False, made_at__isnull=False
                )
                | (~Q(state=A.READY) & Q(pdf=None, file=None, made_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing_id} {self.side} {self.number}"
