"""The city's tree of divisions, with the days on which each is valid (GB/T 2260, RULES.md §3.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    """How deep in the tree a region lies."""

    PROVINCE = "PROVINCE", "省（自治区）"
    CITY = "CITY", "市"
    COUNTY = "COUNTY", "县（市、区）"
    TOWN = "TOWN", "街道（乡镇）"
    COMMUNITY = "COMMUNITY", "社区（村）"


class Region(models.Model):
    """One division; `path` lists the codes from the root down, so that a subtree is a prefix."""

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=80, unique=True)  # "/140000000000/140100000000/"
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)
    # Functional zones that run counties' affairs but stand outside GB/T 2260.
    is_outside_gb = models.BooleanField("功能区", default=False)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="regions_valid_to_after_valid_from",
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
            ),
        ]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
