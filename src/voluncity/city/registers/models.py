"""Filters that are kept, and lists that were taken out of the system."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.registers.states import (
    MOST_FILTERS,
    MOST_QUERY,
    ExportReason,
    ExportState,
)


class SavedFilter(models.Model):
    """A filter of a list that somebody uses often, with its columns; only the owner sees it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    list_key = models.CharField(max_length=40)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=MOST_QUERY)
    place = models.PositiveSmallIntegerField()  # 1 to 20, each once: so nobody has more

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_key", "name"], name="registers_filter_name_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "list_key", "place"], name="registers_filter_place_once"
            ),
            models.CheckConstraint(
                name="registers_at_most_20_filters",
                condition=Q(place__gte=1, place__lte=MOST_FILTERS),
            ),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return self.name


class Export(models.Model):
    """One list taken out of the system: which rows, by whom, why. The file lives for some days."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports"
    )
    list_key = models.CharField(max_length=40)
    query = models.CharField(max_length=MOST_QUERY, blank=True)
    columns = models.CharField(max_length=1_000)  # keys, divided by commas
    is_full = models.BooleanField("完整信息", default=False)
    reason = models.CharField("原因", max_length=10, choices=ExportReason.choices)
    words = models.CharField("用途说明", max_length=100)
    state = models.CharField(
        "状态", max_length=10, choices=ExportState.choices, default=ExportState.WAITING
    )
    asked_at = models.DateTimeField("申请时间")
    total = models.PositiveIntegerField("行数", default=0)
    done = models.PositiveIntegerField("已写行数", default=0)
    made_at = models.DateTimeField("生成时间", null=True, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["owner", "-asked_at"], name="registers_own_exports")]
        constraints = [
            models.UniqueConstraint(
                name="registers_one_export_at_a_time",
                fields=["owner"],
                condition=Q(state=ExportState.WAITING),
            ),
            models.CheckConstraint(
                name="registers_a_ready_export_has_a_file",
                condition=Q(state=ExportState.READY, file__isnull=False, made_at__isnull=False)
                | Q(state=ExportState.REMOVED, file=None, made_at__isnull=False)
                | Q(state__in=[ExportState.WAITING, ExportState.FAILED], file=None, made_at=None),
            ),
            models.CheckConstraint(
                name="registers_done_within_total", condition=Q(done__lte=models.F("total"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_key} {self.state}"


class ExportedPart(models.Model):
    """Who of one block of volunteers was in an export, one bit each (`rules.packed`)."""

    export = models.ForeignKey(
        Export, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    block = models.PositiveIntegerField()
    bits = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["block", "export"], name="registers_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.export_id} {self.block}"
