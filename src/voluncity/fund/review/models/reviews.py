"""The review of a call: what is asked, how many experts read, who reads what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.review.states import (
    PLACE_TONES,
    REVIEW_TONES,
    SEATED,
    How,
    PlaceState,
    ReviewState,
)
from voluncity.kernel.clock import stamp_text

USER = settings.AUTH_USER_MODEL


class ReviewQuerySet(ScopedQuerySet):
    """A review is looked after where the fund of its call is."""

    organization_path = ""
    region_path = "call__fund__region__path"


class Review(models.Model):
    """The review of one call; what is asked is frozen once somebody has scored."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="review")
    criteria = models.ForeignKey(
        "Criteria", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    experts_each = models.PositiveSmallIntegerField("每项申报几位专家")
    due_at = models.DateTimeField("评分截止")  # the first instant that is too late
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN)
    edition = models.PositiveIntegerField(default=1)
    scored_since = models.DateTimeField("开始评分", null=True, blank=True)
    opened_at = models.DateTimeField("启动时间")
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("结束评分时间", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="review_one_expert_at_least", condition=Q(experts_each__gte=1)
            ),
            models.CheckConstraint(
                name="review_closed_has_its_time",
                condition=Q(state=ReviewState.OPEN, closed_at=None)
                | Q(state=ReviewState.CLOSED, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.call)

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return REVIEW_TONES.get(ReviewState(self.state), "neutral")

    @property
    def due_text(self) -> str:
        """Return until when experts score, as the office said it."""
        return stamp_text(self.due_at)


class Criteria(models.Model):
    """One version of what experts score by; never written over (`rules.criteria.Criterion`)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("第几版")
    content = models.JSONField()  # [{"key", "title", "hint", "weight"}], weights sum to 100
    made_at = models.DateTimeField("制定时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="review_one_criteria_of_a_number", fields=["review", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版"


class ReviewMove(models.Model):
    """One thing that the office did with a review, with its words."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.review_id} {self.verb}"


class PlaceQuerySet(ScopedQuerySet):
    """A place lies where the fund of its call is; what an expert sees is asked by expert."""

    organization_path = ""
    region_path = "review__call__fund__region__path"


class Place(models.Model):
    """One expert who reads and scores one application, or stepped back from it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="places")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="places")
    expert = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    how = models.CharField("产生方式", max_length=8, choices=How.choices)
    # Codes of the hints that the office saw when it decided that this expert may read.
    hints = models.JSONField("提示", default=list, blank=True)
    despite = models.CharField("有提示仍指定的理由", max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=PlaceState.choices, default=PlaceState.ASSIGNED)
    assigned_at = models.DateTimeField("分配时间")
    assigned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField("声明时间", null=True, blank=True)
    ended_at = models.DateTimeField("离开时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Who was let go may come back; who stepped back never reads it.
            models.UniqueConstraint(
                name="review_one_place_of_an_expert",
                fields=["application", "expert"],
                condition=~Q(state=PlaceState.RELEASED),
            ),
            models.CheckConstraint(
                name="review_left_with_a_reason",
                condition=Q(state__in=SEATED, ended_at=None, reason="")
                | (~Q(state__in=SEATED) & Q(ended_at__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="review_reads_only_who_declared",
                condition=~Q(state=PlaceState.READING) | Q(declared_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["expert", "state"], name="review_places_of_expert")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.expert_id}"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return PLACE_TONES.get(PlaceState(self.state), "neutral")
