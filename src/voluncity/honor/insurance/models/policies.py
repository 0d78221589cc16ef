"""Contracts with insurers."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.insurance.states import Covers, PolicyKind, PolicyState
from voluncity.kernel.money import yuan_text

PERSON = settings.AUTH_USER_MODEL


class PolicyQuerySet(ScopedQuerySet):
    """A policy is managed by the offices of its region; one organization may hold it."""

    region_path = "region__path"

    def holding(self, first: date, last: date | None = None) -> Self:
        """Keep what insures on a day, or on every day of a span."""
        return self.filter(
            state=PolicyState.ACTIVE, from_on__lte=first, until_on__gte=last or first
        )


class Policy(models.Model):
    """What an insurer promised, for whom, from one day to another (both included); sums in fen."""

    insurer = models.CharField("保险公司", max_length=60)
    name = models.CharField("保险名称", max_length=60)
    number = models.CharField("保单号", max_length=40, blank=True)  # known once it is accepted
    kind = models.CharField("险种", max_length=10, choices=PolicyKind.choices)
    covers = models.CharField("保障对象", max_length=8, choices=Covers.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name="投保组织",
    )  # fmt: skip
    accident_fen = models.BigIntegerField("意外身故、伤残", default=0)
    medical_fen = models.BigIntegerField("意外医疗", default=0)
    liability_fen = models.BigIntegerField("第三者责任", default=0)
    least_age = models.PositiveSmallIntegerField("最低年龄", null=True, blank=True)
    most_age = models.PositiveSmallIntegerField("最高年龄", null=True, blank=True)
    from_on = models.DateField("起始日期")
    until_on = models.DateField("终止日期")
    report_hours = models.PositiveSmallIntegerField("报案时限（小时）", default=48)
    papers_days = models.PositiveSmallIntegerField("交材料时限（天）", default=30)
    phone = models.CharField("报案电话", max_length=30, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    paper = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=PolicyState.choices, default=PolicyState.DRAFT)
    state_reason = models.CharField("终止原因", max_length=200, blank=True)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reminded_on = models.DateField(null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-until_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="insurance_policy_days_in_order", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="insurance_active_policy_has_a_number",
                condition=~Q(state=PolicyState.ACTIVE) | ~Q(number=""),
            ),
            models.CheckConstraint(
                name="insurance_members_belong_somewhere",
                condition=~Q(covers=Covers.MEMBERS) | Q(organization__isnull=False),
            ),
            models.CheckConstraint(
                name="insurance_policy_insures_something",
                condition=Q(accident_fen__gte=0, medical_fen__gte=0, liability_fen__gte=0)
                & (Q(accident_fen__gt=0) | Q(medical_fen__gt=0) | Q(liability_fen__gt=0)),
            ),
            models.CheckConstraint(
                name="insurance_ages_in_order",
                condition=Q(least_age=None) | Q(most_age=None) | Q(most_age__gte=F("least_age")),
            ),
            models.UniqueConstraint(
                name="insurance_policy_number_once",
                fields=["insurer", "number"],
                condition=~Q(number="") & ~Q(state=PolicyState.CANCELLED),
            ),
        ]
        indexes = [models.Index(fields=["state", "until_on"], name="insurance_by_end")]

    def __str__(self) -> str:
        return f"{self.name}（{self.insurer}）"

    @property
    def sums(self) -> list[tuple[str, str]]:
        """Return what is insured with its sums, in words."""
        fields = ("accident_fen", "medical_fen", "liability_fen")
        return [
            (str(self._meta.get_field(name).verbose_name), yuan_text(getattr(self, name)))  # type: ignore[union-attr]
            for name in fields
            if getattr(self, name)
        ]

    @property
    def ages(self) -> str:
        """Return which ages are insured, in words."""
        least, most = self.least_age, self.most_age
        if least is None and most is None:
            return "不限年龄"
        if most is None:
            return f"{least} 周岁以上"
        return f"{least or 0} 至 {most} 周岁"

    def insures_age(self, years: int) -> bool:
        """Return whether somebody of this age is insured."""
        return (self.least_age or 0) <= years and (self.most_age is None or years <= self.most_age)
