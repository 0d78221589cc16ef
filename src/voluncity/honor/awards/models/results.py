"""What the rule makes of scores and votes, what the office decides, and what was given."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.awards.models.nominations import Nomination
from voluncity.honor.awards.models.selections import Selection
from voluncity.honor.awards.states import AwardState
from voluncity.kernel.masks import mask_name

PERSON = settings.AUTH_USER_MODEL


class Result(models.Model):
    """Where a nominee stands; points are hundredths, of 100 at most."""

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="result")
    reviews = models.PositiveSmallIntegerField("专家数")
    expert_points = models.PositiveIntegerField("专家评审")
    votes = models.PositiveIntegerField("得票")
    vote_points = models.PositiveIntegerField("公众投票")
    office_points = models.PositiveIntegerField("主办单位", default=0)
    office_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    total = models.PositiveIntegerField("综合得分")
    place = models.PositiveSmallIntegerField("名次")  # who is equal shares a place
    by_rule = models.BooleanField("按规则入选")
    is_chosen = models.BooleanField("评定入选", null=True, blank=True)
    reason = models.CharField("与规则不同的理由", max_length=200, blank=True)

    class Meta:
        ordering = ["nomination__category__position", "place", "nomination__number"]
        constraints = [
            models.CheckConstraint(
                name="awards_otherwise_than_the_rule_with_a_reason",
                condition=Q(is_chosen=None) | Q(is_chosen=F("by_rule")) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.total}"


class AwardQuerySet(ScopedQuerySet):
    """An award belongs to the region of its selection."""

    organization_path = ""
    region_path = "selection__region__path"


class Award(models.Model):
    """What was given to whom, with its facts frozen; counts when its publicity ended well."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="awards")
    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="award")
    serial = models.CharField("证书编号", max_length=20, unique=True)
    title = models.CharField("荣誉称号", max_length=30)
    name = models.CharField("获得者", max_length=60)
    issuer = models.CharField("表彰单位", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField(max_length=10, choices=AwardState.choices, default=AwardState.SHOWN)
    made_at = models.DateTimeField("公示时间")
    effective_at = models.DateTimeField("表彰时间", null=True, blank=True)
    reason = models.CharField("撤销原因", max_length=200, blank=True)
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "nomination__category__position", "nomination__number"]
        constraints = [
            models.CheckConstraint(
                name="awards_effective_with_its_time",
                condition=Q(state__in=[AwardState.SHOWN, AwardState.OVERTURNED], effective_at=None)
                | Q(
                    state__in=[AwardState.EFFECTIVE, AwardState.REVOKED],
                    effective_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="awards_revoked_with_reason_and_name",
                condition=~Q(state=AwardState.REVOKED)
                | (~Q(reason="") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def shown_name(self) -> str:
        """Return the name for everybody, as the nominee agreed to."""
        nominee = self.nomination
        is_whole = nominee.volunteer_id is None or (nominee.is_named and nominee.hidden_at is None)
        return self.name if is_whole else mask_name(self.name)

    @property
    def is_effective(self) -> bool:
        """Return whether the award counts."""
        return self.state == AwardState.EFFECTIVE
