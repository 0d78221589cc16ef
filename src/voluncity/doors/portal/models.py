"""Figures that are counted by the worker and kept, because a city is too big to count on a page."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.projects.models import Leading


class FiguresRun(models.Model):
    """The single row that says when the kept figures were counted, and which month is theirs."""

    counted_at = models.DateTimeField("统计时间")
    month = models.DateField("统计月份")  # its first day

    class Meta:
        constraints = [models.CheckConstraint(name="portal_one_run", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.counted_at}"


class RegionFiguresQuerySet(ScopedQuerySet):
    """The figures of a region count its own people, not those of the regions below."""

    organization_path = ""
    region_path = "region__path"


class RegionFigures(models.Model):
    """How many volunteers live right in one region."""

    region = models.OneToOneField(
        "regions.Region", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    registered = models.PositiveIntegerField("注册志愿者")
    verified = models.PositiveIntegerField("已实名")
    active = models.PositiveIntegerField("参加过服务")

    objects = RegionFiguresQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="portal_parts_within_whole",
                condition=Q(verified__lte=F("registered"), active__lte=F("registered")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.registered}"


class OrganizationFiguresQuerySet(ScopedQuerySet):
    """The figures of an organization count its own records, not those of its teams."""


class OrganizationFigures(models.Model):
    """The hours that one organization recorded, and where it looks for volunteers."""

    organization = models.OneToOneField(
        "orgs.Organization", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    minutes = models.BigIntegerField("累计服务时长（分钟）")
    proven_minutes = models.BigIntegerField("其中信用时长（分钟）")
    month_minutes = models.BigIntegerField("统计月份的服务时长（分钟）")
    year_minutes = models.BigIntegerField("统计年份的服务时长（分钟）", default=0)
    unfinished = models.PositiveIntegerField("未办结的记录")
    open_activities = models.PositiveIntegerField("招募中的活动", default=0)

    objects = OrganizationFiguresQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="portal_proven_within_all",
                condition=Q(
                    proven_minutes__lte=F("minutes"),
                    month_minutes__lte=F("minutes"),
                    proven_minutes__gte=0,
                    month_minutes__gte=0,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.minutes}"


class LineFiguresQuerySet(ScopedQuerySet):
    """What an organization did in a line belongs to it, and to who leads the line."""

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the figures of the lines of these units."""
        return Q(line__in=Leading.objects.lines_of(lead_units))


class LineFigures(models.Model):
    """What one organization does in one of the 26 lines."""

    line = models.ForeignKey("projects.Line", on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.CASCADE, related_name="+"
    )
    projects = models.PositiveIntegerField("进行中的项目")
    open_activities = models.PositiveIntegerField("招募中的活动")
    minutes = models.BigIntegerField("累计服务时长（分钟）")
    year_minutes = models.BigIntegerField("统计年份的服务时长（分钟）")
    unfinished = models.PositiveIntegerField("未办结的记录")
    counted_at = models.DateTimeField("统计时间")

    objects = LineFiguresQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="portal_line_figures_once", fields=["line", "organization"]
            ),
            models.CheckConstraint(
                name="portal_year_within_all",
                condition=Q(year_minutes__gte=0, year_minutes__lte=F("minutes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.organization_id} {self.minutes}"
