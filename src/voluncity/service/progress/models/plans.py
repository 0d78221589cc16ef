"""What is aimed at, stage by stage and year by year."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.progress.states import YearState
from voluncity.service.projects.models import Leading


class Aim(models.Model):
    """What a project aims at beyond the seven fields, as numbers; either may be left open."""

    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, related_name="aim")
    people_served = models.PositiveIntegerField("计划服务人次", null=True, blank=True)
    funding_fen = models.PositiveBigIntegerField("计划经费（分）", null=True, blank=True)
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.project_id}"


class Stage(models.Model):
    """A project is the next stage of another one; the first project of a chain has no row."""

    project = models.OneToOneField(
        "projects.Project", on_delete=models.PROTECT, related_name="stage"
    )
    previous = models.OneToOneField(
        "projects.Project", on_delete=models.PROTECT, related_name="next_stage"
    )
    first = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="later_stages"
    )
    number = models.PositiveSmallIntegerField("第几期")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["first", "number"]
        constraints = [
            models.UniqueConstraint(
                name="progress_one_stage_of_a_number", fields=["first", "number"]
            ),
            models.CheckConstraint(
                name="progress_stages_follow_the_first", condition=Q(number__gte=2)
            ),
            models.CheckConstraint(
                name="progress_stage_follows_another",
                condition=~Q(project=F("previous")) & ~Q(project=F("first")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.number}"


class PlanCall(models.Model):
    """The city office asks all lead units for their plan of a year, until a day (seed T18, end)."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    due_on = models.DateField("报送截止")
    words = models.CharField("要求", max_length=300, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}"


class YearPlanQuerySet(ScopedQuerySet):
    """A yearly plan belongs to the lead unit."""

    organization_path = "unit__path"
    region_path = "unit__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the plans of the lines that these units lead: two may lead one together."""
        return Q(line__in=Leading.objects.lines_of(lead_units))


class YearPlan(models.Model):
    """How many projects and sessions a lead unit wants in its line in a year."""

    line = models.ForeignKey("projects.Line", on_delete=models.PROTECT, related_name="year_plans")
    unit = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="year_plans"
    )
    year = models.PositiveSmallIntegerField("年度")
    projects_wanted = models.PositiveIntegerField("计划项目数")
    sessions_wanted = models.PositiveIntegerField("计划开展次数")
    words = models.TextField("工作方案", max_length=2000)
    state = models.CharField(max_length=10, choices=YearState.choices, default=YearState.DRAFT)
    remarks = models.CharField("审核意见", max_length=300, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = YearPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "line__number", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="progress_one_plan_a_year", fields=["line", "unit", "year"]
            ),
            models.CheckConstraint(
                name="progress_year_numbers_positive",
                condition=Q(projects_wanted__gt=0, sessions_wanted__gt=0),
            ),
            models.CheckConstraint(
                name="progress_year_submitted_with_time",
                condition=Q(state=YearState.DRAFT) | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.unit_id} {self.year}"
