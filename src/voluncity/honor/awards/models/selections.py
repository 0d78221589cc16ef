"""A selection: its calendar, its categories, and what counts how much. Frozen once published."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.awards.states import (
    SELECTION_TONES,
    NomineeKind,
    Phase,
    SelectionState,
)

PERSON = settings.AUTH_USER_MODEL
WHOLE = 100  # percent


class SelectionQuerySet(ScopedQuerySet):
    """A selection is run by the offices of its region."""

    organization_path = ""
    region_path = "region__path"


class Selection(models.Model):
    """A call for the best of a year in one region; all days are inclusive days of the city."""

    title = models.CharField("评选名称", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField("表彰单位", max_length=60)
    intro = models.TextField("说明", max_length=1000)
    state = models.CharField(
        max_length=10, choices=SelectionState.choices, default=SelectionState.DRAFT
    )
    nominate_from = models.DateField("推荐开始")
    nominate_until = models.DateField("推荐截止")
    review_until = models.DateField("评审截止")
    vote_from = models.DateField("投票开始")
    vote_until = models.DateField("投票截止")
    publicity_workdays = models.PositiveSmallIntegerField("公示工作日")
    expert_weight = models.PositiveSmallIntegerField("专家评审权重")
    vote_weight = models.PositiveSmallIntegerField("公众投票权重")
    office_weight = models.PositiveSmallIntegerField("主办单位权重")
    least_reviews = models.PositiveSmallIntegerField("每个对象至少几位专家评分")
    most_per_nominator = models.PositiveSmallIntegerField("每个推荐单位每类最多推荐")
    allows_self = models.BooleanField("可以自荐", default=False)
    is_live = models.BooleanField("实时公布票数", default=False)
    made_at = models.DateTimeField("创建时间")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    counted_at = models.DateTimeField("计算时间", null=True, blank=True)
    decided_at = models.DateTimeField("评定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shown_at = models.DateTimeField("公示时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    awarded_at = models.DateTimeField("表彰时间", null=True, blank=True)
    vote_told_at = models.DateTimeField(null=True, blank=True)  # that voting has begun

    objects = SelectionQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="awards_calendar_in_order",
                condition=Q(nominate_until__gte=F("nominate_from"))
                & Q(vote_from__gt=F("nominate_until"))
                & Q(vote_until__gte=F("vote_from"))
                & Q(review_until__gt=F("nominate_until")),
            ),
            models.CheckConstraint(
                name="awards_weights_are_the_whole",
                condition=Q(
                    expert_weight=WHOLE - F("vote_weight") - F("office_weight"),
                    expert_weight__lte=WHOLE, vote_weight__lte=WHOLE, office_weight__lte=WHOLE,
                ),
            ),
            models.CheckConstraint(
                name="awards_decided_at_and_by_together",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="awards_confirmed_by_another_person",
                condition=Q(confirmed_by=None)
                | (Q(decided_by__isnull=False) & ~Q(confirmed_by=F("decided_by"))),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def phase(self, today: date) -> Phase:
        """Return what the calendar allows on a day; it speaks of published selections."""
        if today < self.nominate_from:
            return Phase.COMING
        if today <= self.nominate_until:
            return Phase.NOMINATING
        if today < self.vote_from:
            return Phase.REVIEWING
        if today <= self.vote_until:
            return Phase.VOTING
        return Phase.CLOSING if today <= self.review_until else Phase.DECIDING

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return SELECTION_TONES.get(SelectionState(self.state), "neutral")


class Happened(models.Model):
    """What the history of a selection and that of a nomination share."""

    verb = models.CharField(max_length=12)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["pk"]


class SelectionMove(Happened):
    """One thing that was done about a selection, with the reason that was asked for."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="moves")

    def __str__(self) -> str:
        return f"{self.selection_id} {self.verb}"


class CategoryQuerySet(ScopedQuerySet):
    """A category belongs to its selection."""

    organization_path = ""
    region_path = "selection__region__path"


class Category(models.Model):
    """One kind of honor of a selection: how many, and what a nominee must reach."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="categories")
    kind = models.CharField("对象", max_length=12, choices=NomineeKind.choices)
    title = models.CharField("荣誉称号", max_length=30)
    position = models.PositiveSmallIntegerField(default=0)
    quota = models.PositiveSmallIntegerField("表彰名额")
    # 0: no limit. Of one county at most so many are awarded.
    county_most = models.PositiveSmallIntegerField("每县最多表彰", default=0)
    choices_most = models.PositiveSmallIntegerField("每人最多投几个")
    least_minutes = models.PositiveIntegerField("累计时长不少于（分钟）", default=0)
    least_stars = models.PositiveSmallIntegerField("星级不低于", default=0)
    gap_years = models.PositiveSmallIntegerField("近几年未获同类表彰", default=0)
    clean_years = models.PositiveSmallIntegerField("近几年没有认定的时长问题", default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_category_once_per_selection", fields=["selection", "title"]
            ),
            models.CheckConstraint(
                name="awards_category_gives_something",
                condition=Q(quota__gt=0, choices_most__gt=0, least_stars__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """What experts look at, in percent of their score."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="criteria")
    title = models.CharField("标准", max_length=20)
    weight = models.PositiveSmallIntegerField("权重")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_criterion_once_per_selection", fields=["selection", "title"]
            ),
            models.CheckConstraint(
                name="awards_criterion_weighs_something",
                condition=Q(weight__gt=0, weight__lte=WHOLE),
            ),
        ]

    def __str__(self) -> str:
        return self.title
