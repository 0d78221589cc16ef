"""Random spot checks: a seed that is bound beforehand, a sample, and what was found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.integrity.states import SpotState, Way


class Draw(models.Model):
    """The sample of one week. The journal holds the digest of the seed before the week begins
    to be drawn from, and the seed itself afterwards: nobody chooses, everybody can repeat it.
    """

    week = models.DateField("周一", unique=True)
    seed = models.CharField(max_length=64)
    seed_digest = models.CharField(max_length=64)
    share_permille = models.PositiveIntegerField("抽查比例（‰）")
    announced_at = models.DateTimeField()
    population = models.PositiveIntegerField("入账记录", default=0)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)

    class Meta:
        ordering = ["-week"]

    def __str__(self) -> str:
        return f"{self.week}"


class SpotCheckQuerySet(ScopedQuerySet):
    """A spot check lies where its record's organization lies."""

    organization_path = "record__organization__path"
    region_path = "record__organization__region__path"


class SpotCheck(models.Model):
    """One posted record that was drawn, and what somebody found who asked or looked."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="checks")
    record = models.ForeignKey(
        "hours.ServiceRecord", on_delete=models.PROTECT, related_name="spot_checks"
    )
    state = models.CharField(max_length=8, choices=SpotState.choices, default=SpotState.OPEN)
    way = models.CharField("核查方式", max_length=12, choices=Way.choices, blank=True)
    note = models.CharField("情况", max_length=300, blank=True)
    checked_at = models.DateTimeField("核查时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="integrity_drawn_once", fields=["draw", "record"]),
            models.CheckConstraint(
                name="integrity_checked_wholly_or_not_at_all",
                condition=Q(state=SpotState.OPEN, way="", note="", checked_at=None, checked_by=None)
                | (
                    ~Q(state=SpotState.OPEN)
                    & ~Q(way="")
                    & ~Q(note="")
                    & Q(checked_at__isnull=False, checked_by__isnull=False)
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="integrity_spots_open")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.record_id} {self.state}"
