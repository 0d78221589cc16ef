"""Volunteers in need, and what was given to them; seen by those who may, and by nobody else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.care.hardship.states import (
    CaseState,
    EndReason,
    Need,
    Occasion,
    ReversalReason,
)
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.people.models import Volunteer


class HardshipQuerySet(ScopedQuerySet):
    """A case lies where its volunteer lives."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Hardship(models.Model):
    """One volunteer in need: since when, and why; corrected by voiding, never deleted."""

    # Personal fields and how long they are kept (RULES.md §3.4).
    PERSONAL = ("need", "reason_cipher")

    key = models.CharField(max_length=20, unique=True)  # what the sealed reason is bound to
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="hardships")
    need = models.CharField("困难类型", max_length=12, choices=Need.choices)
    reason_cipher = models.TextField()
    since = models.DateField("困难起始日期")
    until = models.DateField("预计到", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=8, choices=CaseState.choices, default=CaseState.OPEN
    )
    entered_at = models.DateTimeField("登记时间")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField("结束原因", max_length=12, choices=EndReason.choices, blank=True)

    objects = HardshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hardship_one_open_case_each",
                fields=["volunteer"],
                condition=Q(state=CaseState.OPEN),
            ),
            models.CheckConstraint(
                name="hardship_ended_at_by_and_why_together",
                condition=Q(state=CaseState.OPEN, ended_at=None, ended_by=None, end_reason="")
                | (
                    ~Q(state=CaseState.OPEN)
                    & Q(ended_at__isnull=False, ended_by__isnull=False)
                    & ~Q(end_reason="")
                ),
            ),
            models.CheckConstraint(
                name="hardship_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.need}"


class GiftQuerySet(ScopedQuerySet):
    """A gift lies where its volunteer lives."""

    organization_path = ""
    region_path = "hardship__volunteer__region__path"


class Gift(models.Model):
    """What somebody in need was given; a mistake is reversed, never edited or deleted."""

    # Personal fields and how long they are kept (RULES.md §3.4).
    PERSONAL = ("note_cipher", "signed_by")

    key = models.CharField(max_length=20, unique=True)  # what the sealed note is bound to
    hardship = models.ForeignKey(Hardship, on_delete=models.PROTECT, related_name="gifts")
    what = models.CharField("慰问内容", max_length=100)
    value_fen = models.BigIntegerField("金额或折价（分）", null=True, blank=True)
    given_on = models.DateField("慰问日期")
    occasion = models.CharField("慰问时机", max_length=14, choices=Occasion.choices)
    given_by = models.CharField("慰问单位或个人", max_length=60)
    signed_by = models.CharField("签收人", max_length=40, blank=True)
    note_cipher = models.TextField(blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reversed_at = models.DateTimeField("冲正时间", null=True, blank=True)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reversal_reason = models.CharField(
        "冲正原因", max_length=12, choices=ReversalReason.choices, blank=True
    )

    objects = GiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["given_on"], name="hardship_gifts_by_day")]
        constraints = [
            models.CheckConstraint(
                name="hardship_gift_is_worth_something",
                condition=Q(value_fen=None) | Q(value_fen__gt=0),
            ),
            # Pressed twice, or entered by two people: the same thing on the same day is one gift.
            models.UniqueConstraint(
                name="hardship_same_gift_once_a_day",
                fields=["hardship", "given_on", "what"],
                condition=Q(reversed_at=None),
            ),
            models.CheckConstraint(
                name="hardship_reversed_at_by_and_why_together",
                condition=Q(reversed_at=None, reversed_by=None, reversal_reason="")
                | (
                    Q(reversed_at__isnull=False, reversed_by__isnull=False) & ~Q(reversal_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.given_on}"
