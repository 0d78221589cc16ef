"""Findings, cases and sanctions, spot checks, absences, and what the public is told."""

from voluncity.service.integrity.models.absences import Absence
from voluncity.service.integrity.models.cases import Case, Sanction, Statement
from voluncity.service.integrity.models.figures import TrustFigures
from voluncity.service.integrity.models.findings import Evidence, Finding
from voluncity.service.integrity.models.spots import Draw, SpotCheck

__all__ = [
    "Absence",
    "Case",
    "Draw",
    "Evidence",
    "Finding",
    "Sanction",
    "SpotCheck",
    "Statement",
    "TrustFigures",
]
