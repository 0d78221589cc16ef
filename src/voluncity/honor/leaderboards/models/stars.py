"""The volunteers of the month: candidates, picks with reasons, what the people themselves say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.leaderboards.states import RUNNING, CandidateState, MonthState
from voluncity.kernel.minutes import hours_text

C = CandidateState
REASON_MOST, TITLE_MOST, STORY_MOST, WORDS_MOST = 300, 40, 3_000, 200


class StarMonthQuerySet(ScopedQuerySet):
    """A month is managed by the office of its region."""

    organization_path = ""
    region_path = "region__path"


class StarMonth(models.Model):
    """The stars of one month (seed PY: 月评“志愿之星”), with the rule as it was applied."""

    month = models.CharField("月份", max_length=7)  # "2026-11"
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MonthState.choices, default=MonthState.OPEN)
    least_minutes = models.PositiveIntegerField("至少信用时长（分钟）")
    least_services = models.PositiveSmallIntegerField("至少服务次数")
    months_off = models.PositiveSmallIntegerField("当选后几个月内不再参评")
    per_county = models.PositiveSmallIntegerField("每个县区名额")
    counted_at = models.DateTimeField("统计时间")
    started_at = models.DateTimeField("启动时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    shown_at = models.DateTimeField("公示时间", null=True, blank=True)
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField("公布时间", null=True, blank=True)

    objects = StarMonthQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="leaderboards_each_month_once",
                fields=["month"],
                condition=Q(state__in=(*RUNNING, MonthState.NAMED)),
            ),
            models.CheckConstraint(
                name="leaderboards_shown_at_and_by_together",
                condition=Q(shown_at=None, shown_by=None)
                | Q(shown_at__isnull=False, shown_by__isnull=False),
            ),
            models.CheckConstraint(
                name="leaderboards_named_has_its_time",
                condition=Q(state=MonthState.NAMED, named_at__isnull=False)
                | (~Q(state=MonthState.NAMED) & Q(named_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.month

    @property
    def title(self) -> str:
        """Return the month in words: 2026年11月."""
        return f"{self.month[:4]}年{int(self.month[5:])}月"


class CandidateQuerySet(ScopedQuerySet):
    """A candidate is picked by the office of the county where the person lives."""

    organization_path = ""
    region_path = "county__path"


class Candidate(models.Model):
    """Somebody whom the rule of a month names, and what became of it."""

    month = models.ForeignKey(StarMonth, on_delete=models.PROTECT, related_name="candidates")
    volunteer = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    proven_minutes = models.PositiveIntegerField("当月信用时长（分钟）")
    services = models.PositiveSmallIntegerField("当月服务次数")
    state = models.CharField(max_length=10, choices=C.choices, default=C.CANDIDATE)
    reason = models.CharField("推荐理由", max_length=REASON_MOST, blank=True)
    picked_at = models.DateTimeField(null=True, blank=True)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("本人答复时间", null=True, blank=True)
    words = models.CharField("想说的话", max_length=WORDS_MOST, blank=True)
    is_photo_agreed = models.BooleanField("同意公布照片", default=False)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    story_title = models.CharField("标题", max_length=TITLE_MOST, blank=True)
    story = models.TextField("事迹", max_length=STORY_MOST, blank=True)
    story_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="leaderboards_candidate_once_a_month", fields=["month", "volunteer"]
            ),
            models.CheckConstraint(
                name="leaderboards_picked_with_a_reason",
                condition=Q(state=C.CANDIDATE, reason="", picked_at=None, picked_by=None)
                | (
                    ~Q(state=C.CANDIDATE, reason="")
                    & Q(picked_at__isnull=False, picked_by__isnull=False)
                ),
            ),
            # Nobody is shown who has not said yes (PIPL art. 25).
            models.CheckConstraint(
                name="leaderboards_shown_only_who_agreed",
                condition=Q(state__in=[C.CANDIDATE, C.ASKED]) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="leaderboards_photo_only_who_agreed",
                condition=Q(is_photo_agreed=False) | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "state"], name="leaderboards_stars_of"),
        ]

    def __str__(self) -> str:
        return f"{self.month_id} {self.volunteer_id} {self.state}"

    @property
    def hours_text(self) -> str:
        """Return the proven time of the month in words."""
        return hours_text(self.proven_minutes)
