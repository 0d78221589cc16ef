"""Claims of a record, requests to correct one, and merges of two."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.claims.states import (
    ClaimState,
    CorrectionState,
    DeclineReason,
    MergeReason,
    RefuseReason,
    Way,
)
from voluncity.city.people.states import IdType, Sex


class ClaimCode(models.Model):
    """The code that a desk gives who has shown the paper; only its digest is kept.

    One row for each record: a new code takes the place of the older one.
    """

    volunteer = models.OneToOneField(
        "people.Volunteer", on_delete=models.PROTECT, related_name="claim_code"
    )
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.made_at}"


class ClaimQuerySet(ScopedQuerySet):
    """A claim lies where the record lies; one that fits no record is the city's."""

    organization_path = ""
    region_path = "region__path"


class Claim(models.Model):
    """Somebody says that a record is theirs (PEERS.md, demand 19).

    `volunteer` has the number that was given, also under another name; without one the answer is
    the same until somebody has looked (docs/decisions/0013).
    """

    # Personal fields, sealed and bound to the key; kept with the claim as proof of the decision.
    PERSONAL = ("name", "id_cipher")

    key = models.CharField(max_length=16, unique=True)
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims"
    )
    volunteer = models.ForeignKey(
        "people.Volunteer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    # Whose account had the record when it was claimed: only from them it is taken.
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField(max_length=8, choices=Way.choices)
    name = models.CharField("姓名", max_length=40)
    id_type = models.CharField("证件类型", max_length=10, choices=IdType.choices)
    id_cipher = models.CharField(max_length=200)
    words = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.ASKED)
    reason = models.CharField(max_length=10, choices=DeclineReason.choices, blank=True)
    asked_at = models.DateTimeField("提交时间")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claims_one_open_claim_per_account",
                fields=["claimant"],
                condition=Q(state=ClaimState.ASKED),
            ),
            models.CheckConstraint(
                name="claims_claim_decided_or_open",
                condition=Q(state=ClaimState.ASKED, decided_at=None, decided_by=None)
                | (
                    ~Q(state=ClaimState.ASKED)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="claims_declined_with_a_reason",
                condition=~Q(state=ClaimState.DECLINED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="claims_nobody_decides_their_own_claim",
                condition=~Q(state__in=["accepted", "separated", "declined"])
                | ~Q(decided_by=F("claimant")),
            ),
            models.CheckConstraint(
                name="claims_accepted_of_a_record",
                condition=~Q(state__in=["accepted", "separated"]) | Q(volunteer__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state=ClaimState.ASKED), name="claims_waiting"
            ),
            models.Index(fields=["decided_at"], name="claims_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def subject(self) -> str:
        """Return how files name this claim as what they belong to."""
        return f"claim:{self.key}"


class DataCorrectionQuerySet(ScopedQuerySet):
    """A request lies where its volunteer lies."""

    organization_path = ""
    region_path = "volunteer__region__path"


class DataCorrection(models.Model):
    """A volunteer says what is right about name and papers (PIPL art. 46)."""

    PERSONAL = ("name", "id_cipher", "born_on", "sex")

    key = models.CharField(max_length=16, unique=True)
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="data_corrections"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("姓名", max_length=40)
    id_type = models.CharField("证件类型", max_length=10, choices=IdType.choices)
    id_cipher = models.CharField(max_length=200)
    born_on = models.DateField("出生日期")
    sex = models.CharField("性别", max_length=1, choices=Sex.choices)
    words = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField(
        max_length=10, choices=CorrectionState.choices, default=CorrectionState.ASKED
    )
    reason = models.CharField(max_length=10, choices=RefuseReason.choices, blank=True)
    asked_at = models.DateTimeField("提交时间")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DataCorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claims_one_open_correction",
                fields=["volunteer"],
                condition=Q(state=CorrectionState.ASKED),
            ),
            models.CheckConstraint(
                name="claims_correction_decided_or_open",
                condition=Q(state=CorrectionState.ASKED, decided_at=None, decided_by=None)
                | (
                    ~Q(state=CorrectionState.ASKED)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="claims_refused_with_a_reason",
                condition=~Q(state=CorrectionState.REFUSED) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state=CorrectionState.ASKED),
                name="claims_corrections_waiting",
            ),
            models.Index(fields=["decided_at"], name="claims_corrections_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def subject(self) -> str:
        """Return how files name this request as what they belong to."""
        return f"correction:{self.key}"


class MergeQuerySet(ScopedQuerySet):
    """A merge is within reach of who reaches both records."""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the merges both of whose records are within reach."""
        loser, winner = Q(pk__in=[]), Q(pk__in=[])
        for path in scope.regions:
            loser |= Q(loser__region__path__startswith=path)
            winner |= Q(winner__region__path__startswith=path)
        return self.filter(loser & winner)


class Merge(models.Model):
    """Two records of one person became one; it may be taken back for some days.

    `kept` holds what is needed for that: ids, and the sealed phone of the record that stayed.
    """

    loser = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="merges_away"
    )
    winner = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="merges_here"
    )
    reason = models.CharField(max_length=10, choices=MergeReason.choices)
    kept = models.JSONField(default=dict)
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claims_merged_once", fields=["loser"], condition=Q(undone_at=None)
            ),
            models.CheckConstraint(
                name="claims_merge_of_two_records", condition=~Q(loser=F("winner"))
            ),
            models.CheckConstraint(
                name="claims_undone_at_and_by_together",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["-merged_at"], name="claims_newest_merges")]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"

    @property
    def source(self) -> str:
        """Return what the transfers of this merge name as their source."""
        return f"merge:{self.pk}"


class NotDouble(models.Model):
    """Two records that look like one person's, and somebody found that they are not."""

    first = models.ForeignKey("people.Volunteer", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("people.Volunteer", on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField("时间")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="claims_pair_once", fields=["first", "second"]),
            models.CheckConstraint(name="claims_pair_in_order", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Suspected(models.Model):
    """Two living records that looked like one person's when the job compared all, and why."""

    first = models.ForeignKey("people.Volunteer", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("people.Volunteer", on_delete=models.CASCADE, related_name="+")
    has_same_birthday = models.BooleanField()
    has_same_phone = models.BooleanField()
    has_near_number = models.BooleanField()
    found_at = models.DateTimeField("发现时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="claims_suspected_once", fields=["first", "second"]),
            models.CheckConstraint(
                name="claims_suspected_in_order", condition=Q(first__lt=F("second"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return in words why they may be of one person."""
        found = (
            (self.has_same_birthday, "姓名和出生日期相同"),
            (self.has_same_phone, "姓名和手机号相同"),
            (self.has_near_number, "证件号码几乎相同"),
        )
        return tuple(words for is_so, words in found if is_so)
