"""What an expert thinks of one submission, each for themself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.calls.models import Submission
from voluncity.fund.review.models.reviews import Criteria, Place

USER = settings.AUTH_USER_MODEL
POINTS_MOST = 100
MOST_HUNDREDTHS = 10_000  # 100 points


class Opinion(models.Model):
    """One expert's scores of the submission that they read; handed in once, then it stays.

    `total` are hundredths of a point, 10,000 at most: weight (percent) times points, summed.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="opinions")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    criteria = models.ForeignKey(Criteria, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("总体评语", max_length=1000, blank=True)
    total = models.PositiveIntegerField("得分", null=True, blank=True)
    edition = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField("保存时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="review_one_opinion_of_a_submission", fields=["place", "submission"]
            ),
            models.CheckConstraint(
                name="review_submitted_has_a_total",
                condition=Q(submitted_at=None, total=None)
                | Q(submitted_at__isnull=False, total__lte=MOST_HUNDREDTHS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.submission_id}"


class Mark(models.Model):
    """The points for one criterion, none while a draft has none, and what is remarked there."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="marks")
    key = models.CharField(max_length=8)  # of the criterion in `Criteria.content`
    points = models.PositiveSmallIntegerField("分数", null=True, blank=True)
    remark = models.CharField("评语", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="review_one_mark_of_a_key", fields=["opinion", "key"]),
            models.CheckConstraint(
                name="review_points_to_a_hundred",
                condition=Q(points=None) | Q(points__lte=POINTS_MOST),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.key}"
