"""What can be asked about the integrity of hours."""

from __future__ import annotations

from voluncity.service.integrity.queries.absences import (
    absences_for,
    absences_of,
    absences_to_answer,
    absences_to_confirm,
    cancelled_by,
    recent_absences,
)
from voluncity.service.integrity.queries.board import (
    Counts,
    able,
    cases,
    counts,
    evidence_of,
    findings,
    seen_spots,
    suspects,
)
from voluncity.service.integrity.queries.own import accused_users, own_cases, users_answering_for
from voluncity.service.integrity.queries.public import (
    CityTrust,
    Outcomes,
    city_trust,
    figures_of,
    organizations,
    outcomes,
)

__all__ = [
    "CityTrust",
    "Counts",
    "Outcomes",
    "able",
    "absences_for",
    "absences_of",
    "absences_to_answer",
    "absences_to_confirm",
    "accused_users",
    "cancelled_by",
    "cases",
    "city_trust",
    "counts",
    "evidence_of",
    "figures_of",
    "findings",
    "organizations",
    "outcomes",
    "own_cases",
    "recent_absences",
    "seen_spots",
    "suspects",
    "users_answering_for",
]
