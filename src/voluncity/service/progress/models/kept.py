"""What was counted of each project; kept, so that thousands can be listed and filtered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.progress.states import Standing
from voluncity.service.projects.models import Leading


class ProgressQuerySet(ScopedQuerySet):
    """The progress of a project is reached where the project is."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the projects in the lines of these units: no draft is counted."""
        return Q(project__line__in=Leading.objects.lines_of(lead_units))


class Progress(models.Model):
    """The figures of one project at `counted_at`; a task counts them anew."""

    project = models.OneToOneField(
        "projects.Project", on_delete=models.CASCADE, primary_key=True, related_name="progress"
    )
    standing = models.CharField(max_length=12, choices=Standing.choices)
    sessions = models.PositiveIntegerField("已开展次数", default=0)
    people_served = models.PositiveIntegerField("服务人次", default=0)
    volunteers = models.PositiveIntegerField("参与志愿者", default=0)
    visits = models.PositiveIntegerField("参与人次", default=0)
    proven_minutes = models.PositiveBigIntegerField("信用时长", default=0)
    entered_minutes = models.PositiveBigIntegerField("荣誉时长", default=0)
    spent_fen = models.PositiveBigIntegerField("已用经费（分）", default=0)
    behind_since = models.DateTimeField("滞后起", null=True, blank=True)
    summary_due_at = models.DateTimeField("总结期限", null=True, blank=True)
    is_summary_late = models.BooleanField("总结逾期", default=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    counted_at = models.DateTimeField("统计时间")

    objects = ProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="progress_behind_since_a_time",
                condition=Q(standing=Standing.BEHIND, behind_since__isnull=False)
                | (~Q(standing=Standing.BEHIND) & Q(behind_since=None)),
            ),
            models.CheckConstraint(
                name="progress_late_after_a_time",
                condition=Q(is_summary_late=False) | Q(summary_due_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["standing"], name="progress_by_standing")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.standing}"
