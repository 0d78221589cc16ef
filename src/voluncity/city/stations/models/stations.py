"""Places that offer help to neighbors and passers-by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet

DAY_MINUTES = 24 * 60


class StationQuerySet(ScopedQuerySet):
    """A station is run by an organization and lies in a region."""

    region_path = "region__path"


class Station(models.Model):
    """One station: what it offers, where and when."""

    name = models.CharField("名称", max_length=60)
    kind = models.ForeignKey(
        "stations.StationKind",
        db_column="kind",
        on_delete=models.PROTECT,
        related_name="stations",
        verbose_name="类型",
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="stations"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="stations")
    address = models.CharField("地址", max_length=120)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    # Words beside the weekly hours ("中午请敲门"); the hours themselves are `OpeningSpan`.
    opening_hours = models.CharField("开放时间说明", max_length=80, blank=True)
    closed_on_holidays = models.BooleanField("法定节假日休息", default=False)
    services = models.ManyToManyField(
        "stations.Service", blank=True, related_name="stations", verbose_name="服务项目"
    )
    offers = models.TextField("其他服务", max_length=500, blank=True)
    is_main = models.BooleanField("总站", default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField("关闭原因", max_length=200, blank=True)

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

    @property
    def subject(self) -> str:
        """Return how files name this station as what they belong to."""
        return f"station:{self.pk}"


class OpeningSpan(models.Model):
    """One span of a weekday (0 is Monday) in which a station is open, in minutes of the day."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "weekday", "opens"], name="stations_span_once"
            ),
            models.CheckConstraint(
                name="stations_span_within_a_day",
                condition=Q(weekday__lte=6, closes__gt=F("opens"), closes__lte=DAY_MINUTES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.weekday} {self.opens}-{self.closes}"


class OpeningException(models.Model):
    """A day that is not like its weekday: closed, or open at another time."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField("日期")
    opens = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField("说明", max_length=40)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "day"], name="stations_exception_once_a_day"
            ),
            models.CheckConstraint(
                name="stations_exception_closed_or_a_span",
                condition=Q(opens=None, closes=None)
                | Q(opens__isnull=False, closes__gt=F("opens"), closes__lte=DAY_MINUTES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.day}"


class StationEquipment(models.Model):
    """How many of one kind of equipment a station has."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="equipment")
    equipment = models.ForeignKey("stations.Equipment", on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField("数量")

    class Meta:
        ordering = ["equipment__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "equipment"], name="stations_equipment_once"
            ),
            models.CheckConstraint(name="stations_equipment_counted", condition=Q(count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.equipment_id} × {self.count}"


class Photo(models.Model):
    """A picture of a station that everybody may see."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField("说明", max_length=40)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.station_id} {self.caption}"
