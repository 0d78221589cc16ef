"""The standing plan: posts, times that repeat, places; and the dated turns made from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.rosters.states import Days, PlanState


class PlanQuerySet(ScopedQuerySet):
    """A plan belongs to its project's organization."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"


class OfPlanQuerySet(ScopedQuerySet):
    """What is part of a plan belongs to the plan's organization."""

    organization_path = "plan__project__organization__path"
    region_path = "plan__project__organization__region__path"


class Plan(models.Model):
    """Who should stand where and when, again and again; one date never changes it."""

    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="roster_plans"
    )
    name = models.CharField("方案名称", max_length=30)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name="负责人",
    )  # fmt: skip
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    # The roster of a service station is shown on the station's own page.
    station = models.ForeignKey(
        "stations.Station", null=True, blank=True, on_delete=models.PROTECT,
        related_name="roster_plans", verbose_name="服务站",
    )  # fmt: skip
    weeks = models.PositiveSmallIntegerField("提前几周生成班次", default=4)
    rest_minutes = models.PositiveIntegerField("两班之间至少休息（分钟）", default=480)
    max_per_day = models.PositiveSmallIntegerField("每人每天最多", default=1)
    max_per_week = models.PositiveSmallIntegerField("每人每周最多", default=3)
    max_km = models.PositiveSmallIntegerField("离家最远（公里）", default=5)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    created_at = models.DateTimeField("创建时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rosters_plan_numbers_in_bounds",
                condition=Q(
                    weeks__gte=1, weeks__lte=8, max_per_day__gte=1, max_per_week__gte=1,
                    max_per_week__lte=14, max_km__gte=1, rest_minutes__lte=2880,
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A place where people stand: a crossing with its name and point."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField("岗位", max_length=24)
    address = models.CharField("地址", max_length=120)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    places = models.PositiveSmallIntegerField("每班人数", default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rosters_one_post_of_a_name", fields=["plan", "name"],
                condition=Q(retired_at=None),
            ),
            models.CheckConstraint(
                name="rosters_point_is_whole",
                condition=Q(lat=None, lng=None) | Q(lat__isnull=False, lng__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """A time of day that repeats by a rule (RFC 5545 RRULE): the morning peak, Monday to Friday."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="slots")
    name = models.CharField("名称", max_length=12)
    begins = models.TimeField("开始")
    minutes = models.PositiveSmallIntegerField("时长（分钟）")
    rule = models.CharField("重复规则", max_length=200)
    days = models.CharField(max_length=10, choices=Days.choices, default=Days.ALL)
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天止", null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        ordering = ["begins", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="rosters_one_slot_of_a_name", fields=["plan", "name"],
                condition=Q(retired_at=None),
            ),
            models.CheckConstraint(
                name="rosters_slot_at_most_a_day",
                condition=Q(minutes__gte=10, minutes__lte=1440),
            ),
            models.CheckConstraint(
                name="rosters_slot_ends_not_before_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Special(models.Model):
    """A day on which a time is held although its rule says no, or not held although it says yes."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="specials")
    day = models.DateField("日期")
    is_on = models.BooleanField("加班一次")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(name="rosters_one_special_a_day", fields=["slot", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.is_on}"


class Need(models.Model):
    """How many people a post needs at one time, where it differs from the post's usual number."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="needs")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="needs")
    places = models.PositiveSmallIntegerField("人数")  # 0: nobody

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_one_need", fields=["post", "slot"]),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.slot_id} {self.places}"


class Pair(models.Model):
    """Two people who are not put at the same post at the same time."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pairs")
    one = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_one_pair", fields=["plan", "one", "other"]),
            models.CheckConstraint(name="rosters_pair_in_order", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"


class PostMonth(models.Model):
    """The activity that holds the shifts of a post in one calendar month."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="months")
    month = models.DateField()  # its first day
    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="roster_month"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_one_activity_a_month", fields=["post", "month"]),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.month:%Y-%m}"


class TurnQuerySet(ScopedQuerySet):
    """A turn belongs to the organization of its plan."""

    organization_path = "post__plan__project__organization__path"
    region_path = "post__plan__project__organization__region__path"


class Turn(models.Model):
    """One post at one time of one day; its shift is that for which people sign up.

    Without a shift it was taken off by hand and is not made again.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="turns", db_index=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="turns")
    day = models.DateField()
    shift = models.OneToOneField(
        "projects.Shift", null=True, on_delete=models.SET_NULL, related_name="roster_turn"
    )

    objects = TurnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_one_turn", fields=["post", "slot", "day"]),
        ]
        indexes = [models.Index(fields=["day", "slot"], name="rosters_turns_by_day")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.slot_id} {self.day}"
