"""Who is on the list of a policy: by their stars for a year, or by taking part in an activity."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.honor.insurance.models.policies import Policy
from voluncity.honor.insurance.states import RUNNING, Answer, EnrollmentState

PERSON = settings.AUTH_USER_MODEL


class EnrollmentQuerySet(ScopedQuerySet):
    """A list is managed by the offices of its region."""

    organization_path = ""
    region_path = "region__path"


class Enrollment(models.Model):
    """The yearly list of volunteers with so many stars or more (seed PY: 四星及以上)."""

    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, related_name="enrollment")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    stars_least = models.PositiveSmallIntegerField("至少几星", default=4)
    state = models.CharField(
        max_length=10, choices=EnrollmentState.choices, default=EnrollmentState.OPEN
    )
    reason = models.CharField("说明", max_length=200, blank=True)
    started_at = models.DateTimeField("拟定时间")
    started_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("复核时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField("报送时间", null=True, blank=True)
    covered_at = models.DateTimeField("承保时间", null=True, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="insurance_one_running_list_per_region",
                fields=["region"],
                condition=Q(state__in=RUNNING),
            ),
            models.CheckConstraint(
                name="insurance_a_second_person_confirms",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("started_by")),
            ),
            models.CheckConstraint(
                name="insurance_confirmed_at_and_by_together",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="insurance_nothing_is_sent_unconfirmed",
                condition=~Q(state__in=[EnrollmentState.SENT, EnrollmentState.COVERED])
                | Q(confirmed_at__isnull=False, sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="insurance_stars_1_to_5", condition=Q(stars_least__gte=1, stars_least__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.stars_least}★+ {self.state}"


class ActivityCoverQuerySet(ScopedQuerySet):
    """The cover of an activity belongs to the activity's organization."""

    organization_path = "activity__project__organization__path"
    region_path = "activity__project__organization__region__path"


class ActivityCover(models.Model):
    """The policy under which an activity takes place; the roster is frozen when it starts."""

    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="cover"
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="activity_covers")
    attached_at = models.DateTimeField("选择时间")
    attached_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField("名单固定时间", null=True, blank=True)

    objects = ActivityCoverQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["activity"], condition=Q(frozen_at=None), name="insurance_to_freeze"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.policy_id}"


class InsuredQuerySet(ScopedQuerySet):
    """Seen by the offices of the person's region, and by who runs the activity or its region."""

    organization_path = "cover__activity__project__organization__path"
    region_path = "volunteer__region__path"

    def in_scope(self, scope: Scope) -> Self:
        """Keep the rows within reach; an empty scope keeps none."""
        held = ActivityCover.objects.in_scope(scope)
        near = Q(pk__in=[])
        for path in scope.regions:
            near |= Q(volunteer__region__path__startswith=path)
        return self.filter(near | Q(cover__in=held.values("pk")))

    def counted(self) -> Self:
        """Keep those who are insured: not left out, and agreed where they are asked."""
        return self.filter(is_left_out=False).exclude(answer__in=[Answer.ASKED, Answer.DECLINED])


class Insured(models.Model):
    """One person on the list of a policy: of an enrollment, or of an activity."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="people")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="insured"
    )
    enrollment = models.ForeignKey(
        Enrollment, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    cover = models.ForeignKey(
        ActivityCover, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    stars = models.PositiveSmallIntegerField("星级", null=True, blank=True)
    is_added = models.BooleanField("手工加入", default=False)
    is_left_out = models.BooleanField("不列入", default=False)
    reason = models.CharField("说明", max_length=200, blank=True)
    answer = models.CharField("本人意见", max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    listed_at = models.DateTimeField("列入时间")
    is_late = models.BooleanField("开始后加入", default=False)

    objects = InsuredQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="insurance_listed_for_a_year_or_an_activity",
                condition=Q(enrollment__isnull=False, cover=None) & ~Q(answer="")
                | Q(enrollment=None, cover__isnull=False, answer=""),
            ),
            models.UniqueConstraint(
                name="insurance_once_on_a_list", fields=["enrollment", "volunteer"]
            ),
            models.UniqueConstraint(
                name="insurance_once_on_a_roster", fields=["cover", "volunteer"]
            ),
            models.CheckConstraint(
                name="insurance_by_hand_with_a_reason",
                condition=Q(is_added=False, is_left_out=False) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="insurance_answered_at_goes_with_the_answer",
                condition=Q(answer__in=["", Answer.ASKED], answered_at=None, answered_by=None)
                | Q(
                    answer__in=[Answer.AGREED, Answer.DECLINED],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.volunteer_id}"
