"""How much of each organization's hours was proven by scans, counted by the worker."""

from __future__ import annotations

from django.db import models


class TrustFigures(models.Model):
    """Posted minutes of one organization over the last months."""

    organization = models.OneToOneField(
        "orgs.Organization", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    proven_minutes = models.BigIntegerField(default=0)
    entered_minutes = models.BigIntegerField(default=0)
    reversed_records = models.PositiveIntegerField(default=0)
    since = models.DateField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.proven_minutes}"

    @property
    def minutes(self) -> int:
        """Return all posted minutes."""
        return self.proven_minutes + self.entered_minutes

    @property
    def proven_percent(self) -> int:
        """Return the proven share in whole per cent, rounded down: never better than it is."""
        return self.proven_minutes * 100 // self.minutes if self.minutes else 0
