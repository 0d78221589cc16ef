"""The public-welfare days of the city, and the activities that belong to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.welfare_days.states import DayState

S = DayState


class WelfareDay(models.Model):
    """One 全民公益日 (seed PY): the last Saturday of a month, or the day it was moved to.

    `base_on` is that Saturday; `held_on` is when it is held. While the day is only proposed,
    `hint` says why another date than the Saturday is suggested.
    """

    month = models.DateField("月份", unique=True)  # its first day
    base_on = models.DateField("最后一个星期六")
    held_on = models.DateField("日期", unique=True)
    hint = models.CharField("建议", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.PROPOSED)
    reason = models.CharField("改期原因", max_length=200, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    theme = models.CharField("主题", max_length=40, blank=True)
    words = models.TextField("说明", max_length=2000, blank=True)
    picture = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["month"]
        constraints = [
            models.CheckConstraint(
                name="welfare_days_decided_by_somebody",
                condition=Q(state=S.PROPOSED, decided_at=None, decided_by=None)
                | Q(state=S.CONFIRMED, decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="welfare_days_another_date_has_a_reason",
                condition=Q(held_on=F("base_on")) | ~(Q(hint="") & Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.held_on}"

    @property
    def title(self) -> str:
        """Return what the day is called before it has a theme."""
        return self.theme or f"{self.month.month}月全民公益日"

    @property
    def is_moved(self) -> bool:
        """Return whether it is held on another day than the last Saturday."""
        return self.held_on != self.base_on


class AttachmentQuerySet(ScopedQuerySet):
    """An attachment belongs to the organization of its activity."""

    organization_path = "activity__project__organization__path"
    region_path = "activity__project__organization__region__path"


class Attachment(models.Model):
    """An activity belongs to a public-welfare day; to one at most."""

    day = models.ForeignKey(WelfareDay, on_delete=models.PROTECT, related_name="attachments")
    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="welfare_attachment"
    )
    attached_at = models.DateTimeField("加入时间")
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.day_id} {self.activity_id}"
