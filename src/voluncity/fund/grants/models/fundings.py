"""A funded project: its money by source and line, its milestones, what was done with it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.grants.states import (
    LIVE,
    OVER,
    SUPPORTS,
    TONES,
    AgreeStep,
    FundingKind,
    FundingState,
    MilestoneState,
    Waits,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text

S, K = FundingState, FundingKind
USER = settings.AUTH_USER_MODEL


class FundingQuerySet(ScopedQuerySet):
    """A funded project is its organization's; offices reach those of their region and fund."""

    organization_path = "organization__path"
    region_path = "region__path"
    office_path = "fund__region__path"


class OfFunding(FundingQuerySet):
    """What belongs to a funded project is reached where that is."""

    organization_path = "funding__organization__path"
    region_path = "funding__region__path"
    office_path = "funding__fund__region__path"


class Counter(models.Model):
    """How many numbers of supports were given in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    given = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.given}"


class Funding(models.Model):
    """What a fund pays for; one number from the application to the closing."""

    kind = models.CharField("类别", max_length=8, choices=K.choices, default=K.PROJECT)
    number = models.CharField("编号", max_length=20, unique=True)
    award = models.CharField(max_length=30, unique=True)  # in the books: "application:12"
    # The browser's own mark of a support: a form that is sent twice opens one.
    handle = models.CharField(max_length=36, null=True, blank=True, unique=True)
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="fundings")
    decision = models.OneToOneField(
        "review.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="funding"
    )
    resolution = models.ForeignKey(
        "governance.Resolution", on_delete=models.PROTECT, related_name="fundings"
    )
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    station = models.ForeignKey(
        "stations.Station", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField("受资助方", max_length=60)
    title = models.CharField("项目名称", max_length=60)
    serves = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    awarded_fen = models.PositiveBigIntegerField("资助金额（分）")
    terms = models.TextField("立项条件", max_length=2000, blank=True)
    lead = models.CharField("项目负责人", max_length=30, blank=True)
    starts_on = models.DateField("项目开始日期")
    ends_on = models.DateField("项目结束日期")
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.AGREEING)
    step = models.CharField(max_length=10, choices=AgreeStep.choices, default=AgreeStep.PLANNING)
    waits_for = models.CharField(
        "等待", max_length=12, choices=Waits.choices, default=Waits.ORGANIZATION
    )
    stage_since = models.DateTimeField("进入本环节时间")
    # Every change writes the next number: who decides names what was read.
    edition = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField("立项生效时间")
    agreed_on = models.DateField("协议签署日期", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    # Its money is brought to its end: nothing of it moves and nothing is reported any more.
    settled_at = models.DateTimeField("资金结清时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=500, blank=True)
    end_resolution = models.ForeignKey(
        "governance.Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FundingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grants_something_is_awarded", condition=Q(awarded_fen__gt=0)
            ),
            models.CheckConstraint(
                name="grants_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="grants_support_is_opened_by_a_form",
                condition=Q(
                    kind=K.PROJECT, handle=None, organization__isnull=False, decision__isnull=False
                )
                | Q(kind__in=SUPPORTS, handle__isnull=False, decision=None),
            ),
            models.CheckConstraint(
                name="grants_only_a_county_has_no_organization",
                condition=Q(organization__isnull=False) | Q(kind=K.COUNTY),
            ),
            models.CheckConstraint(
                name="grants_station_support_names_its_station",
                condition=Q(kind=K.STATION, station__isnull=False)
                | (~Q(kind=K.STATION) & Q(station=None)),
            ),
            models.CheckConstraint(
                name="grants_signed_says_when",
                condition=Q(state__in=[S.AGREEING, S.CANCELLED], agreed_on=None)
                & ~Q(step=AgreeStep.DONE)
                | ~Q(state__in=[S.AGREEING, S.CANCELLED])
                & Q(agreed_on__isnull=False, step=AgreeStep.DONE),
            ),
            models.CheckConstraint(
                name="grants_over_has_its_time_and_waits_for_nobody",
                condition=Q(state__in=OVER, ended_at__isnull=False, waits_for=Waits.NOBODY)
                | (Q(state__in=LIVE, ended_at=None) & ~Q(waits_for=Waits.NOBODY)),
            ),
            models.CheckConstraint(
                name="grants_stopped_with_a_reason",
                condition=~Q(state__in=[S.SUSPENDED, S.TERMINATED, S.CANCELLED]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="grants_terminated_by_a_resolution",
                condition=Q(state=S.TERMINATED, end_resolution__isnull=False)
                | (~Q(state=S.TERMINATED) & Q(end_resolution=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "stage_since"], name="grants_by_stage"),
            models.Index(fields=["organization", "-opened_at"], name="grants_newest_of_one"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def waiting_for(self) -> str:
        """Return who has to act: office, organization, finance or leader; "" when it is over."""
        return "" if self.waits_for == Waits.NOBODY else self.waits_for

    @property
    def is_live(self) -> bool:
        """Return whether it goes on."""
        return self.state in LIVE

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return TONES.get(S(self.state), "neutral")

    @property
    def awarded_text(self) -> str:
        """Return how much was awarded."""
        return yuan_text(self.awarded_fen)

    def days(self, at: datetime) -> int:
        """Return for how many days it has stood where it stands, or stood there to its end."""
        return max(0, (local_date(self.ended_at or at) - local_date(self.stage_since)).days)


class FundingSource(models.Model):
    """How much of the award comes out of which purse."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="sources")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fen = models.PositiveBigIntegerField("金额（分）")

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="grants_source_is_something", condition=Q(fen__gt=0)),
            # Two, because a database takes two NULLs for different.
            models.UniqueConstraint(
                name="grants_one_source_of_a_purpose",
                fields=["funding", "purpose"],
                condition=Q(purpose__isnull=False),
            ),
            models.UniqueConstraint(
                name="grants_one_free_source", fields=["funding"], condition=Q(purpose=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funding_id} {self.fen}"

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)


