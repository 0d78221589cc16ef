"""Numbers that the city decides, each from a date on; never a constant in the code."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class PolicyNumber(models.Model):
    """One number of the city's rules, valid from a day until the next row of the same key."""

    key = models.CharField("规则", max_length=60)
    value = models.BigIntegerField("数值")
    valid_from = models.DateField("生效日期")
    basis = models.CharField("依据", max_length=200, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("设定时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="policy_one_value_per_day"),
            models.CheckConstraint(
                name="policy_value_not_negative", condition=models.Q(value__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} ({self.valid_from})"
