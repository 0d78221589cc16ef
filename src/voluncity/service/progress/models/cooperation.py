"""Units that carry out a project together with the one that planned it (seed T18, 项目合作)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.service.progress.states import LIVE_COOPERATION, CooperationState, UnitRole
from voluncity.service.projects.models import Project, ProjectQuerySet

S = CooperationState


class CooperationQuerySet(ScopedQuerySet):
    """Seen from the cooperating unit: the organizer comes to it through the project."""

    organization_path = "organization__path"
    region_path = "organization__region__path"


class Cooperation(models.Model):
    """One unit in one project of another unit: invited, accepted or declined, ended."""

    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="cooperations"
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="cooperations"
    )
    role = models.CharField("方式", max_length=10, choices=UnitRole.choices)
    task = models.CharField("分工", max_length=200, blank=True)
    # Granted by the organizer: the unit may arrange activities, which the organizer opens.
    may_arrange = models.BooleanField("可以安排活动", default=False)
    state = models.CharField(max_length=10, choices=S.choices, default=S.INVITED)
    invited_at = models.DateTimeField("邀请时间")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("原因", max_length=200, blank=True)

    objects = CooperationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="progress_a_unit_cooperates_once",
                fields=["project", "organization"],
                condition=Q(state__in=LIVE_COOPERATION),
            ),
            models.CheckConstraint(
                name="progress_cooperation_answered_with_time",
                condition=~Q(state__in=[S.ACCEPTED, S.DECLINED])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="progress_cooperation_ends_with_reason",
                condition=Q(state=S.ENDED, ended_at__isnull=False) & ~Q(reason="")
                | (~Q(state=S.ENDED) & Q(ended_at=None, ended_by=None)),
            ),
            models.CheckConstraint(
                name="progress_arranges_only_with_consent",
                condition=Q(may_arrange=False) | Q(state__in=LIVE_COOPERATION),
            ),
        ]
        indexes = [models.Index(fields=["organization", "state"], name="progress_of_unit")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.organization_id} {self.state}"


class SharedQuerySet(ProjectQuerySet):
    """Projects within reach, and those in which a unit within reach cooperates now.

    Only organizations reach what they share: a region reaches by its own tree already.
    """

    def in_scope(self, scope: Scope) -> SharedQuerySet:
        """Keep the rows within reach; an empty scope keeps none."""
        theirs = Q(pk__in=[])
        for path in scope.organizations:
            theirs |= Q(organization__path__startswith=path)
        live = Cooperation.objects.filter(theirs, project=OuterRef("pk"), state=S.ACCEPTED)
        own = Project.objects.in_scope(scope).values("pk")
        return self.filter(Q(pk__in=own) | Q(Exists(live)))


def shared_projects() -> SharedQuerySet:
    """Return all projects, to be narrowed to what somebody reaches alone or by cooperation."""
    return SharedQuerySet(Project)


class JointActivity(models.Model):
    """An activity that a cooperating unit has arranged and that bears its name."""

    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="joint"
    )
    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.PROTECT, related_name="activities"
    )
    arranged_at = models.DateTimeField()
    arranged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.activity_id} {self.cooperation_id}"
