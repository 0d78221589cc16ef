"""Units paired with communities, and the members who report there (seed PY: 双报到双服务)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.care.party.states import LIVE, ReportState


class Pairing(models.Model):
    """A unit's Party organization and a community agree to build together, from a day on."""

    unit = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="party_pairings"
    )
    community = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="party_pairings"
    )
    starts_on = models.DateField("结对日期")
    ends_on = models.DateField("解除日期", null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="party_one_live_pairing",
                fields=["unit", "community"],
                condition=Q(ends_on=None),
            ),
            models.CheckConstraint(
                name="party_pairing_ends_not_before_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="party_pairing_ended_on_and_by_together",
                condition=Q(ends_on=None, ended_by=None)
                | Q(ends_on__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.community_id}"


class Report(models.Model):
    """A member of a unit reports to a community; nobody else ever sees that there is one."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="party_reports"
    )
    unit = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="party_reports"
    )
    community = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="party_reports"
    )
    state = models.CharField(
        "状态", max_length=10, choices=ReportState.choices, default=ReportState.REPORTED
    )
    reported_at = models.DateTimeField("报到时间")
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("说明", max_length=200, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="party_one_live_report_per_member",
                fields=["volunteer"],
                condition=Q(state__in=LIVE),
            ),
            models.CheckConstraint(
                name="party_decided_at_and_by_together",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="party_decided_when_the_state_says_so",
                condition=Q(state=ReportState.REPORTED, decided_at=None)
                | Q(state=ReportState.ENDED)
                | Q(
                    state__in=[ReportState.CONFIRMED, ReportState.DECLINED],
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="party_ended_at_goes_with_state",
                condition=Q(state=ReportState.ENDED, ended_at__isnull=False)
                | (~Q(state=ReportState.ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="party_declined_with_a_reason",
                condition=~Q(state=ReportState.DECLINED) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "community"], condition=Q(state__in=LIVE), name="party_of_unit"
            ),
            models.Index(
                fields=["community"], condition=Q(state__in=LIVE), name="party_of_community"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.community_id} {self.state}"


class ServiceFigures(models.Model):
    """How much those of one unit who reported to one community served since a day.

    Counted by the worker: with 50,000 members the table of the office asked for half a second.
    """

    since = models.DateField()
    unit = models.ForeignKey("orgs.Organization", on_delete=models.CASCADE, related_name="+")
    community = models.ForeignKey("regions.Region", on_delete=models.CASCADE, related_name="+")
    people = models.PositiveIntegerField()
    minutes = models.PositiveBigIntegerField()
    local_minutes = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="party_figures_once", fields=["since", "unit", "community"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.community_id} {self.since}"
