"""When each piece of recurring work was last done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Turn(models.Model):
    """The last turn of one piece of recurring work; taking the next is one update of this row."""

    work = models.CharField(max_length=200, unique=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="jobs_failed_at_and_failure_together",
                condition=Q(failed_at=None, failure="")
                | (Q(failed_at__isnull=False) & ~Q(failure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} {self.taken_at}"
