"""An event, its groups, their posts, and how many people a post wants on which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.kernel.clock import day_bounds
from voluncity.service.events.states import EventState


class EventQuerySet(ScopedQuerySet):
    """An event belongs to its project's organization."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"


class OfEventQuerySet(ScopedQuerySet):
    """What is part of an event belongs to the event's organization."""

    organization_path = "event__project__organization__path"
    region_path = "event__project__organization__region__path"


class Event(models.Model):
    """A marathon, a festival, games: several days on which many people help, chosen by name."""

    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="events", verbose_name="项目"
    )
    name = models.CharField("名称", max_length=24)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    place = models.CharField("地点", max_length=120)
    starts_on = models.DateField("第一天")
    ends_on = models.DateField("最后一天")
    intro = models.TextField("介绍", max_length=2000)
    conditions = models.TextField("报名条件", max_length=600, blank=True)
    # 志愿服务条例第十二条: risks must be told before anybody applies.
    risk_notice = models.TextField("风险告知", max_length=1000)
    min_age = models.PositiveSmallIntegerField("最低年龄", default=16)
    max_age = models.PositiveSmallIntegerField("最高年龄", null=True, blank=True)
    apply_from = models.DateTimeField("报名开始")
    apply_until = models.DateTimeField("报名截止")
    reply_days = models.PositiveSmallIntegerField("录用后几天内确认", default=3)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name="总负责人",
    )  # fmt: skip
    briefing_at = models.DateTimeField("培训会时间", null=True, blank=True)
    briefing_place = models.CharField("培训会地点", max_length=120, blank=True)
    briefing_text = models.TextField("上岗须知", max_length=4000, blank=True)
    briefing_file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.DRAFT)
    state_reason = models.CharField("说明", max_length=200, blank=True)
    badges_made = models.PositiveIntegerField("已制证件", default=0)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    thanks = models.TextField("致谢", max_length=1000, blank=True)
    served_people = models.PositiveIntegerField("服务人数", null=True, blank=True)
    served_minutes = models.PositiveIntegerField("服务时长（分钟）", null=True, blank=True)
    served_meals = models.PositiveIntegerField("发放餐食", null=True, blank=True)
    forgotten_at = models.DateTimeField("清除个人信息时间", null=True, blank=True)
    created_at = models.DateTimeField("创建时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="events_ends_not_before_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="events_window_in_order", condition=Q(apply_until__gt=F("apply_from"))
            ),
            models.CheckConstraint(
                name="events_ages_in_order",
                condition=Q(max_age=None) | Q(max_age__gte=F("min_age")),
            ),
            models.CheckConstraint(
                name="events_figures_when_closed",
                condition=Q(state="closed", closed_at__isnull=False, served_people__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None, served_people=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def starts_at(self) -> datetime:
        """Return the instant at which the first day begins."""
        return day_bounds(self.starts_on)[0]

    @property
    def days(self) -> list[date]:
        """Return every day of the event."""
        count = (self.ends_on - self.starts_on).days + 1
        return [self.starts_on + timedelta(days=number) for number in range(count)]


class Group(models.Model):
    """Those who do one kind of work together, with the one who leads them."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField("组名", max_length=12)
    about = models.CharField("做什么", max_length=200, blank=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", verbose_name="组长",
    )  # fmt: skip

    objects = OfEventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="events_one_group_of_a_name", fields=["event", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(ScopedQuerySet):
    """A post belongs to the organization of its event."""

    organization_path = "group__event__project__organization__path"
    region_path = "group__event__project__organization__region__path"


class Post(models.Model):
    """A place where people of a group work, and what they must bring along.

    Its days are the shifts of one activity, made as soon as the event is made public.
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField("岗位", max_length=20)
    place = models.CharField("位置", max_length=60)
    tasks = models.CharField("职责", max_length=300, blank=True)
    zones = models.CharField("可进入区域", max_length=60, blank=True)
    skills = models.ManyToManyField("catalog.Skill", blank=True, related_name="+")
    course = models.ForeignKey(
        "training.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name="须先完成的培训",
    )  # fmt: skip
    activity = models.OneToOneField(
        "projects.Activity", null=True, blank=True, on_delete=models.PROTECT,
        related_name="event_post",
    )  # fmt: skip

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["group", "pk"]
        constraints = [
            models.UniqueConstraint(name="events_one_post_of_a_name", fields=["group", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone_list(self) -> list[str]:
        """Return the zones that one may enter who works here."""
        return [zone for zone in self.zones.split("、") if zone]


class PostDay(models.Model):
    """How many people a post wants on one day, from when to when."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="days")
    day = models.DateField("日期")
    begins = models.TimeField("开始")
    ends = models.TimeField("结束")
    wanted = models.PositiveSmallIntegerField("人数")
    shift = models.OneToOneField(
        "projects.Shift", null=True, blank=True, on_delete=models.PROTECT, related_name="event_day"
    )

    class Meta:
        ordering = ["day", "begins", "pk"]
        constraints = [
            models.UniqueConstraint(name="events_one_day_of_a_post", fields=["post", "day"]),
            models.CheckConstraint(
                name="events_day_ends_after_it_begins", condition=Q(ends__gt=F("begins"))
            ),
            models.CheckConstraint(name="events_wants_somebody", condition=Q(wanted__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.day}"
