"""What stars ask of organizations, batches of proposals, and what was certified."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.ratings.states import RUNNING, BatchState

MOST_STARS = 5


class RatingStandard(models.Model):
    """What one star asks of an organization in a year, from a day on (dated like every rule)."""

    valid_from = models.DateField("执行日期")
    stars = models.PositiveSmallIntegerField("星级")
    members = models.PositiveIntegerField("成员（人）")
    minutes = models.PositiveIntegerField("全年服务时长（分钟）")
    projects = models.PositiveIntegerField("开展活动的项目（个）")
    activities = models.PositiveIntegerField("开展的活动（场）")
    trained = models.PositiveIntegerField("培训（人次）")
    basis = models.CharField("依据", max_length=200, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "stars"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from", "stars"], name="ratings_standard_once_per_ladder"
            ),
            models.CheckConstraint(
                name="ratings_standard_stars_1_to_5",
                condition=Q(stars__gte=1, stars__lte=MOST_STARS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.stars}★"


class BatchQuerySet(ScopedQuerySet):
    """A batch is managed by the offices of its region."""

    organization_path = ""
    region_path = "region__path"


class Batch(models.Model):
    """The ratings of one year in one region, decided and certified together (seed PY)."""

    year = models.PositiveSmallIntegerField("年度")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    kinds = models.JSONField("参评类型")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.COUNTING)
    # While it is counted: how many questions are answered, and when the last one was.
    counted_parts = models.PositiveSmallIntegerField(default=0)
    counted_at = models.DateTimeField("统计时间")
    started_at = models.DateTimeField("启动时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    shown_at = models.DateTimeField("公示时间", null=True, blank=True)
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_at = models.DateTimeField("认定时间", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="ratings_one_running_batch_per_region",
                fields=["region"],
                condition=Q(state__in=RUNNING),
            ),
            models.CheckConstraint(
                name="ratings_certified_has_its_time",
                condition=Q(state=BatchState.CERTIFIED, certified_at__isnull=False)
                | (~Q(state=BatchState.CERTIFIED) & Q(certified_at=None)),
            ),
            models.CheckConstraint(
                name="ratings_shown_at_and_by_together",
                condition=Q(shown_at=None, shown_by=None)
                | Q(shown_at__isnull=False, shown_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.region_id}"


class ProposalQuerySet(ScopedQuerySet):
    """A proposal is decided by the offices of its batch's region, never by the organization."""

    organization_path = ""
    region_path = "batch__region__path"


class Proposal(models.Model):
    """What the rule gives an organization, and what the office makes of it; both are kept."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="proposals")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+"
    )
    members = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    projects = models.PositiveIntegerField(default=0)
    activities = models.PositiveIntegerField(default=0)
    trained = models.PositiveIntegerField(default=0)
    stars = models.PositiveSmallIntegerField("按规则")
    adjusted = models.PositiveSmallIntegerField("调整为", null=True, blank=True)
    adjusted_reason = models.CharField("调整理由", max_length=300, blank=True)
    adjusted_at = models.DateTimeField(null=True, blank=True)
    adjusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What counts: the adjusted stars where there are any, else those of the rule.
    final = models.GeneratedField(
        expression=Coalesce("adjusted", "stars"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "organization"], name="ratings_one_proposal_each"
            ),
            models.CheckConstraint(
                name="ratings_proposed_stars_0_to_5",
                condition=Q(stars__lte=MOST_STARS)
                & (Q(adjusted=None) | Q(adjusted__lte=MOST_STARS)),
            ),
            models.CheckConstraint(
                name="ratings_adjusted_with_a_reason",
                condition=Q(adjusted=None, adjusted_reason="", adjusted_at=None, adjusted_by=None)
                | (
                    Q(adjusted__isnull=False, adjusted_at__isnull=False)
                    & Q(adjusted_by__isnull=False)
                    & ~Q(adjusted_reason="")
                ),
            ),
        ]
        indexes = [models.Index(fields=["batch", "final"], name="ratings_by_stars")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.organization_id} {self.stars}★"


class Rating(models.Model):
    """The stars of an organization, certified for a year after publicity."""

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="ratings"
    )
    year = models.PositiveSmallIntegerField("年度")
    stars = models.PositiveSmallIntegerField("星级")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="rating")
    certified_at = models.DateTimeField("认定时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="ratings_once_a_year"),
            models.CheckConstraint(
                name="ratings_stars_1_to_5", condition=Q(stars__gte=1, stars__lte=MOST_STARS)
            ),
        ]
        indexes = [models.Index(fields=["year", "-stars"], name="ratings_of_year")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.year} {self.stars}★"
