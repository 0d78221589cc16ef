"""Stars, totals for the leaderboard, and certificates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.recognition.states import CertificateState


class StarTier(models.Model):
    """So many minutes make so many stars, from a day on (RULES.md §1.4)."""

    valid_from = models.DateField("生效日期")
    stars = models.PositiveSmallIntegerField("星级")
    minutes = models.PositiveIntegerField("所需时长（分钟）")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from", "stars"], name="recognition_tier_once_per_ladder"
            ),
            models.CheckConstraint(
                name="recognition_stars_1_to_5", condition=Q(stars__gte=1, stars__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★ {self.minutes}"


class StarAward(models.Model):
    """A volunteer reached a star; each once, withdrawn when its hours turned out wrong."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="star_awards"
    )
    stars = models.PositiveSmallIntegerField("星级")
    needed_minutes = models.PositiveIntegerField("所需时长（分钟）")
    minutes = models.PositiveIntegerField("当时累计（分钟）")
    awarded_at = models.DateTimeField("授予时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "stars"],
                condition=Q(withdrawn_at=None),
                name="recognition_each_star_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.stars}★"


class Total(models.Model):
    """A volunteer's minutes of all time and of one month, kept by a reader of the journal."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="totals"
    )
    month = models.CharField("月份", max_length=7, blank=True)  # "2026-11"; empty: all time
    proven_minutes = models.IntegerField(default=0)
    entered_minutes = models.IntegerField(default=0)
    minutes = models.IntegerField(default=0)
    # Agreed to be on the leaderboard, as far as the reader has read: finds candidates quickly.
    # Whether a name is shown is decided by the consent itself.
    is_shown = models.BooleanField(db_default=False, default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "month"], name="recognition_total_once"),
            models.CheckConstraint(
                name="recognition_total_adds_up",
                condition=Q(minutes=models.F("proven_minutes") + models.F("entered_minutes")),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "-minutes"], name="recognition_leaderboard"),
            models.Index(
                fields=["month", "-minutes", "volunteer"],
                name="recognition_board",
                condition=Q(is_shown=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.month} {self.minutes}"


class Standing(models.Model):
    """How many people on the leaderboard have exactly so many minutes, kept with their totals.

    Whoever asks for their own place adds up a few thousand of these rows, not all people.
    """

    month = models.CharField(max_length=7, blank=True)
    minutes = models.IntegerField()
    people = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "minutes"], name="recognition_standing_once"),
            models.CheckConstraint(
                name="recognition_standing_never_negative", condition=Q(people__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.minutes} × {self.people}"


class CertificateQuerySet(ScopedQuerySet):
    """A certificate is reached through the volunteer's region."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Certificate(models.Model):
    """A certificate of service with its facts frozen at issue (民政部令第 67 号第十五条)."""

    serial = models.CharField("证明编号", max_length=20, unique=True)
    check_code = models.CharField("校验码", max_length=12)
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="certificates"
    )
    facts = models.JSONField("内容")  # hours per recording organization, period, contents
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField("出具时间")
    state = models.CharField(
        max_length=10, choices=CertificateState.choices, default=CertificateState.VALID
    )
    state_reason = models.CharField("说明", max_length=200, blank=True)
    state_changed_at = models.DateTimeField(null=True, blank=True)
    state_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CertificateQuerySet.as_manager()

    def __str__(self) -> str:
        return self.serial
