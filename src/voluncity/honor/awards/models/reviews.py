"""Experts and what they think, each for themself, of the version that they have read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.awards.models.nominations import Nomination
from voluncity.honor.awards.models.selections import Criterion, Selection
from voluncity.honor.awards.states import ReviewState

PERSON = settings.AUTH_USER_MODEL
MOST_HUNDREDTHS = 10_000  # 100 points


class JudgeQuerySet(ScopedQuerySet):
    """A judge belongs to a selection."""

    organization_path = ""
    region_path = "selection__region__path"


class Judge(models.Model):
    """An expert who reviews for a selection."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="judges")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("邀请时间")
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = JudgeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_judge_once_per_selection",
                fields=["selection", "user"],
                condition=Q(removed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.selection_id} {self.user_id}"


class Review(models.Model):
    """What one expert thinks of one nominee; `points` are hundredths, of 100 at most."""

    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="reviews")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN)
    version = models.PositiveIntegerField("评的是第几稿", null=True, blank=True)
    points = models.PositiveIntegerField("得分", null=True, blank=True)
    comment = models.CharField("评语", max_length=300, blank=True)
    done_at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta:
        ordering = ["nomination", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_review_once_per_judge", fields=["judge", "nomination"]
            ),
            models.CheckConstraint(
                name="awards_scored_with_points_of_a_version",
                condition=Q(
                    state=ReviewState.SUBMITTED, version__isnull=False, points__isnull=False,
                    points__lte=MOST_HUNDREDTHS, done_at__isnull=False,
                )
                | Q(state=ReviewState.RECUSED, points=None, done_at__isnull=False)
                | Q(state=ReviewState.OPEN, points=None, version=None, done_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.judge_id} {self.nomination_id} {self.state}"


class Point(models.Model):
    """What a review gives for one criterion, 0 to 100."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="parts")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField("分")

    class Meta:
        ordering = ["criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_criterion_once_per_review", fields=["review", "criterion"]
            ),
            models.CheckConstraint(name="awards_points_to_100", condition=Q(points__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.criterion_id} {self.points}"
