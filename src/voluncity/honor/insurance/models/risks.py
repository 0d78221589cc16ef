"""Which activities are dangerous (志愿服务条例第十七条): by their category, or by word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

PERSON = settings.AUTH_USER_MODEL


class RiskyCategory(models.Model):
    """A category whose activities need cover before they open, until that is ended."""

    category = models.ForeignKey("catalog.Category", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField("理由", max_length=200)
    set_at = models.DateTimeField("设定时间", null=True, blank=True)  # none: with the software
    set_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="insurance_category_risky_once",
                fields=["category"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="insurance_risk_ended_at_and_by_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}"


class RiskMark(models.Model):
    """Somebody's word about one activity; it goes before what its category says."""

    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="risk_mark"
    )
    is_risky = models.BooleanField("有人身危险")
    reason = models.CharField("理由", max_length=200)
    set_at = models.DateTimeField("标记时间")
    set_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.activity_id} {self.is_risky}"
