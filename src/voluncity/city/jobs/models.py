"""When each piece of recurring work was last done, and who does a long job now."""

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


class Leased(models.Model):
    """A long job, as a row: a worker takes it, and another one when the first was killed.

    `turn` and `touched_at` are the lease (`actions.Lease`): who was killed touched it long ago,
    and the next worker goes on with a turn of its own.
    """

    touched_at = models.DateTimeField()
    turn = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
