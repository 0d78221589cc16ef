"""Minutes by which people are ranked, and what organizations and areas have done."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet

PERIOD_LENGTH = 7  # "2026-11", "2026", or empty: all time


class ScoreQuerySet(ScopedQuerySet):
    """A person's score is reached where the person lives."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Score(models.Model):
    """The minutes of somebody who agreed to be ranked, in one period, with where they live.

    Only who agrees has rows: so nobody else can be shown, whatever a page asks for.
    """

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = models.CharField("时间", max_length=PERIOD_LENGTH, blank=True)
    proven = models.PositiveIntegerField("信用时长（分钟）")
    minutes = models.PositiveIntegerField("全部时长（分钟）")
    county = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    town = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "period"], name="leaderboards_score_once"),
            models.CheckConstraint(
                name="leaderboards_score_counts_something",
                condition=Q(minutes__gt=0, proven__lte=F("minutes")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["period", "-proven", "volunteer"], name="leaderboards_city_proven"
            ),
            models.Index(fields=["period", "-minutes", "volunteer"], name="leaderboards_city_all"),
            # Each holds all that a board of the area reads: nobody looks at the rows.
            models.Index(
                fields=["county", "period", "-proven", "minutes", "volunteer"],
                name="leaderboards_county",
            ),
            models.Index(
                fields=["town", "period", "-proven", "minutes", "volunteer"],
                name="leaderboards_town",
            ),
            models.Index(
                fields=["community", "period", "-proven", "minutes", "volunteer"],
                name="leaderboards_community",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.period} {self.minutes}"


class TeamScore(models.Model):
    """The minutes that one organization recorded for somebody who agreed to be ranked."""

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    volunteer = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    period = models.CharField("时间", max_length=PERIOD_LENGTH, blank=True)
    proven = models.PositiveIntegerField("信用时长（分钟）")
    minutes = models.PositiveIntegerField("全部时长（分钟）")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "period", "volunteer"], name="leaderboards_team_score_once"
            ),
            models.CheckConstraint(
                name="leaderboards_team_score_counts_something",
                condition=Q(minutes__gt=0, proven__lte=F("minutes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.volunteer_id} {self.period}"


class Standing(models.Model):
    """How many people of the city's board have exactly so many minutes, kept with the scores.

    Whoever asks for their own place adds up a few thousand of these rows, not all people.
    """

    period = models.CharField(max_length=PERIOD_LENGTH, blank=True)
    is_proven = models.BooleanField()
    minutes = models.PositiveIntegerField()
    people = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "is_proven", "minutes"], name="leaderboards_standing_once"
            ),
            models.CheckConstraint(
                name="leaderboards_standing_never_negative", condition=Q(people__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.minutes} × {self.people}"


class Count(models.Model):
    """When the figures of a period were counted, and whether something changed since."""

    period = models.CharField(max_length=PERIOD_LENGTH, blank=True, unique=True)
    is_stale = models.BooleanField(default=True)
    counted_at = models.DateTimeField("统计于", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leaderboards_fresh_was_counted",
                condition=Q(is_stale=True) | Q(counted_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.counted_at}"


class FigureQuerySet(ScopedQuerySet):
    """A figure of an organization is reached through the organization."""

    organization_path = "organization__path"
    region_path = "organization__region__path"


class Figure(models.Model):
    """What all people of an area served in a period, or what one organization recorded.

    Of everybody, not only of those who agreed to be ranked: nobody can be made out in it.
    """

    period = models.CharField(max_length=PERIOD_LENGTH, blank=True)
    region = models.ForeignKey(
        "regions.Region", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organization = models.ForeignKey(
        "orgs.Organization", null=True, on_delete=models.PROTECT, related_name="+"
    )
    proven = models.PositiveBigIntegerField("信用时长（分钟）")
    minutes = models.PositiveBigIntegerField("全部时长（分钟）")
    # Of areas: who served in the period, and who was registered at its end.
    active = models.PositiveIntegerField("服务过的人", default=0)
    registered = models.PositiveIntegerField("登记的人", default=0)

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "period"],
                condition=Q(region__isnull=False),
                name="leaderboards_region_figure_once",
            ),
            models.UniqueConstraint(
                fields=["period", "organization"],
                condition=Q(organization__isnull=False),
                name="leaderboards_organization_figure_once",
            ),
            models.CheckConstraint(
                name="leaderboards_figure_of_one",
                condition=Q(region=None, organization__isnull=False)
                | Q(region__isnull=False, organization=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["period", "-proven"],
                condition=Q(organization__isnull=False),
                name="leaderboards_organizations",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.region_id or self.organization_id} {self.minutes}"


class Building(models.Model):
    """How far making all scores anew has come; one row, so that a killed job goes on."""

    position = models.BigIntegerField(default=0)  # the last volunteer that is done
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="leaderboards_one_building", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.position} {self.finished_at}"
