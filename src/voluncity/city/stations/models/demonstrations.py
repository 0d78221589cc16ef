"""Model stations: proposed, shown to the public, looked at again each year, withdrawn."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.stations.states import (
    LIVE_DEMONSTRATIONS,
    DemonstrationState,
)

S = DemonstrationState


class DemonstrationQuerySet(ScopedQuerySet):
    """It is reached where its station is."""

    organization_path = "station__organization__path"
    region_path = "station__region__path"


class Demonstration(models.Model):
    """One naming of a station as a model for others."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="demonstrations"
    )
    inspection = models.ForeignKey(
        "stations.Inspection", on_delete=models.PROTECT, related_name="+", verbose_name="依据的检查"
    )
    state = models.CharField(max_length=10, choices=S.choices, default=S.PROPOSED)
    reason = models.CharField("申报理由", max_length=300)
    proposed_at = models.DateTimeField("申报时间")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_at = models.DateTimeField("命名时间", null=True, blank=True)
    recheck_on = models.DateField("应复检日期", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    end_reason = models.CharField("原因", max_length=300, blank=True)

    objects = DemonstrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="stations_one_live_demonstration",
                fields=["station"],
                condition=Q(state__in=LIVE_DEMONSTRATIONS),
            ),
            models.CheckConstraint(
                name="stations_effective_has_a_recheck",
                condition=~Q(state=S.EFFECTIVE)
                | Q(effective_at__isnull=False, recheck_on__isnull=False),
            ),
            models.CheckConstraint(
                name="stations_ended_with_a_reason",
                condition=Q(state__in=LIVE_DEMONSTRATIONS, ended_at=None)
                | (
                    ~Q(state__in=LIVE_DEMONSTRATIONS)
                    & ~Q(end_reason="")
                    & Q(ended_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="stations_nobody_names_their_own",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
            ),
        ]
        indexes = [models.Index(fields=["state", "recheck_on"], name="stations_rechecks_due")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.state}"
