"""Projects, their activities and shifts, and the 26 lines of the Taiyuan notice."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.service.projects.states import (
    UNFINISHED_STATES,
    ActivityState,
    ProjectState,
)


class LineQuerySet(models.QuerySet["Line"]):
    """The lines of the city."""

    def open(self) -> Self:
        """Return the lines in which something new may be planned."""
        return self.filter(until=None)


class Line(models.Model):
    """One of the city's lines of volunteer projects (seed T18); `Leading` says who leads it.

    A line that has ended keeps its number, its name and what was done in it.
    """

    number = models.PositiveSmallIntegerField("序号", unique=True)
    name = models.CharField("名称", max_length=60)
    since = models.DateField("设立日期", null=True, blank=True)  # none: by the notice itself
    until = models.DateField("停用日期", null=True, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class LeadingQuerySet(models.QuerySet["Leading"]):
    """Who leads which line."""

    def lines_of(self, lead_units: tuple[int, ...]) -> Self:
        """Return the ids of the lines that these units lead now, for use in another question."""
        live = self.filter(organization__in=lead_units, until=None)
        return live.values("line")  # type: ignore[return-value]


class Leading(models.Model):
    """A unit leads a line: from one day to before another; two units may lead one together."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="leadings")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="leadings"
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    objects = LeadingQuerySet.as_manager()

    class Meta:
        ordering = ["line__number", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="projects_unit_leads_a_line_once",
                fields=["line", "organization"],
                condition=Q(until=None),
            ),
            models.CheckConstraint(
                name="projects_leading_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.organization_id}"


class ProjectQuerySet(ScopedQuerySet):
    """A project belongs to an organization, and mostly to a line."""

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the projects in the lines of these units."""
        return Q(line__in=Leading.objects.lines_of(lead_units)) & ~Q(state=ProjectState.DRAFT)

    def reviewable(self, scope: Scope) -> Self:
        """Keep what the holder of a reviewing scope may decide on.

        A region's office reviews its whole region, an organization only those below it: its own
        projects go to somebody above.
        """
        reach = Q(pk__in=[])
        for path in scope.organizations:
            reach |= Q(organization__path__startswith=path) & ~Q(organization__path=path)
        for path in scope.regions:
            reach |= Q(organization__region__path__startswith=path)
        return self.filter(reach)

    def of_service(self) -> Self:
        """Leave out the homes of trainings: they are no projects of service."""
        return self.exclude(state=ProjectState.TEACHING)


class Project(models.Model):
    """A planned service: the seven fields of the Taiyuan notice, its risks and conditions."""

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="projects"
    )
    line = models.ForeignKey(
        Line, null=True, blank=True, on_delete=models.PROTECT, related_name="projects"
    )
    # The seven fields (seed T18, 项目编排).
    name = models.CharField("项目名称", max_length=60)
    served_group = models.CharField("服务对象", max_length=120, blank=True)
    category = models.ForeignKey(
        "catalog.Category", on_delete=models.PROTECT, related_name="projects",
        verbose_name="服务类型",
    )  # fmt: skip
    session_minutes = models.PositiveIntegerField("每次服务时长（分钟）")
    volunteers_wanted = models.PositiveIntegerField("志愿者人数")
    funding = models.CharField("项目资金保障", max_length=300, blank=True)
    sessions_planned = models.PositiveIntegerField("开展次数")

    intro = models.TextField("项目介绍", max_length=2000, blank=True)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    # 志愿服务条例第十二条: risks must be told before anybody signs up.
    risk_notice = models.TextField("风险告知", max_length=1000, blank=True)
    min_age = models.PositiveSmallIntegerField("最低年龄", default=14)
    max_age = models.PositiveSmallIntegerField("最高年龄", null=True, blank=True)
    skills = models.ManyToManyField("catalog.Skill", blank=True, related_name="projects")
    course = models.ForeignKey(
        "training.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="projects",
        verbose_name="须先完成的培训",
    )  # fmt: skip
    members_only = models.BooleanField("仅限本组织成员", default=False)
    state = models.CharField(
        max_length=10, choices=ProjectState.choices, default=ProjectState.DRAFT
    )
    state_reason = models.CharField("说明", max_length=300, blank=True)
    summary = models.TextField("项目总结", max_length=4000, blank=True)
    created_at = models.DateTimeField("创建时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="projects_ends_not_before_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="projects_ages_in_order",
                condition=Q(max_age=None) | Q(max_age__gte=F("min_age")),
            ),
            models.CheckConstraint(
                name="projects_numbers_positive",
                condition=Q(session_minutes__gt=0, volunteers_wanted__gt=0, sessions_planned__gt=0),
            ),
            # A draft may be kept half written; what is submitted is whole.
            models.CheckConstraint(
                name="projects_whole_when_submitted",
                condition=Q(state__in=UNFINISHED_STATES)
                | ~(Q(served_group="") | Q(funding="") | Q(risk_notice="")),
            ),
            models.CheckConstraint(
                name="projects_submitted_at_and_by_together",
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="projects_reviewed_at_and_by_together",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "organization"], name="projects_by_state")]

    def __str__(self) -> str:
        return self.name


class ActivityQuerySet(ScopedQuerySet):
    """An activity belongs to its project's organization."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the activities of projects in the lines of these units."""
        return Q(project__line__in=Leading.objects.lines_of(lead_units))

    def of_service(self) -> Self:
        """Leave out trainings: learning is no service, and counts as none."""
        return self.exclude(project__state=ProjectState.TEACHING)


class Activity(models.Model):
    """One dated occurrence of a project at one place, with one or more shifts."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="activities")
    name = models.CharField("活动名称", max_length=60)
    description = models.TextField("活动内容", max_length=2000, blank=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="activities"
    )
    address = models.CharField("地点", max_length=120)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="led_activities",
        verbose_name="活动负责人",
    )  # fmt: skip
    # First start and last end over all shifts; kept by the actions that write shifts.
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    state = models.CharField(
        max_length=10, choices=ActivityState.choices, default=ActivityState.DRAFT
    )
    state_reason = models.CharField("说明", max_length=300, blank=True)
    created_at = models.DateTimeField("创建时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Bigrams (kernel/text.py), from which the catalogue finds words (queries/choosing.py).
    search_text = models.TextField(blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="projects_activity_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="projects_open_by_time"),
            models.Index(fields=["state", "ends_at"], name="projects_to_come"),
            models.Index(fields=["region", "starts_at"], name="projects_by_region"),
        ]

    def __str__(self) -> str:
        return self.name


class ShiftQuerySet(ScopedQuerySet):
    """A shift belongs to its activity's organization."""

    organization_path = "activity__project__organization__path"
    region_path = "activity__project__organization__region__path"


class Shift(models.Model):
    """One slot of an activity: a job, a time and a number of places."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="shifts")
    name = models.CharField("岗位", max_length=40)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    capacity = models.PositiveIntegerField("名额")
    taken = models.PositiveIntegerField("已报名", default=0)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="projects_shift_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="projects_never_overbooked", condition=Q(taken__lte=F("capacity"))
            ),
            models.CheckConstraint(name="projects_capacity_positive", condition=Q(capacity__gt=0)),
        ]
        indexes = [models.Index(fields=["starts_at"], name="projects_shifts_by_time")]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_at}"


class Edition(models.Model):
    """Which edition of the catalogue is the newest (queries/catalogue.py): the sum of the tokens.

    Written by the triggers of 0003_edition only.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.IntegerField()

    def __str__(self) -> str:
        return str(self.token)
