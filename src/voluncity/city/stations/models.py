"""Places that offer help to neighbors and passers-by."""

from __future__ import annotations

from django.db import models

from voluncity.city.access.scopes import ScopedQuerySet


class StationKind(models.TextChoices):
    """Where a station stands (seed PY: 326 stations)."""

    PUBLIC_PLACE = "public_place", "公共场所"
    SERVICE_WINDOW = "service_window", "窗口单位"
    COMMUNITY = "community", "社区"
    MODEL_UNIT = "model_unit", "文明单位"
    VILLAGE = "village", "村镇"


class StationQuerySet(ScopedQuerySet):
    """A station is run by an organization and lies in a region."""

    region_path = "region__path"


class Station(models.Model):
    """One station: what it offers, where and when."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=16, choices=StationKind.choices)
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="stations"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="stations")
    address = models.CharField("地址", max_length=120)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    opening_hours = models.CharField("开放时间", max_length=80)
    offers = models.TextField("服务内容", max_length=500, blank=True)
    is_main = models.BooleanField("总站", default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"], name="stations_name_once_per_region"
            ),
            models.UniqueConstraint(
                fields=["is_main"],
                condition=models.Q(is_main=True, closed_at=None),
                name="stations_one_main_station",
            ),
        ]

    def __str__(self) -> str:
        return self.name
