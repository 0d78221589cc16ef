"""Inspections of stations, their answers, and what has to be mended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.stations.states import FindingState, InspectionKind, Verdict

MOST_SCORE = 100


class InspectionQuerySet(ScopedQuerySet):
    """An inspection is reached where its station is."""

    organization_path = "station__organization__path"
    region_path = "station__region__path"


class Inspection(models.Model):
    """One look at a station along the standard of its kind; a draft until it is submitted."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="inspections"
    )
    kind = models.CharField(max_length=10, choices=InspectionKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    is_passed = models.BooleanField("合格", null=True, blank=True)
    pass_score = models.PositiveSmallIntegerField("合格线", null=True, blank=True)
    note = models.CharField("总体意见", max_length=300, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="stations_one_draft_each",
                fields=["station", "kind", "by"],
                condition=Q(submitted_at=None),
            ),
            models.CheckConstraint(
                name="stations_submitted_with_a_result",
                condition=Q(submitted_at=None, score=None, is_passed=None, pass_score=None)
                | Q(
                    submitted_at__isnull=False,
                    score__isnull=False,
                    is_passed__isnull=False,
                    pass_score__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="stations_score_within_100",
                condition=Q(score=None) | Q(score__lte=MOST_SCORE),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "kind", "submitted_at"], name="stations_last_look")
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind} {self.started_at}"


class Answer(models.Model):
    """What was found at one item of the standard."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(
        "stations.ChecklistItem", on_delete=models.PROTECT, related_name="answers"
    )
    verdict = models.CharField(max_length=14, choices=Verdict.choices, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item__position", "item_id"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="stations_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item_id} {self.verdict}"


class FindingQuerySet(ScopedQuerySet):
    """A finding is reached where its station is."""

    organization_path = "station__organization__path"
    region_path = "station__region__path"


class Finding(models.Model):
    """An item that failed: to be mended by a day, with proof, and looked at again."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="findings"
    )
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="finding")
    state = models.CharField(max_length=8, choices=FindingState.choices, default=FindingState.OPEN)
    found_at = models.DateTimeField("发现时间")
    due_on = models.DateField("整改期限")
    fix_note = models.CharField("整改说明", max_length=200, blank=True)
    fix_photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fixed_at = models.DateTimeField("整改时间", null=True, blank=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_note = models.CharField("复查意见", max_length=200, blank=True)
    checked_at = models.DateTimeField("复查时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stations_fixed_with_proof",
                condition=Q(state=FindingState.OPEN)
                | Q(fixed_at__isnull=False, fixed_by__isnull=False, fix_photo__isnull=False),
            ),
            models.CheckConstraint(
                name="stations_checked_at_and_by_together",
                condition=Q(checked_at=None, checked_by=None)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="stations_nobody_checks_their_own_fix",
                condition=Q(state__in=[FindingState.OPEN, FindingState.FIXED])
                | Q(checked_by=None)
                | ~Q(checked_by=models.F("fixed_by")),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="stations_findings_due")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.state} {self.due_on}"
