"""Ballots without names: that somebody has voted is known by two marks that only the city can make.

Neither mark leads to a person without the city's key, no journal entry names who voted, and no
page shows a single ballot: nobody at a desk can see whom a named person voted for.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.awards.models.nominations import Nomination
from voluncity.honor.awards.models.selections import Category, Selection
from voluncity.honor.awards.states import AnomalyKind, SetAsideState

PERSON = settings.AUTH_USER_MODEL


class SetAsideQuerySet(ScopedQuerySet):
    """What is set aside belongs to its selection."""

    organization_path = ""
    region_path = "selection__region__path"


class SetAside(models.Model):
    """One officer proposes to take a group of ballots out of the count, another one decides."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="set_asides")
    kind = models.CharField("异常", max_length=10, choices=AnomalyKind.choices)
    key = models.CharField(max_length=64)  # of the group: the phone, the address, the minute
    number = models.PositiveIntegerField("选票数")
    state = models.CharField(
        max_length=8, choices=SetAsideState.choices, default=SetAsideState.ASKED
    )
    reason = models.CharField("理由", max_length=200)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="awards_one_open_proposal_per_group",
                fields=["selection", "kind", "key"],
                condition=Q(state=SetAsideState.ASKED),
            ),
            models.CheckConstraint(
                name="awards_set_aside_by_two_people",
                condition=Q(state=SetAsideState.ASKED, decided_by=None, decided_at=None)
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=models.F("asked_by"))
                ),
            ),
            models.CheckConstraint(name="awards_set_aside_with_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"


class Ballot(models.Model):
    """One person's ballot in one category; `cast_at` is the minute, no finer."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="ballots")
    record_mark = models.CharField(max_length=64)  # of the volunteer's record
    paper_mark = models.CharField(max_length=64)  # of the identity paper, whatever the record
    cast_at = models.DateTimeField("投票时间")
    device = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=64, blank=True)
    is_newcomer = models.BooleanField("投票期间登记", default=False)
    set_aside = models.ForeignKey(
        SetAside, null=True, blank=True, on_delete=models.PROTECT, related_name="ballots"
    )
    # Of a person whose two records were merged: another ballot of theirs counts.
    is_double = models.BooleanField("同一人的另一张", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="awards_one_ballot_per_record", fields=["category", "record_mark"]
            ),
            models.UniqueConstraint(
                name="awards_one_ballot_per_paper", fields=["category", "paper_mark"]
            ),
        ]
        indexes = [
            models.Index(fields=["category", "device"], name="awards_by_device"),
            models.Index(fields=["category", "address"], name="awards_by_address"),
            models.Index(fields=["category", "cast_at"], name="awards_by_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.pk}"


class Choice(models.Model):
    """One name on a ballot."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="choices")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="votes")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="awards_nominee_once_per_ballot", fields=["ballot", "nomination"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.nomination_id}"
