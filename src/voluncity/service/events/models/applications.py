"""Who wants to help, what was decided, where they were put, and their badge."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.events.models.events import Event, Group, OfEventQuerySet, PostDay
from voluncity.service.events.states import ApplicationState, Size

A = ApplicationState
_WITH_INTERVIEW = Q(interview_at__isnull=False) & ~Q(interview_place="")


class Application(models.Model):
    """Somebody applies once for an event.

    Diet and photo are only for the days of the event: they are wiped out some days after it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="applications")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="event_applications"
    )
    key = models.CharField(max_length=32, unique=True)  # to which the sealed words are bound
    state = models.CharField("状态", max_length=10, choices=A.choices, default=A.APPLIED)
    size = models.CharField("衣服尺码", max_length=4, choices=Size.choices, blank=True)
    diet_cipher = models.CharField(max_length=400, blank=True)
    experience = models.CharField("经历和特长", max_length=300, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    risks_read_at = models.DateTimeField("知悉风险时间")
    applied_at = models.DateTimeField("报名时间")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("说明", max_length=200, blank=True)
    interview_at = models.DateTimeField("面试时间", null=True, blank=True)
    interview_place = models.CharField("面试地点", max_length=60, blank=True)
    has_come = models.BooleanField("到场面试", null=True, blank=True)
    score = models.PositiveSmallIntegerField("面试评分", null=True, blank=True)
    remark = models.CharField("面试评语", max_length=200, blank=True)
    reply_by = models.DateTimeField("确认期限", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    briefing_read_at = models.DateTimeField("阅读须知", null=True, blank=True)
    is_briefed = models.BooleanField("参加培训会", null=True, blank=True)

    objects = OfEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="events_one_application_each", fields=["event", "volunteer"]
            ),
            models.CheckConstraint(
                name="events_interview_has_time_and_place",
                condition=~Q(state=A.INTERVIEW) | _WITH_INTERVIEW,
            ),
            models.CheckConstraint(
                name="events_selected_must_answer_until",
                condition=~Q(state=A.SELECTED) | Q(reply_by__isnull=False),
            ),
            models.CheckConstraint(
                name="events_rejected_for_a_reason", condition=~Q(state=A.REJECTED) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="events_score_within_100", condition=Q(score=None) | Q(score__lte=100)
            ),
        ]
        indexes = [models.Index(fields=["event", "state"], name="events_by_state")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.volunteer_id} {self.state}"


class Liking(models.Model):
    """A group for which somebody would rather work; 1 is the dearest."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="likings")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="likings")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(name="events_group_liked_once", fields=["application", "group"])
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.rank} {self.group_id}"


class AppliedDay(models.Model):
    """A day on which somebody can come."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(name="events_day_said_once", fields=["application", "day"])
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.day}"


class Assignment(models.Model):
    """Somebody's place at a post on a day; it holds as long as the sign-up is placed.

    The place itself is one of the shift (`projects_never_overbooked`).
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="assignments"
    )
    post_day = models.ForeignKey(PostDay, on_delete=models.PROTECT, related_name="assignments")
    signup = models.OneToOneField(
        "signups.Signup", on_delete=models.PROTECT, related_name="event_assignment"
    )
    assigned_at = models.DateTimeField("安排时间")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="events_assigned_once", fields=["application", "post_day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.post_day_id}"


class BadgeQuerySet(ScopedQuerySet):
    """A badge belongs to the organization of its event."""

    organization_path = "application__event__project__organization__path"
    region_path = "application__event__project__organization__region__path"


class Badge(models.Model):
    """An accreditation badge; a new one ends the one before it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="badges")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("证号")
    issued_at = models.DateTimeField("制证时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoke_reason = models.CharField("作废原因", max_length=100, blank=True)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="events_one_live_badge", fields=["application"], condition=Q(revoked_at=None)
            ),
            models.UniqueConstraint(name="events_badge_numbers", fields=["event", "number"]),
            models.CheckConstraint(
                name="events_badge_revoked_by_somebody",
                condition=Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_number

    @property
    def shown_number(self) -> str:
        """Return the number as it stands on the badge: event and running number."""
        return f"{self.event_id}-{self.number:04d}"
