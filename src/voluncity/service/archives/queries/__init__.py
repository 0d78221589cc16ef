"""What can be asked about archives."""

from __future__ import annotations

from voluncity.service.archives.queries.totals import (
    OutcomeTotal,
    Served,
    Totals,
    outcomes_of,
    public_archives,
    public_photos,
    served_at,
    served_by_activity,
    totals_of,
    totals_of_activities,
    totals_of_project,
)

__all__ = [
    "OutcomeTotal",
    "Served",
    "Totals",
    "outcomes_of",
    "public_archives",
    "public_photos",
    "served_at",
    "served_by_activity",
    "totals_of",
    "totals_of_activities",
    "totals_of_project",
]
