"""What the office keeps as data: kinds, services, equipment, and the standard of each kind."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

MOST_WEIGHT = 20


class StationKind(models.Model):
    """Where a station stands (seed PY: 326 stations in five kinds of place)."""

    key = models.SlugField(max_length=16, primary_key=True)
    name = models.CharField("名称", max_length=20, unique=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """One thing that a station offers to whoever comes in."""

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=20, unique=True)
    icon = models.CharField(max_length=30, default="check")
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class Equipment(models.Model):
    """One kind of thing that stands in a station and is counted."""

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=20, unique=True)
    unit = models.CharField("单位", max_length=4)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One line of the standard, from a day on, for one kind of station or for all.

    A line is never changed: a new row of the same key follows it, so that an old inspection
    still says what was asked on its day.
    """

    key = models.SlugField(max_length=32)
    kind = models.ForeignKey(
        StationKind, null=True, blank=True, on_delete=models.PROTECT, related_name="checklist"
    )
    text = models.CharField("标准", max_length=120)
    weight = models.PositiveSmallIntegerField("分值")
    is_must = models.BooleanField("必备", default=False)
    needs_photo = models.BooleanField("须拍照", default=False)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    valid_from = models.DateField("执行日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "valid_from"], name="stations_one_wording_per_day"
            ),
            models.CheckConstraint(
                name="stations_item_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="stations_item_has_weight",
                condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT),
            ),
        ]

    def __str__(self) -> str:
        return self.text
