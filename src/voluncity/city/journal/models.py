"""What happened: append-only entries, numbered and hash-chained by the sealing job."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One thing that somebody did; written in the transaction of the action itself."""

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="journal_entries",
    )
    on_behalf_of = models.ForeignKey(
        "people.Volunteer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries_on_behalf",
        db_index=False,  # nobody asks by it
    )
    verb = models.CharField("动作", max_length=64)
    subject_type = models.CharField("对象类型", max_length=32)
    subject_id = models.BigIntegerField("对象编号", null=True, blank=True)
    data = models.JSONField("内容", default=dict)
    sequence = models.BigIntegerField("序号", null=True, blank=True, unique=True)
    previous_hash = models.CharField(max_length=64, null=True, blank=True)  # NULL: unsealed
    hash = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="journal_by_subject"),
            models.Index(fields=["id"], condition=models.Q(sequence=None), name="journal_unsealed"),
        ]
        constraints = [
            models.CheckConstraint(
                name="journal_sealed_wholly_or_not_at_all",
                condition=models.Q(sequence=None, previous_hash=None, hash=None)
                | models.Q(sequence__isnull=False, previous_hash__isnull=False, hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"


class Cursor(models.Model):
    """How far one reader has read the sealed journal."""

    reader = models.CharField(max_length=64, unique=True)
    position = models.BigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="journal_failed_at_and_failure_together",
                condition=models.Q(failed_at=None, failure="")
                | (models.Q(failed_at__isnull=False) & ~models.Q(failure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} @ {self.position}"


class Head(models.Model):
    """The single row that serializes sealing: last number and hash."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(name="journal_one_head", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"head {self.sequence}"