class FundingLine(models.Model):
    """One line of the approved budget; changed only by an approved change, never deleted."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField("科目", max_length=20)
    what = models.CharField("用途", max_length=60)
    fen = models.PositiveBigIntegerField("金额（分）")

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="grants_one_line_of_a_place", fields=["funding", "place"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.what}"

    @property
    def text(self) -> str:
        """Return how much it may cost."""
        return yuan_text(self.fen)


class Milestone(models.Model):
    """What is to be reached by a day, and how that is shown."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField("第几个")
    title = models.CharField("里程碑", max_length=40)
    proof = models.CharField("怎么验收", max_length=200)
    due_on = models.DateField("完成日期")
    state = models.CharField(
        max_length=8, choices=MilestoneState.choices, default=MilestoneState.PLANNED
    )
    accepted_at = models.DateTimeField("验收时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="grants_one_milestone_of_a_number", fields=["funding", "number"]
            ),
            models.CheckConstraint(
                name="grants_accepted_says_when_and_by_whom",
                condition=Q(state=MilestoneState.PLANNED, accepted_at=None, accepted_by=None)
                | Q(
                    state=MilestoneState.ACCEPTED,
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="grants_milestones_due")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_accepted(self) -> bool:
        """Return whether it is reached."""
        return self.state == MilestoneState.ACCEPTED


class Pause(models.Model):
    """One time that a project stood still."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="pauses")
    began_at = models.DateTimeField("暂停时间")
    ended_at = models.DateTimeField("恢复时间", null=True, blank=True)
    reason = models.CharField("暂停原因", max_length=500)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="grants_one_pause_at_a_time", fields=["funding"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="grants_pause_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.funding_id} {self.began_at}"

    def days(self, at: datetime) -> int:
        """Return how many days it lasted, or has lasted so far."""
        return max(0, (local_date(self.ended_at or at) - local_date(self.began_at)).days)


class Move(models.Model):
    """One thing that was done with a funded project, with its words."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.funding_id} {self.verb}"
