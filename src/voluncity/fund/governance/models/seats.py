"""Who leads a fund and who supervises it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.governance.models.funds import Fund, OfFund
from voluncity.fund.governance.states import DUTIES, ONLY_ONE, Body, Duty


class Seat(models.Model):
    """One person in one body for one term; it ends by time or earlier, and is never deleted."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="seats")
    body = models.CharField("机构", max_length=12, choices=Body.choices)
    duty = models.CharField("职务", max_length=12, choices=Duty.choices)
    person = models.CharField("姓名", max_length=30)
    unit = models.CharField("单位和职务", max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_on = models.DateField("任期自")
    until_on = models.DateField("任期至")
    resolution = models.ForeignKey(
        "Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField("提前离任", null=True, blank=True)
    ended_reason = models.CharField("离任原因", max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["body", "pk"]
        constraints = [
            models.CheckConstraint(
                name="governance_term_ends_after_it_begins",
                condition=Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="governance_seat_ends_with_a_reason",
                condition=Q(ended_on=None, ended_reason="")
                | (Q(ended_on__isnull=False) & ~Q(ended_reason="")),
            ),
            models.CheckConstraint(
                name="governance_duty_of_its_body",
                condition=Q(body=Body.LEADING, duty__in=DUTIES[Body.LEADING])
                | Q(body=Body.SUPERVISORS, duty__in=DUTIES[Body.SUPERVISORS]),
            ),
            models.UniqueConstraint(
                name="governance_one_head_at_a_time",
                fields=["fund", "body", "duty"],
                condition=Q(ended_on=None, duty__in=ONLY_ONE),
            ),
            models.UniqueConstraint(
                name="governance_nobody_sits_twice",
                fields=["fund", "person", "unit"],
                condition=Q(ended_on=None),
            ),
            models.UniqueConstraint(
                name="governance_no_account_sits_twice",
                fields=["fund", "user"],
                condition=Q(ended_on=None, user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.get_duty_display()}）"
