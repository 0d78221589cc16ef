"""Kinds of wishes and themes of festivals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from voluncity.care.wishes.states import Drawing, Tone


class WishKind(models.Model):
    """One kind of wish, with what it is usually worth; the office keeps the list."""

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=12, unique=True)
    icon = models.CharField(max_length=30, default="sparkles")
    worth_minutes = models.PositiveSmallIntegerField("建议时长（分钟）")
    most_minutes = models.PositiveSmallIntegerField("最多时长（分钟）")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="wishes_kind_worth_within_its_most",
                condition=Q(worth_minutes__gte=1, most_minutes__gte=F("worth_minutes")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """A festival under which wishes are gathered from one day to another."""

    title = models.CharField("名称", max_length=20, unique=True)
    words = models.CharField("一句话", max_length=60, blank=True)
    tone = models.CharField("颜色", max_length=8, choices=Tone.choices, default=Tone.BRAND)
    drawing = models.CharField("图案", max_length=8, choices=Drawing.choices)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="wishes_theme_in_order", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return self.title
